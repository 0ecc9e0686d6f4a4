/**
 * Owns what is measured of a run: it hears of each event, begins anew when the warm-up is over, and tells in
 * the end what has come of it since. What tasks and CPUs count themselves is taken by difference.
 *
 * A wait counts if it ends after the warm-up, as does a job; tasks that still wait in the end have waited.
 */
import type { SimulationListener } from '../simulation/listener.ts';
import type { AnySimulation } from '../simulation/any-simulation.ts';
import { DEAD, RUNNABLE, type Task } from '../task/task.ts';
import { Distribution } from './distribution.ts';
import type { RunView, Starved } from './run-view.ts';
import { SignedDistribution } from './signed-distribution.ts';
import { TaskGroup } from './task-group.ts';

/** Further names share a line. */
const MOST_GROUPS = 200;
const MOST_STARVED = 20;

const COUNTERS = ['runNs', 'waitNs', 'sleepNs', 'switches', 'preemptions', 'migrations', 'misses'] as const;
type Counters = Record<(typeof COUNTERS)[number], number>;

/** A task, and what it had counted when measuring began. */
interface Watched {
  readonly task: Task;
  readonly group: TaskGroup;
  base: Counters;
  /** It has been woken, and did not run since. */
  isWoken: boolean;
  longestWaitNs: number;
}

const NOTHING: Counters = {
  runNs: 0,
  waitNs: 0,
  sleepNs: 0,
  switches: 0,
  preemptions: 0,
  migrations: 0,
  misses: 0,
};

function countersOf(task: Task, now: number): Counters {
  const { runNs, sleepNs, switches, preemptions, migrations, misses } = task;
  const waitNs = task.waitNs + (task.state === RUNNABLE ? now - task.readyAt : 0);
  return { runNs, waitNs, sleepNs, switches, preemptions, migrations, misses };
}

interface MachineCounters {
  readonly cpus: readonly { busyNs: number; overheadNs: number; switches: number }[];
  readonly waitingNs: number;
  readonly wastedNs: number;
}

export class RunMeter implements SimulationListener {
  /** Called when a task has ended. */
  onEnded: () => void = () => undefined;
  /** By number of the task. */
  readonly #watched: (Watched | undefined)[] = [];
  readonly #groups = new Map<string, TaskGroup>();
  readonly #starvationNs: number;
  #simulation: AnySimulation | null = null;
  #isMeasuring = false;
  #beganAt = 0;
  #base: MachineCounters | null = null;
  #wakeup = new Distribution();
  #wait = new Distribution();
  #response = new Distribution();
  #slack = new SignedDistribution();
  #tardiness = new Distribution();
  #done = 0;
  #longestWaitNs = 0;
  #longestWaiter = '';
  readonly #starved: Starved[] = [];
  #endedNs = 0;

  /** A task that waits longer than this starves. */
  constructor(starvationNs: number) {
    this.#starvationNs = starvationNs;
  }

  /** The machine that it listens to. */
  watch(simulation: AnySimulation): void {
    this.#simulation = simulation;
  }

  #machine(): AnySimulation {
    if (this.#simulation === null) throw new Error('this meter watches nothing');
    return this.#simulation;
  }

  // ---- events
  // -------------------------------------------------------------------------------------------------

  created(_now: number, task: Task): void {
    const group = this.#groupOf(task.name);
    this.#watched[task.id] = { task, group, base: NOTHING, isWoken: false, longestWaitNs: 0 };
    if (this.#isMeasuring) group.tasks++;
  }

  #groupOf(name: string): TaskGroup {
    const key = this.#groups.has(name) || this.#groups.size < MOST_GROUPS ? name : 'all others';
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, (group = new TaskGroup(key)));
    return group;
  }

  woken(_now: number, task: Task): void {
    const watched = this.#watched[task.id];
    if (watched !== undefined) watched.isWoken = true;
  }

  switched(now: number, _cpu: number, _from: Task | null, to: Task | null): void {
    if (to === null) return;
    const watched = this.#watched[to.id];
    if (watched === undefined) return;
    const { isWoken } = watched;
    watched.isWoken = false;
    if (!this.#isMeasuring) return;
    const waited = now - to.readyAt;
    this.#wait.add(waited);
    if (isWoken) {
      this.#wakeup.add(waited);
      watched.group.wakeup.add(waited);
    }
    this.#waited(watched, waited);
  }

  #waited(watched: Watched, ns: number): void {
    if (ns > watched.longestWaitNs) watched.longestWaitNs = ns;
    if (ns > watched.group.longestWaitNs) watched.group.longestWaitNs = ns;
    if (ns > this.#longestWaitNs) {
      this.#longestWaitNs = ns;
      this.#longestWaiter = watched.task.name;
    }
    if (ns > this.#starvationNs && this.#starved.length < MOST_STARVED)
      this.#starved.push({ task: watched.task.name, sinceNs: watched.task.readyAt, waitedNs: ns });
  }

  jobEnded(now: number, task: Task): void {
    if (!this.#isMeasuring) return;
    this.#done++;
    this.#response.add(now - task.releasedAt);
    this.#watched[task.id]?.group.response.add(now - task.releasedAt);
    if (task.deadline === Infinity) return;
    this.#slack.add(task.deadline - now);
    if (now > task.deadline) this.#tardiness.add(now - task.deadline);
  }

  ended(now: number, task: Task): void {
    this.#endedNs = now;
    if (this.#isMeasuring && task.jobs === 0) {
      this.#done++;
      this.#response.add(now - task.createdAt);
      this.#watched[task.id]?.group.response.add(now - task.createdAt);
    }
    // Of those that ended before there is nothing to measure.
    if (!this.#isMeasuring) this.#watched[task.id] = undefined;
    this.onEnded();
  }

  // ---- beginning and end
  // -------------------------------------------------------------------------------------------------

  #bringUpToDate(): AnySimulation {
    const simulation = this.#machine();
    for (const { current } of simulation.cpus) if (current !== null) simulation.account(current);
    if ('settle' in simulation) simulation.settle();
    simulation.load.upTo(simulation.now);
    return simulation;
  }

  #machineCounters({ cpus, load }: AnySimulation): MachineCounters {
    const { waitingNs, wastedNs } = load;
    return {
      cpus: cpus.map(({ busyNs, overheadNs, switches }) => ({ busyNs, overheadNs, switches })),
      waitingNs,
      wastedNs,
    };
  }

  /** The warm-up is over. */
  begin(): void {
    const simulation = this.#bringUpToDate();
    const { now } = simulation;
    this.#isMeasuring = true;
    this.#beganAt = now;
    this.#base = this.#machineCounters(simulation);
    simulation.load.mostWaiting = simulation.load.waiting;
    for (const watched of this.#watched) {
      if (watched === undefined) continue;
      watched.base = countersOf(watched.task, now);
      watched.group.tasks++;
    }
  }

  /** What has come of the run by now, which is its end. */
  end(levels: RunView['levels'], figures: RunView['figures']): RunView {
    const simulation = this.#bringUpToDate();
    const { now } = simulation;
    if (this.#base === null) throw new Error('the run ended before its warm-up');
    const base = this.#base;
    const sums = this.#sumUp(now);
    const after = this.#machineCounters(simulation);
    const cpus = after.cpus.map(({ busyNs, overheadNs, switches }, at) => ({
      busyNs: busyNs - base.cpus[at].busyNs,
      overheadNs: overheadNs - base.cpus[at].overheadNs,
      switches: switches - base.cpus[at].switches,
    }));
    const { preemptions, migrations, misses } = sums;
    return {
      simulation,
      levels,
      measuredNs: now - this.#beganAt,
      wakeup: this.#wakeup,
      wait: this.#wait,
      response: this.#response,
      slack: this.#slack,
      tardiness: this.#tardiness,
      done: this.#done,
      misses,
      busyNs: cpus.reduce((sum, { busyNs }) => sum + busyNs, 0),
      overheadNs: cpus.reduce((sum, { overheadNs }) => sum + overheadNs, 0),
      cpus,
      switches: cpus.reduce((sum, { switches }) => sum + switches, 0),
      preemptions,
      migrations,
      waitingNs: after.waitingNs - base.waitingNs,
      mostWaiting: simulation.load.mostWaiting,
      wastedNs: after.wastedNs - base.wastedNs,
      ...this.#shares(),
      longestWaitNs: this.#longestWaitNs,
      longestWaiter: this.#longestWaiter,
      starved: this.#starved,
      endedNs: simulation.tasks.size === 0 ? this.#endedNs : null,
      groups: [...this.#groups.values()].filter(({ tasks }) => tasks > 0),
      figures,
    };
  }

  #sumUp(now: number): Counters {
    const sums = { ...NOTHING };
    for (const watched of this.#watched) {
      if (watched === undefined) continue;
      const { task, group, base } = watched;
      if (task.state === RUNNABLE) this.#waited(watched, now - task.readyAt);
      const counters = countersOf(task, now);
      for (const counter of COUNTERS) {
        const difference = counters[counter] - base[counter];
        sums[counter] += difference;
        group[counter] += difference;
      }
    }
    return sums;
  }

  #shares(): Pick<RunView, 'fairness' | 'lagNs'> {
    const throughout = this.#watched.filter(
      (watched): watched is Watched =>
        watched !== undefined && watched.task.state !== DEAD && watched.task.createdAt <= this.#beganAt,
    );
    const ran = throughout.map(({ task, base }) => task.runNs - base.runNs);
    const total = ran.reduce((sum, ns) => sum + ns, 0);
    if (throughout.length < 2 || total === 0) return { fairness: null, lagNs: null };
    const shares = throughout.map(({ task }, at) => ran[at] / task.weight);
    const sum = shares.reduce((all, share) => all + share, 0);
    const squares = shares.reduce((all, share) => all + share * share, 0);
    const weights = throughout.reduce((all, { task }) => all + task.weight, 0);
    const lags = throughout.map(({ task }, at) => Math.abs(ran[at] - (total * task.weight) / weights));
    return { fairness: (sum * sum) / (shares.length * squares), lagNs: Math.max(...lags) };
  }
}
