/**
 * Owns the files of `--out DIR`: per scenario the schedule text (if something was found), the trace as JSON,
 * and the report as a person reads it, whole and without colour. Files of an earlier search of the same
 * scenario are replaced.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExploreResult } from '@smplab/explore';
import { renderResult } from '@smplab/explore';
import { Refusal } from './refusal.ts';
import { resultJson } from './result-json.ts';

const REPORT_WIDTH = 120;

/** `CVE-2017-15265 (fixed)` → `cve-2017-15265-fixed`. */
export function fileStem(scenario: string): string {
  const stem = scenario
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return stem === '' ? 'scenario' : stem.slice(0, 100);
}

export class SavedReports {
  readonly #stems = new Set<string>();

  /** Makes the folder at once: a search should not run for an hour to find that it cannot be kept. */
  constructor(readonly folder: string) {
    this.#guarded(() => mkdirSync(folder, { recursive: true }));
  }

  /** Writes the files of one result; gives their paths. */
  save(result: ExploreResult, replayCommand: string): string[] {
    const stem = join(this.folder, this.#freshStem(fileStem(result.scenario)));
    const report = renderResult(result, { colour: false, width: REPORT_WIDTH, replayCommand, whole: true });
    const files: [string, string | null][] = [
      [`${stem}.schedule`, result.schedule === null ? null : `${result.schedule}\n`],
      [`${stem}.trace.json`, `${JSON.stringify(resultJson(result), null, 2)}\n`],
      [`${stem}.report.txt`, `${report}\n`],
    ];
    this.#guarded(() => {
      for (const [path, text] of files) {
        if (text === null) rmSync(path, { force: true });
        else writeFileSync(path, text);
      }
    });
    return files.filter(([, text]) => text !== null).map(([path]) => path);
  }

  #freshStem(stem: string): string {
    let fresh = stem;
    for (let twin = 2; this.#stems.has(fresh); twin++) fresh = `${stem}-${twin}`;
    this.#stems.add(fresh);
    return fresh;
  }

  #guarded(write: () => unknown): void {
    try {
      write();
    } catch (error) {
      throw new Refusal(`cannot write to --out ${this.folder}: ${(error as Error).message}`);
    }
  }
}
