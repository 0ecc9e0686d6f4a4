/**
 * Owns running a program of the benchmark on a live machine, from what is built, and taking what it logs.
 */
import { createMachine, type MachineScenario } from '@smplab/machine';

/** What a program logs, after which come its figures: most often the rate by the wall and by CPU seconds. */
export const LOGGED = 'a second: ';
const WATCHDOG_SECONDS = 30;

/** Built programs: workers load no TypeScript. */
function built(module: string): URL {
  const directory = import.meta.url.endsWith('.ts') ? '../../dist/bench' : '.';
  return new URL(`${directory}/${module}.js`, import.meta.url);
}

/** The figures that a program of a module logs. */
export async function measureLive(
  module: string,
  { name, cpus, given }: MachineScenario,
): Promise<readonly number[]> {
  let rates: readonly number[] = [];
  const machine = createMachine({
    cpus,
    images: [{ module: built(module).href, scenario: name, file: 'the benchmark' }],
    ...(given.limits && { limits: given.limits }),
    // A host that is busy with other things is slow, not stuck.
    watchdogSeconds: WATCHDOG_SECONDS,
    onLog: (_cpu, text) => {
      if (text.startsWith(LOGGED)) rates = text.slice(LOGGED.length).split(' ').map(Number);
    },
  });
  const report = await machine.run();
  if (report.outcome !== 'halted' || rates.length < 2) {
    throw new Error(`benchmark program "${name}" ended with ${report.outcome}: ${report.message}`);
  }
  return rates;
}
