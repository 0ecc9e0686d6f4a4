/**
 * Owns which system a process takes the machine for (struct emul of NetBSD): a program that lies under
 * /emul/linux is a Linux binary, every other one is native. Some texts depend on the emulation of who reads
 * them, and so does what a descriptor node is. Run by any thread, about a process that does not exec or exit
 * meanwhile.
 */
import type { Context } from '@smplab/lwkt';
import { cache_path, P } from '@smplab/proc';

/** e_path of Linux. */
export const LINUX_PATH = '/emul/linux';

/** e_name. */
export type Emulation = 'linux' | 'netbsd';

/** Emulation of a process. */
export function emulationOf(k: Context, p: number): Emulation {
  const nch = k.peek(p + P.p_textnch);
  return nch !== 0 && cache_path(k, nch).startsWith(`${LINUX_PATH}/`) ? 'linux' : 'netbsd';
}
