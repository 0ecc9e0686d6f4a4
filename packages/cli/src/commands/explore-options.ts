/**
 * Owns the options of `explore` (contracts.md, section 1): how they are declared and what they mean for the
 * search.
 */
import type { ExploreOptions, FarmOptions } from '@smplab/explore';
import { type Command, Option } from 'commander';
import { oneOf, seconds, whole } from '../option-value.ts';
import { Refusal } from '../refusal.ts';

/** What commander makes of the options. */
export interface ExploreFlags {
  readonly strategy: string;
  readonly schedules: number;
  readonly timeLimit?: number;
  readonly seed: number;
  readonly depth: number;
  readonly preemptions?: number;
  readonly workers?: number;
  readonly maxSteps: number;
  readonly memory: string;
  readonly races: boolean;
  readonly stopOnRace?: boolean;
  readonly asSeed?: string;
  readonly keepGoing?: boolean;
  readonly shrink: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly watchdog: number;
}

const STRATEGIES = ['portfolio', 'random', 'pct', 'pos', 'surw', 'dfs'];
const NOT_YET = { dpor: 'dpor is not in this version yet; dfs is exhaustive too.' };
const WEAK = { tso: 'tso is not in this version yet; memory is sequentially consistent.' };
export const WATCHDOG_SECONDS = 10;

const valued = (flags: string, text: string, parse: (value: string) => unknown): Option =>
  new Option(flags, text).argParser(parse);

/** Adds the options to the command. */
export function addExploreOptions(command: Command): Command {
  const strategies = `${STRATEGIES.join('|')}|dpor`;
  return command
    .addOption(
      valued(`--strategy <${strategies}>`, 'how to search', oneOf(STRATEGIES, NOT_YET)).default('portfolio'),
    )
    .addOption(
      valued('--schedules <N>', 'schedules to run at most', whole(1, 2_000_000_000)).default(
        10_000,
        '10,000',
      ),
    )
    .addOption(valued('--time-limit <SECONDS>', 'stop after this time (then results depend on it)', seconds))
    .addOption(valued('--seed <S>', 'of all random choices', whole(0, Number.MAX_SAFE_INTEGER)).default(1))
    .addOption(valued('--depth <D>', 'bug depth that pct aims at', whole(1, 1000)).default(3))
    .addOption(valued('--preemptions <B>', 'bound on preemptions for dfs (default: none)', whole(0, 1e6)))
    .addOption(valued('--workers <W>', 'worker threads (default: the cores)', whole(1, 256)))
    .addOption(
      valued('--max-steps <N>', 'steps per schedule at most', whole(1, 1e8)).default(100_000, '100,000'),
    )
    .addOption(valued('--memory <sc|tso>', 'memory model', oneOf(['sc'], WEAK)).default('sc'))
    .option('--no-races', 'do not look for data races')
    .option('--stop-on-race', 'stop at the first data race')
    .option('--as-seed <ID,...|all>', 'run the historical code (scenarios on the kernel)')
    .option('--keep-going', 'do not stop at the first finding')
    .option('--no-shrink', 'do not shorten the failing schedule')
    .option('--out <DIR>', 'write schedule, trace and report files')
    .option('--json', 'print one JSON value and nothing else')
    .addOption(
      valued('--watchdog <SECONDS>', 'give up on a scenario that makes no step', seconds).default(
        WATCHDOG_SECONDS,
      ),
    );
}

/** The options of a search as the explorer takes them. */
export function searchOptions(flags: ExploreFlags): ExploreOptions {
  return {
    strategy: flags.strategy,
    schedules: flags.schedules,
    seed: flags.seed,
    depth: flags.depth,
    maxSteps: flags.maxSteps,
    races: flags.races,
    stopOnRace: flags.stopOnRace === true,
    keepGoing: flags.keepGoing === true,
    shrink: flags.shrink,
    ...(flags.timeLimit === undefined ? {} : { timeLimitSeconds: flags.timeLimit }),
    ...(flags.preemptions === undefined ? {} : { preemptions: flags.preemptions }),
  };
}

/** The fix switches of --as-seed; undefined without it. */
export function fixSwitches({ asSeed }: Pick<ExploreFlags, 'asSeed'>): readonly string[] | undefined {
  if (asSeed === undefined) return undefined;
  const ids = asSeed.split(',').map((id) => id.trim());
  if (ids.includes(''))
    throw new Refusal('--as-seed needs fix switches, as in --as-seed tsleep-ident,exit-snapshot');
  return ids;
}

/** Options that were given and change nothing, in words; empty if there are none. */
export function ignoredOptions(flags: ExploreFlags): string[] {
  const { strategy, preemptions } = flags;
  const isBounded = strategy === 'dfs' || strategy === 'portfolio';
  return preemptions === undefined || isBounded
    ? []
    : [`--preemptions has no effect on --strategy ${strategy}`];
}

/** The options of the worker threads. */
export function farmOptions(flags: Pick<ExploreFlags, 'workers' | 'watchdog'>): FarmOptions {
  return {
    watchdogSeconds: flags.watchdog,
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
  };
}
