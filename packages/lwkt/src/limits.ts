/**
 * Owns the sizes and limits of a machine that are options: the values of DragonFly for live machines, small
 * ones for explored machines, where every word of a table costs time in every schedule. Pure data.
 */
import { MAXCPU } from './globaldata.ts';

export interface MachineLimits {
  /** Ticks a second; times are counted in ticks. */
  readonly hz: number;
  /** Buckets of the sleep hash of each CPU (gd_tsleep_hash, 4001 in the seed's tree). */
  readonly sleepBuckets: number;
  /** Tokens of the pool (LWKT_NUM_POOL_TOKENS, 4001). */
  readonly poolTokens: number;
  /** Strands an explored machine may have: threads ever created and three for each CPU. */
  readonly strands: number;
  /** Words the memory may grow to. */
  readonly memoryWords: number;
  /** Retries of a token before the scheduler is called (lwkt.token_spin, 5); 0 under explore. */
  readonly tokenSpin: number;
  /** Contention count from which tokens are taken in order of address (lwkt.spin_loops, 10). */
  readonly spinLoops: number;
  /** Clock interrupts that may come in one explored schedule. */
  readonly ticks: number;
  /**
   * Clock interrupts for timeouts that may come in one explored schedule while something else could run;
   * later ones come only when nothing else can. Without a bound a strategy could let a thread poll for ever.
   */
  readonly timeouts: number;
  /** Events each CPU keeps for crash dumps; 0 for none. */
  readonly events: number;
  /** Words of the quarantine for freed blocks are blocks: how many are kept back from reuse. */
  readonly quarantineBlocks: number;

  // ---- process table, read by @smplab/proc --------------------------------------------------------------

  /** Process table, read by @smplab/proc: buckets of the hash of all processes (ALLPROC_HSIZE, 256). */
  readonly allprocHashSize: number;
  /** Process table, read by @smplab/proc: the largest pid (PID_MAX, 999999). */
  readonly pidMax: number;
  /** Process table, read by @smplab/proc: seconds before a domain of pids is used again (PIDDOM_DELAY). */
  readonly piddomDelay: number;
  /** Process table, read by @smplab/proc: processes there may be at once. */
  readonly maxproc: number;
  /** Process table, read by @smplab/proc: processes one user may have at once. */
  readonly maxprocPerUid: number;
  /** Process table, read by @smplab/proc: words of a page of an address space. */
  readonly pageWords: number;
  /** Process table, read by @smplab/proc: pages of one address space. */
  readonly vmPages: number;
  /** Process table, read by @smplab/proc: files one process may have open. */
  readonly openFiles: number;
  /** Process table, read by @smplab/proc: bytes of arguments kept with a process (ps_arg_cache_limit). */
  readonly argCacheLimit: number;
}

export const LIVE_LIMITS: MachineLimits = {
  hz: 100,
  sleepBuckets: 4001,
  poolTokens: 4001,
  strands: 0,
  memoryWords: 1 << 24,
  tokenSpin: 5,
  spinLoops: 10,
  ticks: 0,
  timeouts: 0,
  events: 256,
  quarantineBlocks: 64,
  allprocHashSize: 256,
  pidMax: 999999,
  piddomDelay: 10,
  maxproc: 8192,
  maxprocPerUid: 7000,
  pageWords: 1024,
  vmPages: 256,
  openFiles: 64,
  argCacheLimit: 256,
};

export const EXPLORE_LIMITS: MachineLimits = {
  hz: 100,
  sleepBuckets: 31,
  poolTokens: 5,
  strands: 48,
  memoryWords: 1 << 20,
  tokenSpin: 0,
  spinLoops: 0,
  ticks: 0,
  timeouts: 64,
  events: 0,
  quarantineBlocks: 64,
  allprocHashSize: 4,
  pidMax: 400,
  piddomDelay: 10,
  maxproc: 24,
  maxprocPerUid: 20,
  pageWords: 16,
  vmPages: 8,
  openFiles: 8,
  argCacheLimit: 256,
};

const LEAST: MachineLimits = {
  hz: 1,
  sleepBuckets: 1,
  poolTokens: 1,
  strands: 0,
  memoryWords: 8192,
  tokenSpin: 0,
  spinLoops: 0,
  ticks: 0,
  timeouts: 0,
  events: 0,
  quarantineBlocks: 0,
  allprocHashSize: 1,
  pidMax: 100,
  piddomDelay: 0,
  maxproc: 4,
  maxprocPerUid: 1,
  pageWords: 4,
  vmPages: 2,
  openFiles: 3,
  argCacheLimit: 0,
};
const MOST = 1 << 26;
/** Words of memory: what kmem can address. */
const MOST_MEMORY = 1 << 29;

/** A limit or a number of CPUs that makes no sense. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}

/** The defaults with what was given put over them; throws LimitError naming what is out of range. */
export function limitsOf(defaults: MachineLimits, given: Partial<MachineLimits> = {}): MachineLimits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in LEAST)) {
      throw new LimitError(`there is no limit "${name}": limits are ${Object.keys(LEAST).join(', ')}`);
    }
    const least = LEAST[name as keyof MachineLimits];
    const most = name === 'memoryWords' ? MOST_MEMORY : MOST;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new LimitError(
        `limit ${name} is ${String(value)}: a whole number from ${least} to ${most} is needed`,
      );
    }
  }
  return { ...defaults, ...given };
}

/** Refuses a number of CPUs no machine can have. */
export function checkedCpus(cpus: unknown): number {
  if (typeof cpus === 'number' && Number.isInteger(cpus) && cpus >= 1 && cpus <= MAXCPU) return cpus;
  throw new LimitError(`a machine of ${String(cpus)} CPUs: a whole number from 1 to ${MAXCPU} is needed`);
}
