/**
 * Owns what a simulated CPU is at, and what it has done. Changed by the simulation alone.
 */
import type { Task } from '../task/task.ts';

export class Cpu<D> {
  readonly index: number;
  /** As fast as it is at its best. */
  readonly baseSpeed: number;
  /** As fast as it is now, with its siblings as busy as they are. */
  speed: number;
  isOnline = true;
  current: Task<D> | null = null;
  /** Who ran last, and so whose switch costs nothing. */
  last: Task<D> | null = null;
  /** From when on the current task makes progress, or has been accounted for. */
  runFrom = 0;
  /** Whether its next event is the end of a computation, and not that of a slice. */
  endsWork = false;
  needsResched = false;

  busyNs = 0;
  overheadNs = 0;
  switches = 0;

  constructor(index: number, speed: number) {
    this.index = index;
    this.baseSpeed = speed;
    this.speed = speed;
  }
}
