/**
 * Owns laying out the mounts of a machine, while it boots: none yet, and room for the first transactions.
 */
import type { Kernel } from '@smplab/lwkt';
import { bootFstrans } from './fstrans.ts';

export function bootMounts(kernel: Kernel, g: number): void {
  bootFstrans(kernel, g);
}
