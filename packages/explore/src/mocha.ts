/**
 * Owns exploration inside mocha: `it('never loses an update', explores(theScenario))`. A finding fails the
 * test with the readable table and the command that replays it; `SMPLAB_REPLAY=v1:...` in the environment
 * replays instead of exploring. Runs in mocha's own thread. Without imports of mocha, so that the package
 * does not depend on it.
 */
import { relative } from 'node:path';
import { explore, type LocalOptions } from './campaign/explore.ts';
import { replay } from './campaign/replay.ts';
import { readSchedule } from './campaign/schedule-text.ts';
import type { Program } from './engine/program.ts';
import { isFinding } from './engine/verdict.ts';
import type { ExploreResult } from './report/result.ts';
import { renderResult } from './report/table.ts';

/** The part of mocha's test context that is used. */
interface TestContext {
  timeout(milliseconds: number): unknown;
  test?: { readonly file?: string | undefined; fullTitle(): string } | undefined;
}

/** Fails a test with the report of a finding; `result` has everything for tools. */
export class FindingError extends Error {
  constructor(
    readonly result: ExploreResult,
    report: string,
  ) {
    super(report);
    this.name = 'FindingError';
    this.stack = `${this.name}: ${report}`;
  }
}

/**
 * Options of `explores`: those of `explore`, and the verdict the test expects (default: no finding at all).
 */
export interface ExploresOptions extends LocalOptions {
  /** Pass only if exactly this verdict is found: a test that keeps a known bug findable. */
  readonly expects?: ExploreResult['verdict'];
}

/**
 * A mocha test body that explores the program. Switches mocha's timeout off for the test: the search is
 * bounded by itself.
 */
export function explores(program: Program, options: ExploresOptions = {}): (this: TestContext) => void {
  const { expects, ...rest } = options;
  return function (this: TestContext): void {
    this.timeout(0);
    const file = this.test?.file === undefined ? '' : relative(process.cwd(), this.test.file);
    const recorded = process.env['SMPLAB_REPLAY'];
    const isOurs =
      recorded !== undefined && recorded !== '' && readSchedule(recorded).scenario === program.name;
    const result = isOurs ? replay(program, recorded, file) : explore(program, { file, ...rest });
    const isExpected = expects === undefined ? !isFinding(result.verdict) : result.verdict === expects;
    if (isExpected) return;
    const title = this.test?.fullTitle() ?? program.name;
    throw new FindingError(result, reportOf(result, file, title, expects));
  };
}

function reportOf(result: ExploreResult, file: string, title: string, expects: string | undefined): string {
  // mocha takes a regular expression, the shell a quoted word.
  const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const grep = `'${pattern.replaceAll("'", "'\\''")}'`;
  const quoted = /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  const replayCommand =
    result.schedule === null ? '' : `SMPLAB_REPLAY=${result.schedule} npx mocha ${quoted} -g ${grep}`;
  const expected = expects === undefined ? '' : `expected the verdict ${expects}, found ${result.verdict}\n`;
  return `${expected}${renderResult(result, { colour: false, width: 110, replayCommand })}`;
}
