import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprintOf, readSchedule } from '../../src/campaign/schedule-text.ts';
import type { ScenarioTarget } from '../../src/farm/load.ts';
import { type Call, exploreOnFarm, onFarm, resultOf, target, timeless } from './targets.ts';

const FILE = 'troubled.mjs';
const WATCH = { watchdogSeconds: 1 };
const LINE = /packages\/explore\/test\/fixtures\/troubled\.mjs:\d+/;

describe('a campaign with a scenario that never comes back', () => {
  it('names the loop at the start of a thread that has made no step', async () => {
    const result = await exploreOnFarm(target(FILE, 'spins at once'), {}, WATCH);
    assert.equal(result.verdict, 'scenario-misuse');
    assert.match(
      result.message,
      /^main ran for 1 s without reaching an operation, from its start: .* must contain a yield\*$/,
    );
  });

  it('names the thread and the operation after which it looped, from the profiling runs on', async () => {
    const result = await exploreOnFarm(target(FILE, 'spins in a thread'), {}, WATCH);
    assert.equal(result.verdict, 'scenario-misuse');
    assert.match(
      result.message,
      /^main\/waiter ran for 1 s without reaching an operation, after x\.load\(\) at /,
    );
    assert.match(result.message, LINE);
    assert.equal(result.finding?.strand, 'main/waiter');
  });

  it('names it when few schedules get there, and reports the first of those', async () => {
    const seen = new Set<number | undefined>();
    for (const workers of [1, 2]) {
      const result = await exploreOnFarm(target(FILE, 'spins seldom'), {}, { ...WATCH, workers });
      assert.equal(result.verdict, 'scenario-misuse');
      assert.match(
        result.message,
        /^main\/t1 ran for 1 s without reaching an operation, after x\.add\(1\) at /,
      );
      assert.match(result.finding?.at ?? '', LINE);
      assert.equal(result.schedules, result.finding?.scheduleNumber);
      seen.add(result.finding?.scheduleNumber);
    }
    assert.equal(seen.size, 1);
  });
});

describe('a campaign whose worker dies', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'smplab-farm-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The scenario that ends its thread once, when the named file does not exist yet. */
  function dyingOnce(mark: string): ScenarioTarget {
    const { module, ...rest } = target(FILE, 'exits once');
    const { pathname } = pathToFileURL(join(folder, mark));
    return { ...rest, module: `${module}?mark=${pathname}` };
  }

  it('restarts it, loses nothing, and says so', async () => {
    for (const strategy of ['portfolio', 'dfs', 'random']) {
      const options = { strategy, schedules: 600, keepGoing: true };
      const dying = dyingOnce(strategy);
      const disturbed = timeless(await exploreOnFarm(dying, options));
      const undisturbed = timeless(await exploreOnFarm(dying, options));
      const added = disturbed.notes.filter((note) => !undisturbed.notes.includes(note));
      assert.equal(added.length, 1, disturbed.notes.join());
      assert.match(
        added[0],
        /^a worker thread died in schedule \d+ \(.*code: 7\); it was restarted and .* run again$/,
      );
      assert.deepEqual({ ...disturbed, notes: undisturbed.notes }, undisturbed);
    }
  });

  it('reports a schedule that kills it every time as a panic, with its place and number', async () => {
    const seen = new Set<number | undefined>();
    for (const workers of [1, 2]) {
      const result = await exploreOnFarm(target(FILE, 'exits seldom'), {}, { workers });
      assert.equal(result.verdict, 'panic');
      assert.match(result.message, /^the worker thread that ran main\/t1 died: .*code: 7/);
      assert.match(result.finding?.at ?? '', LINE);
      assert.ok(readSchedule(result.schedule ?? '').decisions.length > 0);
      seen.add(result.finding?.scheduleNumber);
    }
    assert.equal(seen.size, 1);
  });

  it('finds what else there is to find when it is told to keep going', async () => {
    const options = { strategy: 'random', schedules: 60, keepGoing: true };
    const result = await exploreOnFarm(target(FILE, 'exits and fails'), options);
    assert.deepEqual(result.findings.map(({ verdict }) => verdict).sort(), ['assertion', 'panic']);
    assert.match(result.notes.join(), /a worker thread died in schedule \d+/);
    const quiet = await exploreOnFarm(target(FILE, 'fails only'), options);
    const [assertion] = result.findings.filter(({ verdict }) => verdict === 'assertion');
    assert.equal(assertion.scheduleNumber, quiet.finding?.scheduleNumber);
    assert.equal(assertion.traceHash, quiet.finding?.traceHash);
  });

  it('says that the rest of a lane was not run when depth-first search could not go on', async () => {
    const options = { strategy: 'dfs', keepGoing: true };
    const result = await exploreOnFarm(target(FILE, 'exits seldom'), options);
    assert.equal(result.verdict, 'panic');
    assert.equal(result.complete, false);
    assert.match(
      result.notes.join('\n'),
      /the depth-first search was given up at schedule \d+, which could not be finished/,
    );
  });

  it('reports a scenario that ends the thread in every run', async () => {
    const result = await exploreOnFarm(target(FILE, 'exits'));
    assert.equal(result.verdict, 'panic');
    assert.match(result.message, /the worker thread that ran main died: .*code: 7/);
    assert.equal(result.schedules, 1);
  });

  it('goes on with the next scenario on the same farm', async () => {
    const answers = await onFarm([
      { op: 'explore', target: target(FILE, 'exits') },
      { op: 'explore', target: target('lost-update.mjs', 'guarded') },
    ]);
    assert.deepEqual(
      answers.map((answer) => resultOf(answer).verdict),
      ['panic', 'proved'],
    );
  });
});

describe('a campaign with a file that is wrong', () => {
  const wrong: [string, RegExp, RegExp | null][] = [
    ['throws-at-load.mjs', /cannot be loaded: TypeError: no such thing$/, /cannot be loaded: TypeError/],
    ['exports-nothing.mjs', /exports no scenario: it needs "export default scenario/, /exports no scenario/],
    ['same-names.mjs', /exports two scenarios named "twin": names must differ/, /two scenarios named "twin"/],
    [
      'exits-at-load.mjs',
      /ended its worker thread while it was loaded: .*code: 3/,
      /ended its worker thread/,
    ],
    [
      'hangs-at-load.mjs',
      /did not finish loading within 1 s: does it loop for ever\?/,
      /made no progress for 1 s/,
    ],
    ['no-such-file.mjs', /cannot be loaded: .*no-such-file\.mjs/, /cannot be loaded/],
    ['entries.mjs', /has no scenario "x": it has "alone", "entry", "listed", "nested"$/, null],
  ];

  it('says what is wrong with it, in one sentence that begins with its name', async () => {
    const calls = wrong.flatMap(([file]): Call[] => [
      { op: 'explore', target: target(file, 'x') },
      { op: 'list', target: target(file, '') },
    ]);
    const answers = await onFarm(calls, WATCH);
    wrong.forEach(([file, explored, listed], i) => {
      const [exploring, listing] = [answers[2 * i].refusal, answers[2 * i + 1].refusal];
      assert.equal(exploring?.name, 'InputError');
      assert.match(exploring.message, explored);
      for (const message of [exploring.message, listing?.message ?? file]) {
        assert.ok(message.startsWith(file) && !message.includes('\n'), message);
      }
      if (listed !== null) assert.match(listing?.message ?? '', listed);
    });
  });

  it('imports a loader first where one is given', async () => {
    const loader = new URL('../fixtures/loader.mjs', import.meta.url).href;
    const [{ names }] = await onFarm([{ op: 'list', target: target('needs-loader.mjs', '', loader) }]);
    assert.deepEqual(names, ['loaded first']);
  });
});

describe('a campaign about a machine', () => {
  it('says how the machine was built, and its schedules replay on that one', async () => {
    const machine = target('machines.mjs', 'fails');
    const result = await exploreOnFarm(machine);
    assert.equal(result.verdict, 'assertion');
    assert.deepEqual(result.options.machine, { cpus: 2, hz: 100 });
    const [again] = await onFarm([{ op: 'replay', target: machine, text: result.schedule ?? '' }]);
    assert.deepEqual(resultOf(again).trace, result.trace);
  });

  it('says so too where no schedule could be finished', async () => {
    const { options, schedule } = await exploreOnFarm(target('machines.mjs', 'spins'), {}, WATCH);
    const machine = { cpus: 2, hz: 100 };
    assert.deepEqual(options.machine, machine);
    const { fingerprint, maxSteps } = readSchedule(schedule ?? '');
    assert.equal(fingerprint, fingerprintOf('spins', maxSteps, machine));
  });
});
