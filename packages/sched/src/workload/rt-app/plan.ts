/**
 * Owns what an rt-app file says, checked: its global settings, and its threads with their phases and events.
 */
import { eventType, EVENT_PREFIXES, readEvent, type RtEvent } from './event.ts';
import { Fields } from './fields.ts';
import { type LooseEntry, type LooseObject, type Place, readLooseJson } from './loose-json.ts';
import { type RtGlobal, readGlobal } from './global.ts';
import {
  followedBy,
  OLD_KEYS,
  rankOf,
  readScheduling,
  type RtScheduling,
  SCHEDULING_KEYS,
} from './scheduling.ts';

export interface RtPhase {
  readonly name: string;
  readonly loop: number;
  readonly events: readonly RtEvent[];
  /** What holds while it lasts. */
  readonly scheduling: RtScheduling;
  readonly hasTimer: boolean;
}

export interface RtThread {
  readonly name: string;
  readonly at: Place;
  readonly instances: number;
  readonly delayNs: number;
  readonly loop: number;
  readonly phases: readonly RtPhase[];
}

export interface RtPlan {
  readonly file: string;
  readonly global: RtGlobal;
  readonly threads: readonly RtThread[];
  readonly fields: Fields;
}

const TOP_KEYS = ['tasks', 'global', 'resources'] as const;
const OWN_KEYS = ['instance', 'delay', 'loop', 'phases'] as const;

/** Reads a whole file. */
export function readPlan(file: string, text: string): RtPlan {
  const fields: Fields = new Fields(file);
  const whole = readLooseJson(file, text);
  if (whole.kind !== 'object') fields.fail(whole.at, `the file is a ${whole.kind}: an object is needed`);
  const top = fields.byKey(whole, 'the file', TOP_KEYS);
  const [tasks, given, resources] = TOP_KEYS.map((key) => top.get(key));
  if (tasks === undefined) fields.fail(whole.at, 'there is no "tasks"');
  if (resources !== undefined)
    fields.warn(resources.at, '"resources" is not needed: what threads use is made when they do');
  const global = readGlobal(fields, given);
  const threads = readThreads(fields, fields.object(tasks), global);
  checkReferences(fields, threads);
  return { file, global, threads, fields };
}

function readThreads(fields: Fields, { at, entries }: LooseObject, global: RtGlobal): RtThread[] {
  if (entries.length === 0) fields.fail(at, '"tasks" is empty');
  const names = new Set<string>();
  return entries.map((entry) => {
    // As workgen has it: the second of a name gets a number.
    let { key: name } = entry;
    for (let number = 1; names.has(name); number++) name = `${entry.key}${number}`;
    names.add(name);
    if (name !== entry.key) fields.warn(entry.at, `a second thread "${entry.key}" is called "${name}"`);
    return readThread(fields, name, entry, global);
  });
}

/** Entries of a thread or phase that are its own, and events in order. */
interface Sorted {
  readonly own: ReadonlyMap<string, LooseEntry>;
  readonly events: readonly LooseEntry[];
}

function sort(fields: Fields, { entries }: LooseObject, where: string, keys: readonly string[]): Sorted {
  const own = new Map<string, LooseEntry>();
  const events: LooseEntry[] = [];
  for (const entry of entries) {
    if (keys.includes(entry.key)) fields.once(own, entry, where);
    else if (eventType(entry.key) !== undefined) events.push(entry);
    else fields.unknown(entry, where, [...keys, ...EVENT_PREFIXES]);
  }
  return { own, events };
}

function readThread(fields: Fields, name: string, entry: LooseEntry, global: RtGlobal): RtThread {
  const object = fields.object(entry);
  const hasPhases = object.entries.some(({ key }) => key === 'phases');
  // Beside phases "runtime" cannot be an event.
  const oldKeys = hasPhases ? OLD_KEYS : OLD_KEYS.filter((key) => key !== 'runtime');
  const keys = [...OWN_KEYS, ...SCHEDULING_KEYS, ...oldKeys];
  const { own, events } = sort(fields, object, `thread "${name}"`, keys);
  const [instance, delay, loop, phases] = OWN_KEYS.map((key) => own.get(key));
  const said = readScheduling(fields, own, entry.at);
  const scheduling = { ...said, policy: said.policy ?? global.policy };
  const times = loop === undefined ? Infinity : fields.times(loop, 0);
  const all = phases === undefined ? null : readPhases(fields, name, fields.object(phases), scheduling);
  if (all !== null)
    for (const { at, key } of events)
      fields.warn(at, `"${key}" beside "phases" of thread "${name}" is left out, as rt-app does`);
  return {
    name,
    at: entry.at,
    instances: instance === undefined ? 1 : fields.whole(instance, 0),
    delayNs: delay === undefined ? 0 : fields.time(delay),
    loop: times,
    phases: all ?? [phaseOf(fields, name, name, entry.at, 1, events, scheduling)],
  };
}

const PHASE_KEYS = ['loop', ...SCHEDULING_KEYS];

function readPhases(
  fields: Fields,
  thread: string,
  phases: LooseObject,
  scheduling: RtScheduling,
): RtPhase[] {
  if (phases.entries.length === 0) fields.fail(phases.at, `"phases" of thread "${thread}" is empty`);
  let current = scheduling;
  return phases.entries.map((entry) => {
    const where = `phase "${entry.key}" of thread "${thread}"`;
    const { own, events } = sort(fields, fields.object(entry), where, PHASE_KEYS);
    const loop = own.get('loop');
    const said = readScheduling(fields, own, entry.at);
    current = followedBy(current, said, scheduling.cpus);
    const times = loop === undefined ? 1 : fields.times(loop, 1);
    return phaseOf(fields, entry.key, thread, entry.at, times, events, current);
  });
}

function phaseOf(
  fields: Fields,
  name: string,
  thread: string,
  at: Place,
  loop: number,
  entries: readonly LooseEntry[],
  scheduling: RtScheduling,
): RtPhase {
  if (entries.length === 0) fields.fail(at, `"${name}" has no events: a thread needs some to do anything`);
  rankOf(fields, scheduling);
  checkDeadline(fields, scheduling);
  const { group, policy } = scheduling;
  const isFair = policy === 'SCHED_OTHER' || policy === 'SCHED_BATCH' || policy === 'SCHED_IDLE';
  if (group !== null && group !== '' && !isFair)
    fields.fail(
      scheduling.at,
      `a "taskgroup" with ${policy ?? ''}: only SCHED_OTHER and SCHED_IDLE have one`,
    );
  const events = entries.map((entry) => readEvent(fields, entry, thread));
  return { name, loop, events, scheduling, hasTimer: events.some(({ type }) => type === 'timer') };
}

function checkDeadline(fields: Fields, { policy, runtimeNs, periodNs, deadlineNs, at }: RtScheduling): void {
  if (policy !== 'SCHED_DEADLINE') {
    if (runtimeNs !== null)
      fields.warn(at, `"dl-runtime" with ${policy ?? ''} changes nothing: slices are the policy's`);
    return;
  }
  const runtime = runtimeNs ?? 0;
  const period = periodNs ?? runtime;
  if (runtime <= 0) fields.fail(at, 'SCHED_DEADLINE without a "dl-runtime" above 0');
  if (runtime > period) fields.fail(at, `"dl-runtime" is longer than "dl-period"`);
  if ((deadlineNs ?? period) !== period)
    fields.warn(at, '"dl-deadline" is not the period: the deadline is taken for the end of the period');
}

/** Who is forked or resumed has to be there. */
function checkReferences(fields: Fields, threads: readonly RtThread[]): void {
  const names = threads.map(({ name }) => name);
  const events = threads.flatMap(({ phases }) => phases.flatMap((phase) => phase.events));
  const suspended = new Set(events.flatMap((event) => (event.type === 'suspend' ? [event.ref] : [])));
  for (const event of events) {
    if (event.type === 'fork' && !names.includes(event.ref))
      fields.fail(
        event.at,
        `"${event.key}" of "${event.ref}": there is no such thread; known are ${names.join(', ')}`,
      );
    if (event.type === 'resume' && !suspended.has(event.ref))
      fields.warn(event.at, `"${event.key}" of "${event.ref}" wakes nobody: nobody suspends under that name`);
  }
}
