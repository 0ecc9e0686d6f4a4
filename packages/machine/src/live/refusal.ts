/**
 * Owns telling what makes a machine impossible (its images, fix switches or limits), which its report says in
 * words, from what goes wrong in the code of an image.
 */
import { KernelPanic, KmemError } from '@smplab/kmem';
import { FixSwitchError, RegistryError } from '@smplab/lwkt';
import { ImageError } from './image.ts';

const REFUSALS = [ImageError, RegistryError, FixSwitchError, KmemError] as const;

export function isRefusal(error: unknown): error is Error {
  return !(error instanceof KernelPanic) && REFUSALS.some((each) => error instanceof each);
}
