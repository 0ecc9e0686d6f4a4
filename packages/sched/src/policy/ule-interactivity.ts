/**
 * Owns what ULE thinks of a thread: how interactive it is, by how long it has slept and run of late
 * (sched_interact_score), what part of the last ten seconds it ran, and the priority that follows. Integers
 * as in the kernel: run and sleep time in ms, shifted by 10.
 */
import type { Task } from '../task/task.ts';
import { classOf, IDLE, rtPriorityOf, TIME_SHARING } from './scheduling-class.ts';
import {
  PRI_MAX_BATCH,
  PRI_MAX_INTERACT,
  PRI_MIN_BATCH,
  PRI_MIN_IDLE,
  PRI_MIN_INTERACT,
  PRI_MIN_REALTIME,
} from './ule-options.ts';

/** Clock ticks of the kernel: ms. */
const HZ = 1000;
const TICK_SHIFT = 10;
/**
 * History that is kept (SCHED_SLP_RUN_MAX): 5 s; and that a child takes over (SCHED_SLP_RUN_FORK): half a
 * second.
 */
export const SLP_RUN_MAX = (HZ * 5) << TICK_SHIFT;
export const SLP_RUN_FORK = (HZ / 2) << TICK_SHIFT;
const INTERACT_HALF = 50;
/** Time over which use is taken, ms, and beyond which it is trimmed back to that. */
const TICK_TARG = 10 * HZ;
const TICK_MAX = TICK_TARG + HZ;

const NICE_HALF = 20;
const PRI_MIN = PRI_MIN_BATCH + NICE_HALF;
const PRI_RANGE = PRI_MAX_BATCH - NICE_HALF - PRI_MIN + 1;

/** What the policy knows of a thread. */
export interface Ule {
  /** Queue that it waits in, of those of its set; -1 if it does not. */
  level: number;
  runtime: number;
  slptime: number;
  /** Run time from `ftick` to `ltick`, ms shifted by 10. */
  ticks: number;
  ftick: number;
  ltick: number;
  /** When it last ran, ms: how warm its caches are. */
  rltick: number;
  priority: number;
  /** Ticks of its turn that it has had. */
  slice: number;
  /** Since when it sleeps, ms; -1 if it does not. */
  sleepsSince: number;
}

/** Ms of virtual time, the `ticks` of the kernel. */
export function ticksOf(ns: number): number {
  return Math.floor(ns / 1_000_000);
}

export function newUle(now: number): Ule {
  const tick = ticksOf(now);
  return {
    level: -1,
    runtime: 0,
    slptime: 0,
    ticks: 0,
    ftick: tick,
    ltick: tick,
    rltick: tick,
    priority: PRI_MIN_INTERACT,
    slice: 0,
    sleepsSince: -1,
  };
}

/** sched_interact_update: no more than 5 s of history. */
export function limitHistory(data: Ule): void {
  const sum = data.runtime + data.slptime;
  if (sum < SLP_RUN_MAX) return;
  if (sum > 2 * SLP_RUN_MAX) {
    const isRunner = data.runtime > data.slptime;
    data.runtime = isRunner ? SLP_RUN_MAX : 1;
    data.slptime = isRunner ? 1 : SLP_RUN_MAX;
    return;
  }
  if (sum > (SLP_RUN_MAX / 5) * 6) {
    data.runtime >>= 1;
    data.slptime >>= 1;
    return;
  }
  data.runtime = Math.trunc(data.runtime / 5) * 4;
  data.slptime = Math.trunc(data.slptime / 5) * 4;
}

/** sched_interact_fork: a child begins with little of its parent's history, and so learns quickly. */
export function inherit(child: Ule, parent: Ule): void {
  const ratio = Math.max(1, Math.trunc((parent.runtime + parent.slptime) / SLP_RUN_FORK));
  child.runtime = Math.trunc(parent.runtime / ratio);
  child.slptime = Math.trunc(parent.slptime / ratio);
  child.ticks = parent.ticks;
  child.ftick = parent.ftick;
  child.ltick = parent.ltick;
  child.priority = parent.priority;
}

/** sched_interact_score: 0 sleeps, 100 runs, 50 does both. */
export function interactScore({ runtime, slptime }: Ule, interact: number): number {
  if (interact <= INTERACT_HALF && runtime >= slptime && runtime > 0) return INTERACT_HALF;
  if (runtime > slptime) {
    const part = Math.max(1, Math.trunc(runtime / INTERACT_HALF));
    return INTERACT_HALF + (INTERACT_HALF - Math.trunc(slptime / part));
  }
  if (slptime > runtime) {
    const part = Math.max(1, Math.trunc(slptime / INTERACT_HALF));
    return Math.trunc(runtime / part);
  }
  return runtime > 0 ? INTERACT_HALF : 0;
}

/** sched_pctcpu_update: brings the run time of the last ten seconds up to date. */
export function updateUse(data: Ule, tick: number, isRunning: boolean): void {
  if (tick - data.ltick >= TICK_TARG) {
    data.ticks = 0;
    data.ftick = tick - TICK_TARG;
  } else if (tick - data.ftick >= TICK_MAX) {
    const each = Math.trunc(data.ticks / Math.max(1, data.ltick - data.ftick));
    data.ticks = each * (data.ltick - (tick - TICK_TARG));
    data.ftick = tick - TICK_TARG;
  }
  if (isRunning) data.ticks += (tick - data.ltick) << TICK_SHIFT;
  data.ltick = tick;
}

/**
 * sched_priority: of the interactive by their score, of others by what they used, and nice; fixed in other
 * classes.
 */
export function priorityOf(task: Task<Ule>, interact: number): number {
  const { data } = task;
  const kind = classOf(task);
  if (kind !== TIME_SHARING) return (kind === IDLE ? PRI_MIN_IDLE : PRI_MIN_REALTIME) + rtPriorityOf(task);
  const score = Math.max(0, interactScore(data, interact) + task.nice);
  if (score < interact)
    return PRI_MIN_INTERACT + Math.trunc((PRI_MAX_INTERACT - PRI_MIN_INTERACT + 1) / interact) * score;
  const total = Math.max(data.ltick - data.ftick, HZ);
  const part = Math.trunc((data.ticks >> TICK_SHIFT) / Math.ceil(total / PRI_RANGE));
  return PRI_MIN + Math.min(part, PRI_RANGE - 1) + task.nice;
}

/** A tick of the statistics clock counts for so much run time. */
export function tickIncrement(stathz: number): number {
  return Math.max(1, Math.trunc((HZ << TICK_SHIFT) / stathz));
}

/** A sleep of some ms. */
export function addSleep(data: Ule, ms: number): void {
  data.slptime += ms << TICK_SHIFT;
  limitHistory(data);
}
