/**
 * Owns a directory that looks like a small procfs: what programs that read /proc are tested with, text by
 * text.
 */
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { put } from './run-program.ts';

/** 1993-09-21 14:06:24 UTC. */
export const BOOT = 748_620_384;

export const STATUS = {
  init: 'init 1 0 0 0 -1,-1 noflags 748620384,0 0,0 0,10000 wait 0 0,0\n',
  sh: 'sh 81 1 81 81 12,0 ctty,sldr 748620390,0 1,500000 2,250000 ttyin 11 20,20,0\n',
  odd: 'a b 7 8 408 81 400 81 12,255 ctty 748620684,270000 0,0 61,20000 nochan 11 20\n',
} as const;

/** Puts processes 1, 81 and 408 and the files about the machine there. */
export function* fakeProc(u: VfsUser, proc: string): Steps {
  yield* u.mkdir(proc);
  const args = { 1: '', 81: 'sh\0-c\0ls\0', 408: 'cat\0' };
  const lines = { 1: STATUS.init, 81: STATUS.sh, 408: STATUS.odd };
  for (const pid of [1, 81, 408] as const) {
    yield* u.mkdir(`${proc}/${pid}`);
    yield* put(u, `${proc}/${pid}/status`, lines[pid]);
    yield* put(u, `${proc}/${pid}/cmdline`, args[pid]);
  }
  // One that has ended between the look at the directory and the look at it.
  yield* u.mkdir(`${proc}/99`);
  yield* put(u, `${proc}/loadavg`, '0.25 0.10 0.05 1/3 30000\n');
  yield* put(u, `${proc}/uptime`, '93784.50 10.00\n');
  yield* put(u, `${proc}/stat`, 'cpu 50 0 25 25\ncpu0 50 0 25 25\ncpu1 0 0 25 75\nintr 7\n');
  yield* put(u, `${proc}/meminfo`, 'Mem: 1 2 3\nMemTotal:      4096 kB\nMemFree:       1024 kB\n');
}
