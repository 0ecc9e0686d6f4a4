/**
 * Owns the files of `experiment --report DIR`: the page, the data, and the spec as it was.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvOf, type Outcome, reportHtml } from '@smplab/sched';
import type { ExperimentTarget } from './farm/experiment-task.ts';
import { Refusal } from './refusal.ts';

export class ReportFolder {
  readonly #folder: string;

  /** Makes the folder at once: an experiment should not run for an hour to find that it cannot be kept. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#guarded(() => mkdirSync(folder, { recursive: true }));
  }

  /** Writes the files; gives their paths. */
  save(outcome: Outcome, { path, file }: ExperimentTarget, command: string): string[] {
    const spec = readFileSync(path, 'utf8');
    const name = basename(path);
    const files: [string, string][] = [
      [join(this.#folder, 'report.html'), reportHtml(outcome, { command, file, spec })],
      [join(this.#folder, 'data.csv'), csvOf(outcome)],
      // Beside a spec of the same name it is that spec.
      [join(this.#folder, name), spec],
    ];
    this.#guarded(() => {
      for (const [at, text] of files) writeFileSync(at, text);
    });
    return files.map(([at]) => at);
  }

  #guarded(write: () => unknown): void {
    try {
      write();
    } catch (error) {
      throw new Refusal(`cannot write to --report ${this.#folder}: ${(error as Error).message}`);
    }
  }
}
