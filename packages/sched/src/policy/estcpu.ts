/**
 * Owns what usched_bsd4 and usched_dfly have in common: an estimate of how much of a CPU a task uses, up
 * to ESTCPUMAX, and the priority that follows from it and from nice (sys/kern/usched_dfly.c, lwkt: less
 * is better). Priorities of the classes follow each other: real time from 0, time sharing from 128, idle
 * from 256.
 */
import type { Task } from '../task/task.ts';
import { classOf, IDLE, REAL_TIME, rtPriorityOf } from './scheduling-class.ts';

/** Ticks of the scheduler's clock in a second. */
export const ESTCPUFREQ = 50;
export const ESTCPU_TICK_NS = 1_000_000_000 / ESTCPUFREQ;
export const SECOND_NS = 1_000_000_000;
/** Queues of a class, and priorities of each queue. */
export const NQS = 32;
const PPQ = 4;
const MAXPRI = 128;
/** Queues of the three classes. */
export const ALL_QUEUES = 3 * NQS;
/** A CPU that runs nobody (PRIBASE_NULL). */
export const PRIBASE_NULL = 4 * MAXPRI;
const NICEPPQ = 2;
/** Units of the estimate that make a queue of difference; and the most that it can be. */
const ESTCPUPPQ = 512;
export const ESTCPUMAX = ESTCPUPPQ * NQS;
const PRIO_MIN = -20;
const PRIO_RANGE = 41;
/** What a tick adds to the estimate of whom it finds running. */
const ESTCPU_TICK = Math.trunc(ESTCPUMAX / ESTCPUFREQ) + 1;
/** What a fork adds to that of the child (over its parent's), and to the parent's. */
const FORK_CHILD = 4 * ESTCPUPPQ;
const FORK_PARENT = ESTCPUPPQ / 16;
const HIGHEST_PRIORITY = Math.trunc((PRIO_RANGE * PPQ) / NICEPPQ) + (ESTCPUMAX * PPQ) / ESTCPUPPQ;

/** What the two schedulers know of a task. */
export interface Estimate {
  estcpu: number;
  /** Ticks that found it running since the last recalculation, and the number of the tick of that. */
  cpticks: number;
  cpbase: number;
  priority: number;
}

/** ESTCPULIM. */
export function limitEstcpu(estcpu: number): number {
  return Math.min(estcpu, ESTCPUMAX);
}

/** A tick has found it running. */
export function addTick(data: Estimate): void {
  data.cpticks++;
  data.estcpu = limitEstcpu(data.estcpu + ESTCPU_TICK);
}

/** The estimate that a child begins with, for which its parent is charged; 0 for who has no parent. */
export function forkEstcpu(parent: Estimate | null): number {
  if (parent === null) return 0;
  const estcpu = limitEstcpu(parent.estcpu + FORK_CHILD);
  parent.estcpu = limitEstcpu(parent.estcpu + FORK_PARENT);
  return estcpu;
}

/** Priority with an estimate. */
export function priorityFor(task: Task, estcpu: number): number {
  const kind = classOf(task);
  if (kind === REAL_TIME) return rtPriorityOf(task);
  if (kind === IDLE) return 2 * MAXPRI + rtPriorityOf(task);
  const nice = Math.trunc(((task.nice - PRIO_MIN) * PPQ) / NICEPPQ);
  const part = Math.trunc((estcpu * PPQ) / ESTCPUPPQ);
  return MAXPRI + (Math.trunc(((nice + part) * MAXPRI) / HIGHEST_PRIORITY) & (MAXPRI - 1));
}

/** The queue of a priority, of all classes; also what is compared where near is the same (PPQMASK). */
export function queueOf(priority: number): number {
  return Math.floor(priority / PPQ);
}

/** Seconds that the clock has counted since a task fell asleep (slptime). */
export function sleptSeconds(task: Task, now: number): number {
  return Math.floor(now / SECOND_NS) - Math.floor(task.sleptAt / SECOND_NS);
}
