/**
 * Owns the names of the policies, for experiments and commands that are data: each with its options, which
 * are checked. Whoever has a policy of its own passes that, and needs no name.
 */
import { bsd4 } from './bsd4.ts';
import { cbs } from './cbs.ts';
import { cfs } from './cfs.ts';
import { dfly } from './dfly.ts';
import { eevdf } from './eevdf.ts';
import { BUG_NAMES } from './fair-bugs.ts';
import { fourBsd } from './four-bsd.ts';
import { lwkt } from './lwkt.ts';
import { mlfq } from './mlfq.ts';
import { partitionedEdf, type PartitionedOptions } from './partitioned.ts';
import { type Policy, PolicyError } from './policy.ts';
import { fifo, roundRobin } from './round-robin.ts';
import { lottery, stride } from './stride.ts';
import { ule } from './ule.ts';
import { fixedPriority, globalEdf, rateMonotonic } from './urgency.ts';

/** What an option may be. */
interface OptionRule {
  readonly needs: string;
  readonly isRight: (value: unknown) => boolean;
}

export interface PolicyKind {
  /** Names of its options, and what each may be. */
  readonly options: Readonly<Record<string, OptionRule>>;
  /** Makes one; wrong options are a `PolicyError`. */
  readonly make: (options?: Readonly<Record<string, unknown>>) => Policy<unknown>;
}

function numberFrom(least: number, needs: string): OptionRule {
  return { needs, isRight: (value) => typeof value === 'number' && value >= least };
}

function oneOf(...names: readonly string[]): OptionRule {
  return { needs: `one of ${names.join(', ')}`, isRight: (value) => names.some((name) => name === value) };
}

/** A time; 0 and Infinity have a meaning in some options, and are let through. */
const NS = numberFrom(0, 'a time in ns, from 0,');
const TICK_NS: OptionRule = {
  needs: 'a time in ns above 0',
  isRight: (value) => typeof value === 'number' && value > 0 && Number.isFinite(value),
};
const COUNT: OptionRule = {
  needs: 'a whole number from 1',
  isRight: (value) => Number.isInteger(value) && Number(value) >= 1,
};
const WHOLE: OptionRule = {
  needs: 'a whole number from 0',
  isRight: (value) => Number.isInteger(value) && Number(value) >= 0,
};
const FLAG: OptionRule = { needs: 'true or false', isRight: (value) => typeof value === 'boolean' };

/** A row of the table; it has a rule for each option that the policy has. */
function kind<O extends object>(
  name: string,
  make: (options: O) => Policy<unknown>,
  options: { readonly [K in keyof Required<O> & string]: OptionRule },
): [string, PolicyKind] {
  const rules: Readonly<Record<string, OptionRule>> = options;
  function build(given: Readonly<Record<string, unknown>> = {}): Policy<unknown> {
    checkOptions(name, rules, given);
    // What is undefined is as if left out.
    return make(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as O);
  }
  return [name, { options: rules, make: build }];
}

function checkOptions(
  policy: string,
  rules: Readonly<Record<string, OptionRule>>,
  options: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ');
      throw new PolicyError(`policy "${policy}" has no option "${name}": known are ${known || 'none'}`);
    }
    const { needs, isRight } = rules[name];
    if (value !== undefined && !isRight(value))
      throw new PolicyError(
        `policy "${policy}": option "${name}" is ${JSON.stringify(value)}: ${needs} is needed`,
      );
  }
}

/** An object with some of the names, each true or false. */
const BUGS: OptionRule = {
  needs: `an object of ${BUG_NAMES.join(', ')}, each true or false,`,
  isRight: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, is]) => BUG_NAMES.some((bug) => bug === name) && typeof is === 'boolean',
    ),
};

const FAIR_OPTIONS = { tickNs: TICK_NS, balanceTicks: WHOLE, isScaled: FLAG };

/** All policies that have names. */
export const POLICIES: ReadonlyMap<string, PolicyKind> = new Map([
  kind('rr', roundRobin, { quantumNs: NS }),
  kind('fifo', fifo, {}),
  kind('mlfq', mlfq, { levels: COUNT, quantumNs: NS, boostNs: NS }),
  kind('stride', stride, { quantumNs: NS }),
  kind('lottery', lottery, { quantumNs: NS }),
  kind('fixed-priority', fixedPriority, { isPreemptive: FLAG }),
  kind('rate-monotonic', rateMonotonic, {}),
  kind('edf-global', globalEdf, {}),
  kind('edf-partitioned', (options: Pick<PartitionedOptions, 'fit'>) => partitionedEdf(options), {
    fit: oneOf('first', 'best', 'worst'),
  }),
  kind('cbs', () => cbs(), {}),
  kind('cfs', cfs, {
    ...FAIR_OPTIONS,
    latencyNs: NS,
    minGranularityNs: NS,
    wakeupGranularityNs: NS,
    bugs: BUGS,
  }),
  kind('eevdf', eevdf, { ...FAIR_OPTIONS, sliceNs: NS, runsToParity: FLAG }),
  kind('lwkt', lwkt, { tickNs: TICK_NS, preemptFrom: WHOLE, placement: oneOf('creator', 'least') }),
  kind('bsd4', bsd4, {
    rrInterval: COUNT,
    decay: WHOLE,
    smt: FLAG,
    cacheCoherent: FLAG,
    upriAffinity: WHOLE,
    queueChecks: COUNT,
    stickToLevel: WHOLE,
    tickNs: TICK_NS,
  }),
  kind('4bsd', fourBsd, {
    stathz: COUNT,
    slice: COUNT,
    inverseEstcpuWeight: COUNT,
    niceWeight: COUNT,
    runqFuzz: COUNT,
    loadNs: TICK_NS,
  }),
  kind('dfly', dfly, {
    weight1: WHOLE,
    weight2: WHOLE,
    weight3: WHOLE,
    weight4: WHOLE,
    features: WHOLE,
    fastResched: WHOLE,
    rrInterval: COUNT,
    decay: WHOLE,
    tickNs: TICK_NS,
  }),
  kind('ule', ule, {
    stathz: COUNT,
    slice: COUNT,
    sliceMinDivisor: COUNT,
    interact: WHOLE,
    preemptThresh: WHOLE,
    affinity: WHOLE,
    balanceInterval: WHOLE,
    stealIdle: FLAG,
    stealThresh: COUNT,
  }),
]);

/** The policy of a name with its options. */
export function policyNamed(name: string, options?: Readonly<Record<string, unknown>>): Policy<unknown> {
  const found = POLICIES.get(name);
  if (found === undefined)
    throw new PolicyError(`there is no policy "${name}": known are ${[...POLICIES.keys()].join(', ')}`);
  return found.make(options);
}
