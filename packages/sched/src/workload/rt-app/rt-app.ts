/**
 * Owns workloads written as rt-app files: the text is checked when it is read, with file, line and column of
 * what is wrong; each start makes the threads anew. A distribution may stand wherever rt-app wants a time of
 * `run`, `runtime` or `sleep`, which rt-app itself does not know: { "run": { "exponential": 1000 } }.
 */
import type { Task, TaskOptions } from '../../task/task.ts';
import type { Workload, WorkloadHost } from '../workload.ts';
import { demandOf } from './demand.ts';
import { PhaseLog, type PhaseRow } from './phase-log.ts';
import { readPlan, type RtPlan, type RtThread } from './plan.ts';
import { rankOf, type RtScheduling } from './scheduling.ts';
import { Shared } from './shared.ts';
import { type RtIdentity, threadProgram } from './thread-program.ts';

export interface RtAppOptions {
  /** Name of the file, for messages. */
  readonly file?: string;
}

export interface RtAppWorkload extends Workload {
  readonly warnings: readonly string[];
  /** What phases have come to since it was started, in the order in which they ended. */
  log(): readonly PhaseRow[];
  /** The log of a thread, as rt-app writes it. */
  logText(thread: string): string;
}

/** rt-app allows so many. */
const MOST_FORKS = 1024;

/** What a task is told of its thread. */
function optionsOf(plan: RtPlan, thread: RtThread): Omit<TaskOptions, 'name' | 'program'> {
  const [{ scheduling }] = thread.phases;
  const { policy, cpus, runtimeNs, periodNs, group } = scheduling;
  const period = policy === 'SCHED_DEADLINE' ? (periodNs ?? runtimeNs) : firstTimer(thread);
  return {
    ...rankOf(plan.fields, scheduling),
    ...(cpus === null ? {} : { affinity: cpus }),
    ...(period === null || period === 0 ? {} : { periodNs: period }),
    ...(policy === 'SCHED_DEADLINE' && runtimeNs !== null ? { budgetNs: runtimeNs } : {}),
    ...(group === null || group === '' ? {} : { group }),
  };
}

function firstTimer({ phases }: RtThread): number | null {
  for (const { events } of phases)
    for (const event of events) if (event.type === 'timer') return event.periodNs;
  return null;
}

function checkCpus({ fields, threads }: RtPlan, { topology }: WorkloadHost): void {
  const check = ({ cpus, at }: RtScheduling): void => {
    const wrong = cpus?.find((cpu) => cpu >= topology.count);
    if (wrong !== undefined)
      fields.fail(at, `"cpus" has ${wrong}: machine "${topology.name}" has CPUs 0 to ${topology.count - 1}`);
  };
  for (const { phases } of threads) for (const { scheduling } of phases) check(scheduling);
}

/** Later changes that policies here are not told of. */
function warnOfChanges({ fields, threads }: RtPlan): void {
  for (const { name, phases } of threads) {
    const [first] = phases;
    const other = phases.find(
      ({ scheduling: { runtimeNs, periodNs, group } }) =>
        runtimeNs !== first.scheduling.runtimeNs ||
        periodNs !== first.scheduling.periodNs ||
        group !== first.scheduling.group,
    );
    if (other !== undefined)
      fields.warn(
        other.scheduling.at,
        `reservation and taskgroup of thread "${name}" stay as they are in its first phase`,
      );
  }
}

/** Puts the threads of a plan on a machine. */
function startThreads(plan: RtPlan, host: WorkloadHost, log: PhaseLog): void {
  checkCpus(plan, host);
  const shared = new Shared(plan, host, log);
  const forks = new Map<string, number>();
  let count = 0;
  const spawn = (thread: RtThread, own: RtIdentity): void => {
    const make = (): void =>
      void host.spawn({
        name: own.name,
        program: threadProgram(shared, thread, own, fork),
        ...optionsOf(plan, thread),
      });
    if (thread.delayNs === 0) make();
    else host.at(host.now + thread.delayNs, make);
  };
  const fork = (name: string, by: Task): void => {
    const thread = plan.threads.find((each) => each.name === name)!;
    const number = forks.get(name) ?? 0;
    if (number >= MOST_FORKS)
      plan.fields.fail(
        thread.at,
        `thread "${name}" is forked more than ${MOST_FORKS} times, by "${by.name}"`,
      );
    forks.set(name, number + 1);
    const idx = count++;
    spawn(thread, { name: `${name}-${idx}-${number}`, idx, stream: `${name} forked ${number}` });
  };
  for (const thread of plan.threads) {
    for (let instance = 0; instance < thread.instances; instance++) {
      const idx = count++;
      const name = `${thread.name}-${idx}`;
      spawn(thread, { name, idx, stream: name });
    }
  }
}

/** A workload of the text of an rt-app file. */
export function rtApp(text: string, { file = 'rt-app.json' }: RtAppOptions = {}): RtAppWorkload {
  const plan = readPlan(file, text);
  warnOfChanges(plan);
  const { durationNs, isLogged } = plan.global;
  const utilization = demandOf(plan.threads);
  let log = new PhaseLog(isLogged);
  return {
    name: file,
    warnings: plan.fields.warnings,
    ...(durationNs === Infinity ? {} : { durationNs }),
    ...(utilization === 0 ? {} : { utilization }),
    start(host) {
      log = new PhaseLog(isLogged);
      startThreads(plan, host, log);
    },
    log: () => log.rows,
    logText: (thread) => log.text(thread),
    figures: () => log.figures(),
    warmedUp: () => log.clear(),
  };
}
