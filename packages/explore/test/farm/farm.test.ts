import assert from 'node:assert/strict';
import { Farm } from '../../src/farm/farm.ts';
import type { ExploreOptions, ExploreResult } from '../../src/report/result.ts';
import { type Call, exploreOnFarm, onFarm, resultOf, target, timeless } from './targets.ts';

const FILE = 'lost-update.mjs';
const NAMES = ['lost update', 'rare', 'many', 'guarded', 'racy'];
const KINDS: readonly ExploreOptions[] = [
  { schedules: 1300 },
  { schedules: 1300, keepGoing: true, seed: 9 },
  { strategy: 'dfs', schedules: 400 },
  { strategy: 'dfs', preemptions: 1, keepGoing: true },
  { strategy: 'random', schedules: 1101, keepGoing: true },
  { strategy: 'pos', schedules: 700, stopOnRace: true },
];

/** Every scenario with every kind of options, on a farm with that many workers or (`local`) on none. */
async function exploreAll(op: 'explore' | 'local', workers: number): Promise<ExploreResult[]> {
  const calls = NAMES.flatMap((name) =>
    KINDS.map((options): Call => ({ op, target: target(FILE, name), options })),
  );
  return (await onFarm(calls, { workers })).map((answer) => timeless(resultOf(answer)));
}

describe('a farm', () => {
  it('finds the same with any number of workers, and what one thread finds', async () => {
    const expected = await exploreAll('local', 1);
    assert.equal(new Set(expected.map(({ verdict }) => verdict)).size, 4, 'a fair sample of verdicts');
    for (const workers of [1, 2, 3]) {
      const results = await exploreAll('explore', workers);
      results.forEach((result, i) => {
        const what = `${result.scenario} ${JSON.stringify(KINDS[i % KINDS.length])}, ${workers} workers`;
        assert.deepEqual(result, expected[i], what);
      });
    }
  });

  it('counts schedules like one thread where depth-first search gives up', async () => {
    const options = { schedules: 200, preemptions: 0, maxSteps: 5000 };
    const where = target('spins.mjs', 'spins fairly');
    const [local, farmed] = await onFarm([
      { op: 'local', target: where, options },
      { op: 'explore', target: where, options },
    ]);
    assert.deepEqual(timeless(resultOf(farmed)), timeless(resultOf(local)));
  });

  it('lists the scenarios of a file, sorted by their export', async () => {
    const [{ names }] = await onFarm([{ op: 'list', target: target('entries.mjs', '') }]);
    assert.deepEqual(names, ['alone', 'entry', 'listed', 'nested']);
  });

  it('replays what it found, and refuses in words what it cannot', async () => {
    const where = target(FILE, 'lost update');
    const found = await exploreOnFarm(where);
    const text = found.schedule ?? '';
    const [again, damaged, foreign] = await onFarm([
      { op: 'replay', target: where, text },
      { op: 'replay', target: where, text: 'v1:AAAA' },
      { op: 'replay', target: target(FILE, 'rare'), text },
    ]);
    assert.equal(resultOf(again).finding?.traceHash, found.finding?.traceHash);
    assert.deepEqual(resultOf(again).trace, found.trace);
    assert.match(damaged.refusal?.message ?? '', /damaged/);
    assert.equal(foreign.refusal?.message, 'the schedule is of scenario "lost update", not of "rare"');
  });

  it('stops on a signal and keeps what was found so far', async () => {
    const options = { strategy: 'random', schedules: 2_000_000_000, keepGoing: true };
    const [answer] = await onFarm([
      { op: 'explore', target: target(FILE, 'endless'), options, untilProgress: 1 },
    ]);
    const result = resultOf(answer);
    assert.equal(result.verdict, 'assertion');
    assert.equal(result.finding?.message, 'not that one');
    assert.ok(result.schedules > 0 && result.schedules < 2_000_000_000);
    assert.match(result.notes.join(), /the search was stopped before schedule \d+/);
  });

  it('says that it was stopped even before it began', async () => {
    const [answer] = await onFarm([{ op: 'explore', target: target(FILE, 'guarded'), untilProgress: 0 }]);
    const { verdict, schedules, complete, notes } = resultOf(answer);
    assert.deepEqual([verdict, schedules, complete], ['none', 0, false]);
    assert.match(notes.join(), /the search was stopped before schedule 1\b/);
  });

  it('stops at a time limit, and says so', async () => {
    const options = { strategy: 'random', schedules: 2_000_000_000, timeLimitSeconds: 0.1 };
    const result = await exploreOnFarm(target(FILE, 'guarded'), options);
    assert.equal(result.verdict, 'none');
    assert.match(result.notes.join(), /the search was stopped before schedule \d+/);
  });

  it('tells how far it has come', async () => {
    const schedules = 1_000_000_000;
    const options = { strategy: 'random', schedules };
    const [answer] = await onFarm([
      { op: 'explore', target: target(FILE, 'guarded'), options, untilProgress: 2 },
    ]);
    const [first, second] = answer.reports ?? [];
    assert.equal(first.planned, schedules);
    assert.ok(second.schedules > first.schedules && second.steps > first.steps);
    assert.ok(second.elapsedSeconds > first.elapsedSeconds && second.schedulesPerSecond > 0);
  });

  it('refuses numbers out of range', () => {
    for (const workers of [0, 1.5, NaN, 257]) {
      assert.throws(() => new Farm({ workers }), { name: 'InputError', message: /^workers is / });
    }
    for (const watchdogSeconds of [0, -1, NaN]) {
      assert.throws(() => new Farm({ watchdogSeconds }), {
        name: 'InputError',
        message: /^watchdogSeconds is /,
      });
    }
  });

  it('refuses options out of range', async () => {
    const where = target(FILE, 'guarded');
    const answers = await onFarm([
      { op: 'explore', target: where, options: { schedules: 0 } },
      { op: 'explore', target: where, options: { strategy: 'best' } },
    ]);
    const names = answers.map(({ refusal }) => refusal?.name);
    assert.deepEqual(names, ['InputError', 'InputError']);
  });
});
