import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMachine, type CreateMachineOptions, type DriverName } from '@smplab/machine';
import { PROC_FIX_SWITCHES } from '../../src/history.ts';
import { User } from '../../src/user/user.ts';
import { EXPECTED_ERRORS } from './expected-errors.ts';
import { LIMITS } from './actors.mjs';
import { LINES_VARIABLE } from './teller.mjs';

const AREAS = ['life', 'wait', 'job', 'signal', 'trace', 'id', 'file'] as const;
/** Writes what is printed in place of what is expected: SMPLAB_UPDATE=1 npx mocha THIS_FILE. */
const UPDATES = process.env['SMPLAB_UPDATE'] === '1';
const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
const EXPLORED = { limits: { ...LIMITS, strands: 500, timeouts: 4000 }, maxSteps: 2_000_000 } as const;
/** What is no system call. */
const NO_CALLS = ['constructor', 'assert', 'fail', 'choose', 'log', 'entry', 'call', 'boundary', 'nested', 'disposition', 'enter', 'syscall', 'getenv'];
/** Calls whose lines have another form. */
const IN_WORDS = ['exit', 'extexit', 'load', 'store', 'jail', 'pause', 'setitimer'];

/** The lines of one run. */
async function linesOf(area: string, driver: DriverName, options: Partial<CreateMachineOptions>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'smplab-conformance-'));
  const file = join(folder, 'lines');
  process.env[LINES_VARIABLE] = file;
  try {
    const module = new URL(`./${area}-calls.mjs`, import.meta.url).href;
    const machine = createMachine({ driver, cpus: 2, images: [{ module }], fixes: PROC_FIX_SWITCHES, ...options });
    const { outcome, message, notes } = await machine.run();
    const lines = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const said = [message, ...notes, ...lines.split('\n').slice(-10)].join('\n  ');
    assert.equal(outcome, 'halted', said);
    return lines;
  } finally {
    Reflect.deleteProperty(process.env, LINES_VARIABLE);
    rmSync(folder, { recursive: true, force: true });
  }
}

function golden(area: string): string {
  return readFileSync(join(GOLDEN, `${area}.txt`), 'utf8');
}

/** Names of the system calls of `u`. */
function systemCalls(): string[] {
  const names = new Set<string>();
  let face = User.prototype as object | null;
  for (; face !== null && face !== Object.prototype; face = Object.getPrototypeOf(face) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(face))) {
      if (typeof value === 'function' && !NO_CALLS.includes(name)) names.add(name);
    }
  }
  return [...names].sort();
}

describe('conformance of the system calls', function () {
  this.timeout(120_000);

  for (const area of AREAS) {
    it(`prints what is expected when explored, whatever the schedule: ${area}`, async () => {
      const first = await linesOf(area, 'explore', { ...EXPLORED, seed: 1 });
      if (UPDATES) writeFileSync(join(GOLDEN, `${area}.txt`), first);
      assert.equal(first, golden(area));
      // Strategies that look at a run first would print it twice.
      for (const [strategy, seed] of [['random', 2], ['random', 3], ['pos', 4], ['pos', 5]] as const) {
        assert.equal(await linesOf(area, 'explore', { ...EXPLORED, strategy, seed }), first, `${strategy} ${seed}`);
      }
    });

    it(`prints the same in lockstep: ${area}`, async () => {
      assert.equal(await linesOf(area, 'lockstep', { ...EXPLORED, seed: 1 }), golden(area));
    });

    it(`prints the same live: ${area}`, async () => {
      const live = { limits: { ...LIMITS, memoryWords: 1 << 22 }, timeLimitSeconds: 60 };
      assert.equal(await linesOf(area, 'live', live), golden(area));
    });
  }

  it('has a line for every system call of a program', () => {
    const text = AREAS.map(golden).join('');
    const missing = systemCalls().filter((call) => !IN_WORDS.includes(call) && !text.includes(`\n${call}(`));
    assert.deepEqual(missing, []);
  });

  it('produces each error that a system call can give at least once', () => {
    const text = AREAS.map(golden).join('');
    const missing = Object.entries(EXPECTED_ERRORS).flatMap(([call, errors]) =>
      errors
        .filter((error) => !new RegExp(`^${call}\\(.*\\) = (?:-1 |null )?${error}(?:,|$)`, 'm').test(text))
        .map((error) => `${call}: ${error}`),
    );
    assert.deepEqual(missing, []);
    const told = [...text.matchAll(/^(\w+)\(.*\) = (?:-1 |null )?(E[A-Z0-9]+)(?:,|$)/gm)];
    const surplus = told.filter(([, call, error]) => EXPECTED_ERRORS[call]?.includes(error) !== true);
    assert.deepEqual(surplus.map(([line]) => line), []);
  });

  it('keeps no expectation of an area that is gone', () => {
    assert.deepEqual(readdirSync(GOLDEN).sort(), AREAS.map((area) => `${area}.txt`).sort());
  });
});
