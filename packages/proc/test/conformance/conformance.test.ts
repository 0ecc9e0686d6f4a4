import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CreateMachineOptions } from '@smplab/machine';
import { User } from '../../src/user/user.ts';
import { EXPECTED_ERRORS } from './expected-errors.ts';
import { EXPLORED, LIVE, toldRun } from './told-run.ts';

const AREAS = ['life', 'wait', 'job', 'signal', 'trace', 'id', 'file'] as const;
/** Writes what is printed in place of what is expected: SMPLAB_UPDATE=1 npx mocha THIS_FILE. */
const UPDATES = process.env['SMPLAB_UPDATE'] === '1';
const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
/** What is no system call. */
const NO_CALLS = [
  ...['constructor', 'assert', 'fail', 'choose', 'log', 'getenv'],
  ...['compute', 'entry', 'call', 'syscall', 'boundary', 'nested', 'enter', 'handle', 'disposition'],
];
/** Calls whose lines have another form. */
const IN_WORDS = ['exit', 'extexit', 'load', 'store', 'jail', 'pause', 'setitimer'];

/** The lines of one run that ends well. */
async function linesOf(area: string, options: Partial<CreateMachineOptions>): Promise<string> {
  const { report, lines } = await toldRun({ file: `./${area}-calls.mjs` }, options);
  const { outcome, message, notes } = report;
  assert.equal(outcome, 'halted', [message, ...notes, ...lines.split('\n').slice(-10)].join('\n  '));
  return lines;
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
      const first = await linesOf(area, { driver: 'explore', ...EXPLORED, seed: 1 });
      if (UPDATES) writeFileSync(join(GOLDEN, `${area}.txt`), first);
      assert.equal(first, golden(area));
      // Strategies that look at a run first would print it twice.
      for (const [strategy, seed] of [
        ['random', 2],
        ['pos', 3],
      ] as const) {
        assert.equal(
          await linesOf(area, { driver: 'explore', ...EXPLORED, strategy, seed }),
          first,
          `${strategy} ${seed}`,
        );
      }
    });

    it(`prints the same in lockstep: ${area}`, async () => {
      assert.equal(await linesOf(area, { driver: 'lockstep', ...EXPLORED, seed: 1 }), golden(area));
    });

    it(`prints the same live: ${area}`, async () => {
      assert.equal(await linesOf(area, { driver: 'live', ...LIVE }), golden(area));
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
    const surplus = told.filter(([, call, error]) => !EXPECTED_ERRORS[call]?.includes(error));
    assert.deepEqual(
      surplus.map(([line]) => line),
      [],
    );
  });

  it('keeps no expectation of an area that is gone', () => {
    assert.deepEqual(readdirSync(GOLDEN).sort(), AREAS.map((area) => `${area}.txt`).sort());
  });
});
