/**
 * Owns what is measured of the tasks of one name: ten thousand arrivals are one line of a table. Changed by
 * the meter of the run.
 */
import { Distribution } from './distribution.ts';

export class TaskGroup {
  readonly name: string;
  tasks = 0;
  runNs = 0;
  waitNs = 0;
  sleepNs = 0;
  switches = 0;
  preemptions = 0;
  migrations = 0;
  misses = 0;
  longestWaitNs = 0;
  /** From waking up to running. */
  readonly wakeup = new Distribution();
  readonly response = new Distribution();

  constructor(name: string) {
    this.name = name;
  }
}
