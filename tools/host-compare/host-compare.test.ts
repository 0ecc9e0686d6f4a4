import assert from 'node:assert/strict';
import { compare } from './comparison.ts';
import { DIFFERENCE_RULES } from './difference-rules.ts';
import { hostLines, hostProblem } from './host-run.ts';
import { machineLines } from './machine-run.ts';
import { NAMES, sequenceOf } from './sequence.ts';

const SEQUENCES = 20;

describe('the comparison with the host', function () {
  this.timeout(120_000);

  it('gives the same results for twenty random sequences of process operations', function () {
    const problem = hostProblem();
    if (problem !== null) {
      process.stdout.write(`      ${problem}\n`);
      this.skip();
    }
    // Others than the first thousand, which are the campaign's.
    const sequences = Array.from({ length: SEQUENCES }, (_, at) => sequenceOf(5000 + at));
    const ours = machineLines(sequences);
    const theirs = hostLines(sequences, 60);
    const results = sequences.map((_, at) => compare(ours[at], theirs[at]));
    const wrong = results.flatMap(({ difference }, at) => {
      return difference === null ? [] : [{ seed: sequences[at].seed, ...difference }];
    });
    assert.deepEqual(wrong, []);
    assert.ok(results.reduce((sum, { compared }) => sum + compared, 0) > 5 * SEQUENCES);
  });

  it('makes the same sequence of the same seed, in which everybody is forked before it is named', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { steps } = sequenceOf(seed);
      assert.deepEqual(sequenceOf(seed).steps, steps);
      const born: string[] = [NAMES[0]];
      for (const { actor, target = '0', group = '0', child } of steps) {
        for (const name of [actor, target, group]) assert.ok(name === '0' || born.includes(name), name);
        if (child !== undefined) born.push(child);
      }
    }
    assert.notDeepEqual(sequenceOf(1).steps, sequenceOf(2).steps);
  });

  it('finds a line that differs, in whatever order a step tells its lines', () => {
    const host = ['@0', 'b: one', 'a kill(b, 0) = 0', '@1', 'state a:R a/a'];
    assert.equal(compare(['@0', 'a kill(b, 0) = 0', 'b: one', '@1', 'state a:R a/a'], host).difference, null);
    const { difference, compared } = compare(['@0', 'a kill(b, 0) = -1 ESRCH', 'b: one', '@1'], host);
    assert.deepEqual(difference, {
      step: '@0',
      machine: 'a kill(b, 0) = -1 ESRCH',
      host: 'a kill(b, 0) = 0',
    });
    assert.equal(compared, 0);
    assert.equal(compare(['@0', 'b: one', 'a kill(b, 0) = 0', '@1'], host).difference?.machine, '(nothing)');
  });

  it('lets a difference pass that a rule is about, with the results it names only', () => {
    const one = compare(['@0', 'a getpgid(b) [zombie] = -1 ESRCH'], ['@0', 'a getpgid(b) [zombie] = b']);
    assert.deepEqual([one.difference, [...one.rules]], [null, [['zombie-lookup', 1]]]);
    const group = compare(
      ['@0', 'a killpg(b, TERM) [zombies] = -1 ESRCH'],
      ['@0', 'a killpg(b, TERM) [zombies] = 0'],
    );
    assert.equal(group.difference, null);
    for (const [machine, host] of [
      ['a getpgid(b) [zombie] = b', 'a getpgid(b) [zombie] = -1 ESRCH'],
      ['a getpgid(b) = -1 ESRCH', 'a getpgid(b) = b'],
      ['a killpg(b, TERM) = -1 ESRCH', 'a killpg(b, TERM) = 0'],
    ] as const) {
      assert.notEqual(compare(['@0', machine], ['@0', host]).difference, null);
    }
  });

  it('has a reason for each difference', () => {
    for (const { id, reason } of DIFFERENCE_RULES) assert.ok(reason.length > 40, id);
  });
});
