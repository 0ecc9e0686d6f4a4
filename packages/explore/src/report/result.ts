/**
 * Owns the shape of what an exploration gives: the JSON of contracts.md, section 1, with what a person sees
 * built on top. Pure data: crosses worker threads and goes to `--json` as it is.
 */
import type { Verdict } from '../engine/verdict.ts';

/** One step of a trace. */
export interface TraceStep {
  /** Path of the strand. */
  readonly strand: string;
  /**
   * `load`, `lock`, `spawn`; also `choose`, `log` and `access` (a peek), which are not steps by themselves.
   */
  readonly op: string;
  /** The object, such as `x`, `buf[3]`, `node#1.next`; empty for operations on none. */
  readonly object: string;
  /** The operation as it is written, such as `x.store(1)`. */
  readonly text: string;
  /** What it gave: an int32, true or false; null for operations that give nothing. */
  readonly value: number | boolean | null;
  /** `file.ts:12`, relative to the working directory; null if unknown. */
  readonly at: string | null;
  /**
   * True where another strand went on although this one's predecessor could have: a context switch that was
   * not forced.
   */
  readonly switched: boolean;
  /** False for what is shown but is not a step of its own (`choose`, `log`, `access`). */
  readonly isStep: boolean;
  /** The call of the kernel in whose course the step was made; absent for plain operations. */
  readonly call?: string;
  /** No code of a user was running: `at` is a line of the kernel. */
  readonly inKernel?: true;
}

/** One side of a data race. */
export interface RaceSide {
  readonly strand: string;
  readonly op: string;
  readonly at: string | null;
  /** Locks held at the access, by name. */
  readonly holding: readonly string[];
}

/** Two accesses that nothing orders. */
export interface Race {
  readonly object: string;
  readonly first: RaceSide;
  readonly second: RaceSide;
  /** Number (from 1) of the first schedule that showed it. */
  readonly schedule: number;
}

/**
 * Options as they were used; printed with a finding and part of the recorded schedule where they matter for
 * replay.
 */
export interface ExploreOptions {
  /** Default `portfolio`; or one's own strategy, by a function that makes it. */
  readonly strategy?: string;
  /** Default 10,000. */
  readonly schedules?: number;
  readonly timeLimitSeconds?: number;
  /** Default 1. */
  readonly seed?: number;
  /** PCT's depth; default 3. */
  readonly depth?: number;
  /** Bound on preemptions for dfs; default none. */
  readonly preemptions?: number;
  /** Steps per schedule; default 100,000. */
  readonly maxSteps?: number;
  /** Look for data races; default true. */
  readonly races?: boolean;
  /** End at the first data race; default false. */
  readonly stopOnRace?: boolean;
  /** Do not stop at the first finding; default false. */
  readonly keepGoing?: boolean;
  /** Shrink the failing schedule; default true. */
  readonly shrink?: boolean;
}

/** How the machine of a program was built (CPUs, limits): as JSON has it, in order of the names. */
export type MachineOptions = Readonly<Record<string, unknown>>;

/** The options of an exploration, and those of the machine explored, if it is one. */
export interface UsedOptions extends ExploreOptions {
  readonly machine?: MachineOptions;
}

/** One failure with all that is known of it. */
export interface Finding {
  readonly verdict: Verdict;
  readonly message: string;
  /** Lines below the message: the wait-for cycle, allocation and free sites. */
  readonly details: readonly string[];
  /** Strand at fault and its source line, where there is one. */
  readonly strand: string | null;
  readonly at: string | null;
  /** Number (from 1) of the failing schedule, and the strategy that made it. */
  readonly scheduleNumber: number;
  readonly strategy: string;
  /** Replayable text of the (shortened) schedule. */
  readonly schedule: string;
  readonly contextSwitches: number;
  readonly preemptions: number;
  /** Context switches before shortening; equal to `contextSwitches` if it was not shortened. */
  readonly originalContextSwitches: number;
  readonly strands: readonly string[];
  readonly trace: readonly TraceStep[];
  /**
   * One or two sentences that say what happened, in words; null if there is nothing to add to the message.
   */
  readonly explanation: string | null;
  /** Hash of the whole trace (strand, kind, location, value of every step); the same on every machine. */
  readonly traceHash: string;
}

/** What exploring one scenario gives. */
export interface ExploreResult {
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly message: string;
  readonly races: readonly Race[];
  /** Schedules run, up to and including the failing one. */
  readonly schedules: number;
  readonly steps: number;
  /** Inequivalent executions; null but with dpor. */
  readonly classes: number | null;
  /** The whole space was covered (within `bound`). */
  readonly complete: boolean;
  readonly bound: number | null;
  readonly strategy: string;
  readonly seed: number;
  readonly schedule: string | null;
  readonly contextSwitches: number | null;
  readonly preemptions: number | null;
  readonly strands: readonly string[];
  readonly trace: readonly TraceStep[];
  readonly options: UsedOptions;
  readonly cpuSeconds: number;
  /** The primary finding in full; null if there is none. */
  readonly finding: Finding | null;
  /** With keepGoing: every distinct finding, the primary one first. */
  readonly findings: readonly Finding[];
  /**
   * Sentences a reader should know: what `proved` does not cover, a time limit that cut the search, a worker
   * that died.
   */
  readonly notes: readonly string[];
}
