/**
 * Owns the registration of what files bring to a realm: operation tables of their own, and the hooks of file
 * systems with their defaults.
 */
import type { Registry } from '@smplab/lwkt';
import { registerFileops } from './file-ops.ts';
import { registerVnodeHooks } from './vnode-hooks.ts';

/** Makes every function of this folder that is called by number known. */
export function registerFiles(registry: Registry): void {
  registerFileops(registry);
  registerVnodeHooks(registry);
}
