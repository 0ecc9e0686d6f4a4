/**
 * Owns laying out the process table (procinit, seed lines 169-206): the buckets, the stamps, and what the
 * table has once. Runs while the machine boots, in one realm, without steps.
 */
import { Symbols } from '@smplab/kmem';
import { type Kernel, Spinlock } from '@smplab/lwkt';
import { T_DESC } from '@smplab/token';
import { G, pidselDomains, PRG, Procglob, ProcGlobals } from './procglob.ts';

/**
 * Lays the table out and gives `proc_globals`. `uihashinit` prepares what is kept for users, at the end, as
 * in the seed; who calls it himself gives none.
 */
export function procinit(kernel: Kernel, uihashinit?: (kernel: Kernel, g: number) => void): number {
  const { limits, memory } = kernel;
  const { allprocHashSize: hsize, pidMax, piddomDelay } = limits;
  if ((hsize & (hsize - 1)) !== 0) {
    throw new RangeError(`limit allprocHashSize is ${hsize}: the hash of processes needs a power of two`);
  }
  const symbols = new Symbols(memory);
  const domains = pidselDomains(pidMax, hsize);
  const g: number = symbols.reserve('proc_globals', ProcGlobals);
  const procglob: number = symbols.reserve('procglob', Procglob, hsize);
  const stamps: number = memory.reserve<'pid_doms'>(domains);
  const { words } = kernel;
  words[g + G.g_procglob] = procglob;
  words[g + G.g_hsize] = hsize;
  words[g + G.g_pid_doms] = stamps;
  words[g + G.g_domains] = domains;
  words[g + G.g_nextpid] = 1;
  // All different, so that not every domain is refused in the first seconds.
  for (let i = 0; i < domains; i++) words[stamps + i] = (i - (piddomDelay + 1)) & 0xff;
  for (let index = 0; index < hsize; index++) {
    kernel.writeText(procglob + index * Procglob.size + PRG.proc_token + T_DESC, 'allproc');
  }
  for (const [spin, descr] of [
    [G.g_prison_spin, 'prison'],
    [G.g_uihash_spin, 'uihash'],
  ] as const) {
    kernel.writeText(g + spin + Spinlock.offsets.descr, descr);
  }
  uihashinit?.(kernel, g);
  return g;
}
