/**
 * Owns reading the resource limits of a process: current and maximum of each, at one moment, under p_token.
 * Run by the thread that reads; the process does not exit meanwhile.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';

const { PL, RLIM_INFINITY, RLIM_NLIMITS } = kern;

/** A limit; null where there is none. */
export interface ResourceLimit {
  readonly soft: number | null;
  readonly hard: number | null;
}

/** The limits of a process by number (RLIMIT_CPU ...); none limit what has given them up. */
export function* resourceLimits(k: Context, p: number): Steps<ResourceLimit[]> {
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const limit = k.get(p + P.p_limit);
  const value = (at: number): number | null => {
    const word = limit === 0 ? RLIM_INFINITY : k.get(limit + PL.pl_rlimit + at);
    return word === RLIM_INFINITY ? null : word;
  };
  const limits = Array.from({ length: RLIM_NLIMITS }, (_, which) => ({
    soft: value(2 * which),
    hard: value(2 * which + 1),
  }));
  yield* k.reltoken(p + P.p_token);
  return limits;
}
