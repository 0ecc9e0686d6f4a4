/**
 * The engine against an independent interpreter: thousands of generated programs, each explored depth-
 * first to exhaustion, must have the same interleavings, outcome by outcome. A failure prints a shrunk
 * program.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OPERATIONS, type OracleProgram, printed } from './instruction.ts';
import { differences, explored, interpreted } from './outcome.ts';
import { programs } from './program.ts';

const PROGRAMS = 5000;
const PROGRAMS_WITH_RACES = 800;
/** Programs with more interleavings are left out, and may be one in a hundred at most. */
const LIMIT = 5000;

interface Tally {
  capped: number;
  interleavings: number;
  readonly verdicts: Set<string>;
  readonly operations: Set<string>;
}

/** Runs the comparison over generated programs; says what they covered. */
function compareAll(numRuns: number, compare: (program: OracleProgram, tally: Tally) => string[]): Tally {
  const tally: Tally = { capped: 0, interleavings: 0, verdicts: new Set(), operations: new Set() };
  const property = fc.property(programs(), (program) => {
    for (const { op } of program.threads.flat()) tally.operations.add(op);
    const problems = compare(program, tally);
    assert.ok(problems.length === 0, `\n${printed(program)}\n${problems.join('\n')}`);
  });
  fc.assert(property, { numRuns, seed: 20_260 });
  return tally;
}

function sameOutcomes(program: OracleProgram, tally: Tally): string[] {
  const expected = interpreted(program, LIMIT);
  if (expected === null) {
    tally.capped++;
    return [];
  }
  for (const [key, count] of expected.outcomes) {
    tally.interleavings += count;
    tally.verdicts.add(key.slice(0, key.indexOf(' ')));
  }
  return differences(expected.outcomes, explored(program, LIMIT).outcomes);
}

function sameRaces(program: OracleProgram, tally: Tally): string[] {
  const expected = interpreted(program, LIMIT, true);
  if (expected === null) {
    tally.capped++;
    return [];
  }
  const actual = explored(program, LIMIT, true);
  if (expected.races.size > 0) tally.verdicts.add('race');
  const invented = [...actual.races].filter((race) => !expected.races.has(race));
  return [
    ...differences(expected.outcomes, actual.outcomes),
    ...invented.map((race) => `${race} is no race, says the oracle`),
  ];
}

describe('the engine against the oracle', function () {
  this.timeout(180_000);

  it(`reaches the same outcomes by as many interleavings in ${PROGRAMS} programs`, () => {
    const { capped, interleavings, verdicts, operations } = compareAll(PROGRAMS, sameOutcomes);
    assert.ok(capped <= PROGRAMS / 100, `${capped} programs had more than ${LIMIT} interleavings`);
    assert.ok(interleavings > 10 * PROGRAMS, `only ${interleavings} interleavings in all programs`);
    assert.deepEqual(
      OPERATIONS.filter((operation) => !operations.has(operation)),
      [],
    );
    assert.deepEqual([...verdicts].sort(), [
      'assertion',
      'double-free',
      'leak',
      'lock-misuse',
      'none',
      'null-dereference',
      'stuck',
      'uninitialised-read',
      'use-after-free',
    ]);
  });

  it(`finds the same racy words in each interleaving of ${PROGRAMS_WITH_RACES} programs`, () => {
    const { capped, verdicts } = compareAll(PROGRAMS_WITH_RACES, sameRaces);
    assert.ok(capped <= PROGRAMS_WITH_RACES / 100, `${capped} programs had more than ${LIMIT} interleavings`);
    assert.ok(verdicts.has('race'));
  });
});
