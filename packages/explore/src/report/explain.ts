/**
 * Owns the sentence that says in words what a trace shows: which update was lost, who waits for whom, who
 * freed what in between. It speaks only of what the trace proves, and gives null when it is not sure. Pure.
 */
import { shortNames } from './grid.ts';
import type { Finding, TraceStep } from './result.ts';

/** The parts of a finding an explanation is made from. */
export type Explained = Pick<Finding, 'verdict' | 'strand' | 'strands' | 'details' | 'trace'>;

const READS = new Set(['load', 'read', 'peek']);
const WRITES = new Set(['store', 'write']);
const UPDATES = new Set(['add', 'sub', 'and', 'or', 'xor', 'exchange', 'update']);
const SIGNALS = new Set(['signal', 'broadcast']);

const isRead = (step: TraceStep): boolean => READS.has(step.op);
const isWrite = (step: TraceStep): boolean => WRITES.has(step.op);

/** Whether the step changed its object. */
function changes(step: TraceStep): boolean {
  return isWrite(step) || UPDATES.has(step.op) || (step.op === 'compareExchange' && step.value === true);
}

/** The number between the parentheses of `x.store(1)`; null if there is none. */
function operand(step: TraceStep): number | null {
  const match = /\((-?\d+)\)$/.exec(step.text);
  return match === null ? null : Number(match[1]);
}

/** What a reader calls an operation. */
function noun(step: TraceStep): string {
  return step.op === 'peek' ? 'look' : step.op;
}

/** What happened, in a sentence or two; null if that is not certain. */
export function explain(finding: Explained): string | null {
  switch (finding.verdict) {
    case 'assertion':
    case 'panic':
      return lostUpdate(finding) ?? changedBetween(finding) ?? staleRead(finding);
    case 'deadlock':
      return heldAndWanted(finding);
    case 'lost-wakeup':
      return earlySignal(finding);
    case 'use-after-free':
      return freedBetween(finding);
    case 'double-free':
      return bothSaw(finding);
    case 'null-dereference':
      return clearedBefore(finding);
    default:
      return null;
  }
}

/** Objects the strand at fault looked at since its own last write: those its complaint can be about. */
function complainedOf({ trace, strand }: Explained): Set<string> {
  const objects = new Set<string>();
  for (let at = trace.length - 1; at >= 0; at--) {
    const step = trace[at];
    if (step.strand !== strand) continue;
    if (isRead(step)) objects.add(step.object);
    else if (changes(step)) break;
  }
  return objects;
}

/** One strand's store, made from what it loaded before another's update came, wipes that update out. */
function lostUpdate(finding: Explained): string | null {
  const { trace, strands } = finding;
  const name = shortNames(strands);
  for (const object of complainedOf(finding)) {
    const steps = trace.filter((step) => step.object === object);
    for (let last = 0; last < steps.length; last++) {
      const store = steps[last];
      if (!isWrite(store)) continue;
      const first = previousOf(steps, last);
      if (first < 0 || !isRead(steps[first])) continue;
      const meanwhile = steps.slice(first + 1, last);
      const lost = meanwhile.find((step, at) => changes(step) && isUpdate(steps, first + 1 + at));
      if (lost === undefined || meanwhile.some((step) => isRead(step) && step.strand !== lost.strand))
        continue;
      const [winner, loser] = [name.get(store.strand) ?? '', name.get(lost.strand) ?? ''];
      const between = `between ${winner}'s ${noun(steps[first])} and ${winner}'s ${store.op}`;
      return `${loser} ${verb(lost.op)} ${object} ${between}: ${loser}'s update is lost.`;
    }
  }
  return null;
}

/** The step before of the same strand; -1 if there is none. */
function previousOf(steps: readonly TraceStep[], at: number): number {
  for (let before = at - 1; before >= 0; before--)
    if (steps[before].strand === steps[at].strand) return before;
  return -1;
}

/** Whether the write is made from the value that was there: an `add`, or a store after a load of its own. */
function isUpdate(steps: readonly TraceStep[], at: number): boolean {
  if (!isWrite(steps[at])) return true;
  const before = previousOf(steps, at);
  return before >= 0 && isRead(steps[before]);
}

function verb(op: string): string {
  const verbs: Record<string, string> = {
    store: 'stores',
    write: 'writes',
    add: 'adds to',
    sub: 'subtracts from',
  };
  return verbs[op] ?? 'changes';
}

/** The strand at fault saw two values of one object, and one foreign write lies between. */
function changedBetween({ trace, strand, strands }: Explained): string | null {
  const own = trace.filter((step) => step.strand === strand && isRead(step));
  const second = own.at(-1);
  if (second === undefined) return null;
  const first = own.findLast((step) => step !== second && step.object === second.object);
  if (first === undefined || first.value === second.value) return null;
  const writes = trace
    .slice(trace.indexOf(first) + 1, trace.indexOf(second))
    .filter((step) => step.object === second.object && changes(step));
  if (writes.length !== 1 || writes[0].strand === strand) return null;
  const name = shortNames(strands);
  const [victim, other] = [name.get(strand ?? '') ?? '', name.get(writes[0].strand) ?? ''];
  return (
    `${other} changes ${second.object} from ${first.value} to ${second.value} between two ` +
    `${noun(first)}s of ${victim}: what ${victim} saw first no longer holds.`
  );
}

/** The strand at fault goes on with one value that another has replaced since. */
function staleRead({ trace, strand, strands }: Explained): string | null {
  const stale: { read: TraceStep; write: TraceStep }[] = [];
  const seen = new Set<string>();
  for (let at = trace.length - 1; at >= 0; at--) {
    const step = trace[at];
    if (step.strand !== strand || step.object === '' || seen.has(step.object)) continue;
    seen.add(step.object);
    if (!isRead(step) || step.op === 'peek') continue;
    const write = trace.slice(at + 1).find((later) => later.object === step.object && changes(later));
    if (write !== undefined && isWrite(write) && operand(write) !== step.value)
      stale.push({ read: step, write });
  }
  if (stale.length !== 1) return null;
  const [{ read, write }] = stale;
  const name = shortNames(strands);
  const [victim, other] = [name.get(read.strand) ?? '', name.get(write.strand) ?? ''];
  return (
    `${victim} goes on with ${read.object} = ${read.value}, which it read before ` +
    `${other} ${verb(write.op)} ${operand(write) ?? 'it'}.`
  );
}

const WAIT =
  /^(\S+) waits in (.+)\.(?:lock|readLock|writeLock)\(\), held by (\S+?)(?: \(which has ended\))?$/;

/** Who holds what the other wants. */
function heldAndWanted({ details, trace, strands }: Explained): string | null {
  const waits = details.map((line) => WAIT.exec(line));
  if (waits.length === 0 || waits.some((wait) => wait === null)) return null;
  const name = shortNames(strands);
  const known = waits.map((wait) => ({
    strand: wait?.[1] ?? '',
    lock: wait?.[2] ?? '',
    holder: wait?.[3] ?? '',
  }));
  const called = (path: string): string => name.get(path) ?? path;
  if (known.length === 1) {
    const [{ strand, lock, holder }] = known;
    if (strand === holder)
      return `${called(strand)} locks ${lock}, which it holds already: it waits for itself.`;
    const ended = details[0].endsWith('(which has ended)');
    return ended ? `${called(holder)} ended without giving ${lock} back.` : null;
  }
  const parts = known.map(({ strand, lock }) => {
    const mine = known.find((other) => other.holder === strand)?.lock;
    const taken = trace.findLast(
      (step) => step.strand === strand && step.object === mine && /lock$/i.test(step.op),
    );
    return mine === undefined || taken === undefined
      ? null
      : `${called(strand)} holds ${mine} and waits for ${lock}`;
  });
  if (parts.includes(null)) return null;
  const advice = known.length === 2 ? ` Taking them in one order everywhere ends it.` : '';
  return `${parts.join('; ')}.${advice}`;
}

/** The signal came while nobody slept yet. */
function earlySignal({ trace, strand, strands }: Explained): string | null {
  const sleep = trace.findLast((step) => step.strand === strand && step.op === 'wait');
  if (sleep === undefined) return null;
  const victim = shortNames(strands).get(strand ?? '') ?? '';
  const at = trace.indexOf(sleep);
  const signals = trace.filter((step) => step.object === sleep.object && SIGNALS.has(step.op));
  if (signals.length === 0) return `Nobody signals ${sleep.object}.`;
  const waitsBefore = trace.slice(0, at).some((step) => step.object === sleep.object && step.op === 'wait');
  if (waitsBefore || signals.some((step) => trace.indexOf(step) > at)) return null;
  const other = shortNames(strands).get(signals[0].strand) ?? '';
  return `${other} signals ${sleep.object} before ${victim} sleeps on it: the wakeup finds nobody.`;
}

/** Who freed the object, and where the user of it was then. */
function freedBetween({ trace, strand, strands, details }: Explained): string | null {
  const freed = /^(\S+) freed by /.exec(details.find((line) => line.includes(' freed by ')) ?? '')?.[1];
  if (freed === undefined) return null;
  const free = trace.findLast((step) => step.op === 'free' && step.text.endsWith(`(${freed})`));
  if (free === undefined) return null;
  const name = shortNames(strands);
  const victim = name.get(strand ?? '') ?? '';
  if (free.strand === strand) return `${victim} frees ${freed} and then uses it itself.`;
  const before = trace
    .slice(0, trace.indexOf(free))
    .findLast((step) => step.strand === strand && step.isStep);
  const culprit = name.get(free.strand) ?? '';
  if (before === undefined) return `${culprit} frees ${freed} before ${victim} has made a step.`;
  return `${culprit} frees ${freed} after ${victim}'s ${before.text} and before ${victim} uses it.`;
}

/** Both that freed an object had read the same value of one word before. */
function bothSaw({ trace, strand, strands, details }: Explained): string | null {
  const freed = /^(\S+) freed by /.exec(details.find((line) => line.includes(' freed by ')) ?? '')?.[1];
  const isFree = (step: TraceStep): boolean => step.op === 'free' && step.text.endsWith(`(${freed ?? ''})`);
  const first = trace.find(isFree);
  const second = trace.findLast(isFree);
  if (freed === undefined || first === undefined || second === undefined || first === second) return null;
  if (second.strand !== strand || first.strand === strand) return null;
  const [one, other] = [first, second].map((free) =>
    trace.slice(0, trace.indexOf(free)).findLast((step) => step.strand === free.strand && isRead(step)),
  );
  if (one === undefined || other === undefined || one.object !== other.object || one.value !== other.value)
    return null;
  const name = shortNames(strands);
  const both = `${name.get(first.strand) ?? ''} and ${name.get(second.strand) ?? ''}`;
  return `${both} both saw ${one.object} = ${one.value} before they freed ${freed}.`;
}

/** Who stored the 0 that was taken for an object. */
function clearedBefore({ trace, strand, strands }: Explained): string | null {
  const read = trace.findLast((step) => step.strand === strand && isRead(step));
  if (read?.value !== 0) return null;
  const before = trace.slice(0, trace.indexOf(read));
  const write = before.findLast((step) => step.object === read.object && changes(step));
  if (write === undefined || write.strand === strand || !isWrite(write) || operand(write) !== 0) return null;
  const name = shortNames(strands);
  const [culprit, victim] = [name.get(write.strand) ?? '', name.get(strand ?? '') ?? ''];
  return `${culprit} ${verb(write.op)} 0 to ${read.object} before ${victim} reads it.`.replace(
    'stores 0 to',
    'stores 0 in',
  );
}
