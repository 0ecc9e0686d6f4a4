/**
 * Owns what travels between the main thread and the workers of a farm: tasks and their answers, as plain
 * data.
 */
import type { RaceFinding } from '../campaign/race-collector.ts';
import type { RawFinding, SearchOutcome } from '../campaign/search.ts';
import type { Settings } from '../campaign/settings.ts';
import type { ExploreResult, Finding, MachineOptions } from '../report/result.ts';
import type { ScenarioTarget } from './load.ts';

/** Every task carries the shared words, its number, and which scenario it is about. */
interface TaskBase {
  readonly control: SharedArrayBuffer;
  readonly task: number;
  readonly target: ScenarioTarget;
}

interface ListTask extends TaskBase {
  readonly kind: 'list';
}

export interface SearchTask extends TaskBase {
  readonly kind: 'search';
  readonly settings: Settings;
  readonly from: number;
  readonly to: number;
  readonly sequential: boolean;
}

export interface ExamineTask extends TaskBase {
  readonly kind: 'examine';
  readonly settings: Settings;
  readonly raw: RawFinding | null;
  readonly race: RaceFinding | null;
}

/**
 * Finds out where a schedule stood when its worker hung or died: runs it again up to just before that step.
 */
interface LocateTask extends TaskBase {
  readonly kind: 'locate';
  readonly settings: Settings;
  readonly index: number;
  readonly step: number;
}

interface ReplayTask extends TaskBase {
  readonly kind: 'replay';
  readonly text: string;
}

/** A task before the pool has numbered it. */
export type TaskBody = Task extends infer T ? (T extends Task ? Omit<T, 'control' | 'task'> : never) : never;

export type Task = ListTask | SearchTask | ExamineTask | LocateTask | ReplayTask;

/** Where a run stood. */
export interface Location {
  readonly strand: string;
  /** Text and source line of the last operation that was completed; null if there was none. */
  readonly after: string | null;
  readonly at: string | null;
  readonly decisions: Int32Array;
  readonly strategy: string;
  /** How the machine of the program was built; null for a plain scenario. */
  readonly machine: MachineOptions | null;
}

/** Answers; a problem with the user's input travels as text, since typed errors do not survive the way. */
export type Answer =
  | { readonly kind: 'list'; readonly names: readonly string[] }
  | { readonly kind: 'search'; readonly outcome: SearchOutcome }
  | { readonly kind: 'examine'; readonly finding: Finding }
  | { readonly kind: 'locate'; readonly location: Location }
  | { readonly kind: 'replay'; readonly result: ExploreResult }
  /** The user's input is wrong. */
  | { readonly kind: 'refused'; readonly message: string }
  /** smplab itself failed. */
  | { readonly kind: 'broken'; readonly message: string; readonly stack: string };
