/**
 * Mocha's spec reporter, closed by one line alone: `N passed, N failed`, with `, N skipped` when any was.
 * CI reads that line as the last one printed. The exit status stays mocha's own.
 */
import Mocha from 'mocha';

/** The closing line of a run with these counts; hooks that failed count as failed. */
export function closingLine(counts: { passes: number; failures: number; pending: number }): string {
  const skipped = counts.pending > 0 ? `, ${String(counts.pending)} skipped` : '';
  return `${String(counts.passes)} passed, ${String(counts.failures)} failed${skipped}`;
}

/** Mocha loads a reporter by its default export. */
export default class ClosingLine extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      process.stdout.write(`${closingLine(this.stats)}\n`);
    });
  }
}
