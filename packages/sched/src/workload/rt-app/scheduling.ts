/**
 * Owns what rt-app says of scheduling, of a thread or from a phase on, and what that is to policies here,
 * which know no classes but numbers:
 *
 *     SCHED_OTHER, SCHED_BATCH   nice is the priority of the file; priority 120 + nice
 *     SCHED_IDLE                 nice 19, weight 3, priority 140
 *     SCHED_FIFO, SCHED_RR       priority 99 - that of the file, nice -20
 *     SCHED_DEADLINE             period and budget are dl-period and dl-runtime; priority -1, nice -20
 */
import { NICE_WEIGHTS } from '../../task/task.ts';
import type { Fields } from './fields.ts';
import type { LooseEntry, Place } from './loose-json.ts';

const RT_POLICIES = [
  'SCHED_OTHER',
  'SCHED_BATCH',
  'SCHED_IDLE',
  'SCHED_FIFO',
  'SCHED_RR',
  'SCHED_DEADLINE',
] as const;
export type RtPolicy = (typeof RT_POLICIES)[number];

export function readPolicy(fields: Fields, entry: LooseEntry | undefined): RtPolicy | null {
  return entry === undefined ? null : fields.word(entry, RT_POLICIES);
}

/** Null is what is not said. */
export interface RtScheduling {
  readonly policy: RtPolicy | null;
  readonly priority: number | null;
  readonly runtimeNs: number | null;
  readonly periodNs: number | null;
  readonly deadlineNs: number | null;
  readonly cpus: readonly number[] | null;
  readonly group: string | null;
  readonly at: Place;
}

export const SCHEDULING_KEYS = [
  'policy',
  'priority',
  'dl-runtime',
  'dl-period',
  'dl-deadline',
  'dl-reclaim',
  'cpus',
  'taskgroup',
  'nodes_membind',
  'membind_nodes',
  'util_min',
  'util_max',
] as const;

/** Those of a thread that are from older files. */
const OLD_NAMES: readonly (readonly [string, string])[] = [
  ['dl-runtime', 'runtime'],
  ['dl-period', 'period'],
  ['dl-deadline', 'deadline'],
];
export const OLD_KEYS: readonly string[] = OLD_NAMES.map(([, old]) => old);

type Found = ReadonlyMap<string, LooseEntry>;

/** What is said at one place. */
export function readScheduling(fields: Fields, found: Found, at: Place): RtScheduling {
  const time = (name: string): number | null => {
    const old = OLD_NAMES.find(([each]) => each === name)?.[1] ?? name;
    const entry = found.get(name) ?? found.get(old);
    return entry === undefined ? null : fields.time(entry);
  };
  for (const key of OLD_KEYS) {
    const entry = found.get(key);
    if (entry !== undefined) fields.warn(entry.at, `"${key}" is taken for "dl-${key}"`);
  }
  const [cpus, group] = [found.get('cpus'), found.get('taskgroup')];
  warnOfOthers(fields, found);
  const policy = readPolicy(fields, found.get('policy'));
  return {
    policy,
    priority: readPriority(fields, found.get('priority'), policy),
    runtimeNs: time('dl-runtime'),
    periodNs: time('dl-period'),
    deadlineNs: time('dl-deadline'),
    cpus: cpus === undefined ? null : readCpus(fields, cpus),
    group: group === undefined ? null : readGroup(fields, group),
    at,
  };
}

function readPriority(fields: Fields, entry: LooseEntry | undefined, policy: RtPolicy | null): number | null {
  if (entry === undefined) return null;
  if (policy === 'SCHED_FIFO' || policy === 'SCHED_RR') return fields.whole(entry, 1, 99);
  // Without a policy it may still be of one kind or the other: `checkPriority` knows.
  return policy === null ? fields.whole(entry, -20, 99) : fields.whole(entry, -20, 19);
}

function readCpus(fields: Fields, entry: LooseEntry): readonly number[] {
  const cpus = fields.wholes(entry);
  return cpus.length > 0 ? cpus : fields.fail(entry.at, '"cpus" is empty: the thread could run nowhere');
}

function readGroup(fields: Fields, entry: LooseEntry): string {
  const group = fields.text(entry);
  if (group !== '' && !group.startsWith('/'))
    fields.fail(entry.value.at, `"taskgroup" is "${group}": it has to begin with /`);
  return group;
}

function warnOfOthers(fields: Fields, found: Found): void {
  const reclaim = found.get('dl-reclaim');
  if (reclaim !== undefined && fields.flag(reclaim))
    fields.warn(reclaim.at, '"dl-reclaim" changes nothing: a budget is never more than was reserved');
  for (const key of ['util_min', 'util_max']) {
    const entry = found.get(key);
    if (entry === undefined) continue;
    fields.whole(entry, -1, 1024);
    fields.warn(entry.at, `"${key}" changes nothing: speeds of CPUs do not follow load`);
  }
  for (const key of ['nodes_membind', 'membind_nodes']) {
    const entry = found.get(key);
    if (entry === undefined) continue;
    fields.wholes(entry);
    fields.warn(entry.at, `"${key}" changes nothing: memory is not modelled`);
  }
}

/** What holds from a place on: who says nothing of something leaves it as it was; CPUs go back. */
export function followedBy(
  before: RtScheduling,
  next: RtScheduling,
  threadCpus: RtScheduling['cpus'],
): RtScheduling {
  const policy = next.policy ?? before.policy;
  return {
    policy,
    priority: next.priority ?? (next.policy === null ? before.priority : null),
    runtimeNs: next.runtimeNs ?? before.runtimeNs,
    periodNs: next.periodNs ?? before.periodNs,
    deadlineNs: next.deadlineNs ?? before.deadlineNs,
    cpus: next.cpus ?? threadCpus,
    group: next.group ?? before.group,
    at: next.at,
  };
}

/** What of it can be changed while a task lives. */
export interface Rank {
  readonly nice: number;
  readonly weight: number;
  readonly priority: number;
}

const IDLE_WEIGHT = 3;

/** What policies here see of a class and its priority. */
export function rankOf(fields: Fields, { policy, priority, at }: RtScheduling): Rank {
  if (policy === 'SCHED_FIFO' || policy === 'SCHED_RR') {
    const level = priority ?? 10;
    if (level < 1) fields.fail(at, `priority is ${level}: ${policy} needs one from 1 to 99`);
    return { nice: -20, weight: NICE_WEIGHTS[0], priority: 99 - level };
  }
  if (policy === 'SCHED_DEADLINE') return { nice: -20, weight: NICE_WEIGHTS[0], priority: -1 };
  const nice = priority ?? 0;
  if (nice > 19) fields.fail(at, `priority is ${nice}: ${policy ?? 'SCHED_OTHER'} needs one from -20 to 19`);
  if (policy === 'SCHED_IDLE') return { nice: 19, weight: IDLE_WEIGHT, priority: 140 };
  return { nice, weight: NICE_WEIGHTS[nice + 20], priority: 120 + nice };
}
