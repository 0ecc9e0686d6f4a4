/**
 * Owns the oracle of references (procfs.md 4, ix): nobody looks at a process any more when a machine is at
 * rest, the module has its hooks and its listener if and only if it is loaded, and a mount that is gone has
 * left nothing. Vnodes, mounts and who uses them are checked by vfs. It reads the words without locks.
 */
import type { Kernel } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import type { ProcfsKernel } from '../procfs-kernel.ts';
import { PG } from '../procfs-layout.ts';
import { procfsMounts } from './nodes.ts';

/** What is wrong at rest, a line each. */
export function checkReferences(kernel: Kernel): string[] {
  const { words } = kernel;
  const { g } = kernel.procfs as ProcfsKernel;
  const problems: string[] = [];
  const isLoaded = words[g + PG.pg_isloaded] !== 0;
  const has = (word: number): boolean => words[g + word] !== 0;
  if (isLoaded !== has(PG.pg_listener)) problems.push('the listener of procfs and its module do not agree');
  if (!isLoaded && has(PG.pg_hashtab)) problems.push('procfs is not loaded and has a table of nodes');
  if (!isLoaded && [PG.pg_exechook, PG.pg_exithook, PG.pg_reaphook].some(has))
    problems.push('a hook of procfs is left');
  if (!isLoaded && procfsMounts(kernel).length > 0) problems.push('procfs is mounted without its module');
  for (const name of ['pg_bootlock', 'pg_modules_lock', 'pg_modlock', 'pg_hashlock'] as const)
    if (has(PG[name])) problems.push(`${name} is held`);
  const table = kernel.proc as kern.ProcKernel;
  for (let index = 0; index < table.hsize; index++) {
    let p = words[table.bucketAt(index) + kern.PRG.allproc];
    for (; p !== 0; p = words[p + kern.P.p_list]) {
      const lock = words[p + kern.P.p_reflock];
      if (lock !== 0)
        problems.push(`p_reflock of process ${words[p + kern.P.p_pid]} is ${lock >>> 0} at rest`);
    }
  }
  return problems;
}
