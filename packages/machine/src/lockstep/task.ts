/** Owns what travels between the host of a lockstep machine, its conductor and its CPUs, as plain data. */
import type { MessagePort } from 'node:worker_threads';
import type { MachineLimits } from '@smplab/lwkt';
import type { ImageSource } from '../live/task.ts';
import type { ScheduleOutcome, ScheduleRange } from '../schedule-run.ts';

/** What the conductor and every CPU must agree on. */
interface LockstepTask {
  readonly memory: SharedArrayBuffer;
  /** What is known of each word: which are freed, and which were never written. */
  readonly states: SharedArrayBuffer;
  readonly stages: readonly SharedArrayBuffer[];
  readonly limits: MachineLimits;
  readonly asSeed: readonly string[];
}

/** To be one CPU. */
export interface LockstepCpuTask extends LockstepTask {
  readonly role: 'cpu';
  readonly cpuid: number;
  /** Told once the images are loaded. */
  readonly port: MessagePort;
  readonly images: readonly ImageSource[];
}

/** To pass the turn. */
export interface ConductorTask extends LockstepTask {
  readonly role: 'conductor';
  readonly name: string;
  readonly maxSteps: number;
  readonly ranges: readonly ScheduleRange[];
}

/** What each of them answers when the machine is done. */
export type LockstepResult =
  | { readonly kind: 'cpu'; readonly threadId: number; readonly steps: number }
  | { readonly kind: 'conductor'; readonly outcomes: readonly ScheduleOutcome[] }
  | { readonly kind: 'refused'; readonly message: string };
