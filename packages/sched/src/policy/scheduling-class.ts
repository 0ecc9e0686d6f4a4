/**
 * Owns which of the three classes of a BSD a task is of, and its level in there. Tasks have one number
 * for it, `priority`, where less is more urgent: below 100 is real time, 100 (the default) to 139 is time
 * sharing, where nice counts, and from 140 on a task is idle: it runs when nobody else does.
 */
import type { Task } from '../task/task.ts';

export const REAL_TIME = 0;
export const TIME_SHARING = 1;
export const IDLE = 2;
export type SchedulingClass = typeof REAL_TIME | typeof TIME_SHARING | typeof IDLE;

const FIRST_TIME_SHARING = 100;
const FIRST_IDLE = 140;
/** Levels of the classes other than time sharing (RTP_PRIO_MAX + 1). */
const LEVELS = 32;

export function classOf({ priority }: Task): SchedulingClass {
  if (priority < FIRST_TIME_SHARING) return REAL_TIME;
  return priority < FIRST_IDLE ? TIME_SHARING : IDLE;
}

/** 0 to 31 within a class that is not time sharing: less is more urgent. */
export function rtPriorityOf({ priority }: Task): number {
  const part =
    priority < FIRST_TIME_SHARING ? (priority * LEVELS) / FIRST_TIME_SHARING : priority - FIRST_IDLE;
  return Math.min(Math.max(Math.floor(part), 0), LEVELS - 1);
}
