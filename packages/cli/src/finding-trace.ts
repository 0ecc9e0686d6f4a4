/**
 * Owns the way from what `explore --json` and `--out DIR` say of a finding to a trace that timelines can
 * show: each step takes a microsecond, strands are threads, those of an explored machine on the CPUs after
 * which they are called (`cpu1/main`), all others on one. Pure.
 *
 * Who woke whom is read off the steps, as far as they say: `spawn`, and for a strand that had to stop
 * whoever was the last to use the object with which it goes on.
 */
import type { Trace, TraceEvent, TraceThread } from '@smplab/trace';
import { Refusal } from './refusal.ts';

const STEP_NS = 1000;
const STEPS = 'steps';
const CALLS = 'calls';
const NOBODY = 0;
const PID = 1;
/** Strands that stop another one of their CPU, which goes on after them. */
const INTERRUPT = /^cpu\d+\/(?:irq|timer)$/;
/** The mask in which a CPU asks another one to look at its messages. */
const IPI_MASK = /^cpu(\d{1,3})\.gd_ipimask\b/;

/** A step, with what older reports may lack. */
interface Step {
  readonly strand: string;
  readonly op: string;
  readonly object: string;
  readonly text: string;
  readonly value: unknown;
  readonly switched: boolean;
  readonly isStep: boolean;
  readonly call: string | null;
}

/** A strand on its way through the trace. */
interface Strand {
  readonly path: string;
  readonly tid: number;
  readonly cpu: number;
  /** It had to stop, then: somebody has to wake it. */
  asleepSince: number | null;
  call: string | null;
}

/** A report of one scenario as a trace. Refuses what is no report, and one without a trace. */
export function findingTrace(report: unknown): Trace {
  const { scenario, trace: steps } = checked(report);
  return new Conversion(scenario, steps.map(stepOf), report as Record<string, unknown>).trace();
}

function checked(report: unknown): { scenario: string; trace: readonly unknown[] } {
  if (!isObject(report) || typeof report['scenario'] !== 'string' || !Array.isArray(report['trace']))
    throw new Refusal('it is neither a trace of smplab nor what "smplab explore --json" prints');
  const { scenario, trace } = report as { scenario: string; trace: unknown[] };
  if (trace.length === 0) throw new Refusal(`"${scenario}" has no trace: nothing was found in it`);
  return { scenario, trace };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stepOf(value: unknown, at: number): Step {
  if (!isObject(value)) throw new Refusal(`step ${at + 1} of its trace is no object`);
  const { strand, op, object = '', text = '', call = null } = value;
  for (const each of [strand, op, object, text, call ?? ''])
    if (typeof each !== 'string')
      throw new Refusal(`step ${at + 1} of its trace has no text for strand or op`);
  const shown = text === '' ? `${String(op)} ${String(object)}`.trim() : (text as string);
  const isStep = value['isStep'] !== false;
  const switched = value['switched'] === true;
  return {
    ...(value as { strand: string; op: string; value: unknown }),
    object,
    text: shown,
    isStep,
    switched,
    call,
  } as Step;
}

class Conversion {
  readonly #scenario: string;
  readonly #steps: readonly Step[];
  readonly #report: Record<string, unknown>;
  readonly #strands = new Map<string, Strand>();
  readonly #events: TraceEvent[] = [];
  readonly #running: (Strand | undefined)[] = [];
  /** The last uses of an object: who and when. */
  readonly #users = new Map<string, { strand: Strand; timeNs: number }[]>();
  #now = 0;

  constructor(scenario: string, steps: readonly Step[], report: Record<string, unknown>) {
    this.#scenario = scenario;
    this.#steps = steps;
    this.#report = report;
  }

  trace(): Trace {
    const { strands } = this.#report;
    if (Array.isArray(strands))
      for (const path of strands) if (typeof path === 'string') this.#strandOf(path);
    for (const step of this.#steps) this.#step(step);
    this.#end();
    const all = [...this.#strands.values()];
    const threads = all.map(({ path, tid }): TraceThread => ({
      tid,
      pid: PID,
      name: path,
      processName: this.#scenario,
    }));
    // Wakings come out when the woken one goes on: later than they were.
    const events = this.#events.sort((a, b) => a.timeNs - b.timeNs);
    const named = this.#events.map((event) => (event.kind === 'ipi' ? event.targetCpu : 0));
    const cpus = [...named, ...all.map(({ cpu }) => cpu)].reduce((most, cpu) => Math.max(most, cpu)) + 1;
    return { name: this.#scenario, cpus, threads, events, description: this.#description() };
  }

  #description(): Record<string, string> {
    const keys = ['verdict', 'message', 'strategy', 'seed', 'schedule'];
    const told = keys.flatMap((key) => {
      const value = this.#report[key];
      return typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [];
    });
    return Object.fromEntries(told) as Record<string, string>;
  }

  #strandOf(path: string): Strand {
    let strand = this.#strands.get(path);
    if (strand === undefined) {
      const cpu = Number(/^cpu(\d{1,3})(?:\/|$)/.exec(path)?.[1] ?? 0);
      strand = { path, tid: this.#strands.size + 1, cpu, asleepSince: null, call: null };
      this.#strands.set(path, strand);
    }
    return strand;
  }

  #step(step: Step): void {
    const strand = this.#strandOf(step.strand);
    const at = { timeNs: this.#now, cpu: strand.cpu, tid: strand.tid };
    this.#run(strand, step);
    if (!step.isStep) {
      this.#events.push({ kind: 'instant', ...at, track: STEPS, name: nameOf(step) });
      return;
    }
    this.#enterCall(strand, step.call);
    const slice = { cpu: strand.cpu, tid: strand.tid, track: STEPS, name: nameOf(step) };
    this.#events.push({ kind: 'begin', timeNs: this.#now, ...slice });
    this.#tellOthers(strand, step);
    this.#now += STEP_NS;
    this.#events.push({ kind: 'end', timeNs: this.#now, ...slice });
  }

  /** Has the CPU of a strand run it, if it does not. */
  #run(strand: Strand, step: Step): void {
    const { cpu, tid } = strand;
    const before = this.#running[cpu];
    if (before === strand) return;
    if (strand.asleepSince !== null) this.#wakeUp(strand, step, strand.asleepSince);
    const goesOn = step.switched || INTERRUPT.test(strand.path);
    if (before !== undefined && !goesOn) before.asleepSince = this.#now;
    const prevState = before === undefined ? 'R' : goesOn ? 'R+' : 'S';
    this.#events.push({
      kind: 'switch',
      timeNs: this.#now,
      cpu,
      prev: before?.tid ?? NOBODY,
      prevState,
      next: tid,
    });
    this.#running[cpu] = strand;
  }

  /** Who used its object, or who has been joined, while it could not go on; a clock, if nobody is known. */
  #wakeUp(strand: Strand, step: Step, since: number): void {
    strand.asleepSince = null;
    const users = (this.#users.get(objectOf(step)) ?? []).filter(
      (use) => use.strand !== strand && use.timeNs >= since,
    );
    const waker = users.at(-1);
    const timeNs = waker === undefined ? this.#now : waker.timeNs + STEP_NS / 2;
    this.#events.push({
      kind: 'waking',
      timeNs,
      cpu: waker?.strand.cpu ?? strand.cpu,
      tid: strand.tid,
      waker: waker?.strand.tid ?? NOBODY,
      targetCpu: strand.cpu,
    });
  }

  /** What others learn of a step: who uses an object, a message to another CPU, a strand that begins. */
  #tellOthers(strand: Strand, step: Step): void {
    const { cpu, tid } = strand;
    for (const key of [objectOf(step), `join ${strand.path}`]) {
      const users = this.#users.get(key) ?? [];
      users.push({ strand, timeNs: this.#now });
      this.#users.set(key, users);
    }
    const timeNs = this.#now + STEP_NS / 2;
    const target = IPI_MASK.exec(step.object)?.[1];
    if (step.op === 'or' && target !== undefined)
      this.#events.push({
        kind: 'ipi',
        timeNs,
        cpu,
        targetCpu: Number(target),
        name: step.call ?? 'ipi',
        tid,
      });
    if (step.op !== 'spawn') return;
    const spawned = this.#strands.get(`${strand.path}/${argumentOf(step)}`);
    if (spawned !== undefined && this.#running[spawned.cpu] !== spawned)
      this.#events.push({
        kind: 'waking',
        timeNs,
        cpu,
        tid: spawned.tid,
        waker: tid,
        targetCpu: spawned.cpu,
      });
  }

  #enterCall(strand: Strand, call: string | null): void {
    if (strand.call === call) return;
    const at = { timeNs: this.#now, cpu: strand.cpu, tid: strand.tid, track: CALLS };
    if (strand.call !== null) this.#events.push({ kind: 'end', ...at, name: strand.call });
    if (call !== null) this.#events.push({ kind: 'begin', ...at, name: call });
    strand.call = call;
  }

  /** Ends what is open, and says where it has led. */
  #end(): void {
    for (const strand of this.#strands.values()) this.#enterCall(strand, null);
    const last = this.#strandOf(this.#steps.at(-1)?.strand ?? '');
    const { verdict, message } = this.#report;
    const name = `${String(verdict)}: ${String(message)}`;
    this.#events.push({ kind: 'instant', timeNs: this.#now, cpu: last.cpu, tid: last.tid, name });
  }
}

/** `x.load() → 0`. */
function nameOf({ text, value }: Step): string {
  return value === null || value === undefined ? text : `${text} → ${JSON.stringify(value)}`;
}

/** What a step is about: an object; of a join the strand that it waits for. */
function objectOf(step: Step): string {
  if (step.op !== 'join') return `object ${step.object}`;
  const joined = argumentOf(step);
  return `join ${joined.includes('/') ? joined : `${step.strand}/${joined}`}`;
}

/** `up` of `spawn(up)`. */
function argumentOf({ text, object }: Step): string {
  return /\((.*)\)/.exec(text)?.[1] ?? object;
}
