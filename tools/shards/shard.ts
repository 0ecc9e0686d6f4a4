/** How the files of tests are dealt out to processes that run side by side, and what their runs come to. */
import { closingLine } from '../reporter/closing-line.ts';

const CLOSING = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** Each file in one shard; neighbours in different ones, because slow tests live in the same folder. */
export function shardsOf(files: readonly string[], count: number): readonly (readonly string[])[] {
  const sorted = [...files].sort();
  return Array.from({ length: count }, (_, shard) => sorted.filter((_file, at) => at % count === shard));
}

/** What is printed of one process: its closing line is taken off, as there is one for all in the end. */
export interface ShardOutput {
  readonly text: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** It has said how it ended. */
  readonly isComplete: boolean;
}

/** Takes the output of a process apart. One that says nothing at its end has failed. */
export function outputOf(stdout: string): ShardOutput {
  const lines = stdout.trimEnd().split('\n');
  const match = CLOSING.exec(lines.at(-1) ?? '');
  if (match === null) return { text: stdout, passed: 0, failed: 1, skipped: 0, isComplete: false };
  const [passed, failed, skipped] = match.slice(1).map((count) => Number(count ?? 0));
  return { text: `${lines.slice(0, -1).join('\n')}\n`, passed, failed, skipped, isComplete: true };
}

/** The closing line of all of them. */
export function closingLineOf(outputs: readonly ShardOutput[]): string {
  const sum = (what: 'passed' | 'failed' | 'skipped'): number =>
    outputs.reduce((total, output) => total + output[what], 0);
  return closingLine({ passes: sum('passed'), failures: sum('failed'), pending: sum('skipped') });
}
