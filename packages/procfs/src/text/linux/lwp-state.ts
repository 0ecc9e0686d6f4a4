/**
 * Owns the letter of a thread of a process, as Linux has it: R S D T t Z X. Looked at without a lock, by the
 * thread that reads; the caller holds p_token, so that the lwp stays.
 */
import { type Context, TD, TDF_RUNNING, TDF_RUNQ, TDF_SINTR } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';

const { L, LSSTOP, P_TRACED, SCORE, SSTOP, SZOMB } = kern;

const NAMES: Readonly<Record<string, string>> = {
  R: 'R (running)',
  S: 'S (sleeping)',
  D: 'D (disk sleep)',
  T: 'T (stopped)',
  t: 't (tracing stop)',
  Z: 'Z (zombie)',
};

/** As status tells it. */
export function stateName(letter: string): string {
  return NAMES[letter];
}

/** Of a thread; of a process without one it is Z. */
export function stateLetter(k: Context, p: number, lp: number): string {
  const stat = k.get(p + P.p_stat);
  const td = lp === 0 ? 0 : k.get(lp + L.lwp_thread);
  if (stat === SZOMB || td === 0) return 'Z';
  const isStopped = stat === SSTOP || stat === SCORE || k.peek(lp + L.lwp_stat) === LSSTOP;
  const flags = k.peek(td + TD.td_flags);
  // Until it comes to a stop a thread of a process that is to stop runs on.
  if ((flags & (TDF_RUNNING | TDF_RUNQ)) !== 0) return 'R';
  if (isStopped) return (k.peek(p + P.p_flags) & P_TRACED) === 0 ? 'T' : 't';
  return (flags & TDF_SINTR) !== 0 ? 'S' : 'D';
}
