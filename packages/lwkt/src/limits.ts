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
};

export const EXPLORE_LIMITS: MachineLimits = {
  hz: 100,
  sleepBuckets: 7,
  poolTokens: 5,
  strands: 48,
  memoryWords: 1 << 20,
  tokenSpin: 0,
  spinLoops: 0,
  ticks: 0,
  timeouts: 64,
  events: 0,
  quarantineBlocks: 64,
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
};
const MOST = 1 << 26;

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
    if (!Number.isInteger(value) || value < least || value > MOST) {
      throw new LimitError(
        `limit ${name} is ${String(value)}: a whole number from ${least} to ${MOST} is needed`,
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
