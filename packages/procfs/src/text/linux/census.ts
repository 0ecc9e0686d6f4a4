/**
 * Owns counting the threads of all processes for the texts about the machine: how many there are, how many
 * run or want to, how many sleep for something that will not take long, and which process is the youngest.
 * Run by the thread that reads; the processes go on meanwhile.
 */
import { type Context, type Steps, TD, TDF_RUNNING, TDF_RUNQ, TDF_SINTR } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';

const { L, LSSLEEP } = kern;

export interface Census {
  threads: number;
  running: number;
  blocked: number;
  lastPid: number;
}

export function* census(k: Context): Steps<Census> {
  const found: Census = { threads: 0, running: 0, blocked: 0, lastPid: 0 };
  let youngest = -1;
  yield* kern.alllwp_scan(k, function* (_k, lp) {
    const p = k.words[lp + L.lwp_proc];
    const serial = k.peek(p + P.p_serial);
    if (serial > youngest) {
      youngest = serial;
      found.lastPid = k.words[p + P.p_pid];
    }
    count(k, lp, found);
    return 0;
  });
  return found;
}

/** A thread that waits for its turn with a token wants to run. */
function count(k: Context, lp: number, found: Census): void {
  found.threads++;
  const td = k.peek(lp + L.lwp_thread);
  const flags = td === 0 ? 0 : k.peek(td + TD.td_flags);
  if ((flags & (TDF_RUNNING | TDF_RUNQ)) !== 0) found.running++;
  else if (k.peek(lp + L.lwp_stat) === LSSLEEP && (flags & TDF_SINTR) === 0) found.blocked++;
}
