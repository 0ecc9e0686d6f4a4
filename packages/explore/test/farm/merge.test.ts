import assert from 'node:assert/strict';
import { lanesOf } from '../../src/campaign/lanes.ts';
import type { RaceFinding } from '../../src/campaign/race-collector.ts';
import { type RawFinding, Search, type SearchOutcome } from '../../src/campaign/search.ts';
import { settingsOf } from '../../src/campaign/settings.ts';
import { type Done, folded, merge } from '../../src/farm/merge.ts';
import { piecesOf } from '../../src/farm/ranges.ts';
import type { ExploreOptions } from '../../src/report/result.ts';
import { adders, guarded, lostUpdate, racy } from '../campaign/programs.ts';

const EMPTY: SearchOutcome = {
  findings: [],
  races: [],
  schedules: 0,
  steps: 0,
  stepsOfEach: [],
  exhaustedAt: null,
  cut: false,
  isUnfair: false,
  isConcurrent: false,
  stoppedAt: null,
  machine: null,
};

function finding(index: number, place: string): RawFinding {
  const failure = {
    verdict: 'assertion',
    message: place,
    strand: null,
    stack: null,
    place,
    details: [],
  } as const;
  return { index, strategy: 'random', failure, decisions: new Int32Array(0) };
}

function race(index: number, key: string): RaceFinding {
  return { index, key } as RaceFinding;
}

/** A piece of the walks in which every schedule made one step. */
function piece(from: number, to: number, outcome: Partial<SearchOutcome> = {}): Done {
  const stepsOfEach = new Array<number>(to - from).fill(1);
  return { piece: { from, to, sequential: false }, outcome: { ...EMPTY, stepsOfEach, ...outcome } };
}

const RANDOM = lanesOf('random');
const merged = (done: readonly Done[], options: ExploreOptions = {}, extra: readonly RawFinding[] = []) =>
  merge(done, extra, RANDOM, settingsOf({ strategy: 'random', ...options }));

describe('putting the pieces of a campaign together', () => {
  it('leaves out what lies beyond the first failure', () => {
    const done = [
      piece(100, 200, { findings: [finding(150, 'b')], races: [race(120, 'r')] }),
      piece(0, 100, { findings: [finding(30, 'a')], races: [race(10, 'q'), race(40, 's')] }),
    ];
    const { findings, races, schedules } = merged(done);
    assert.deepEqual(
      findings.map(({ index }) => index),
      [30],
    );
    assert.deepEqual(
      races.map(({ key }) => key),
      ['q'],
    );
    assert.equal(schedules, 31);
  });

  it('keeps everything when it is told to keep going, each place and each race once', () => {
    const done = [
      piece(100, 200, { findings: [finding(110, 'a'), finding(150, 'b')], races: [race(120, 'r')] }),
      piece(0, 100, { findings: [finding(30, 'a')], races: [race(10, 'r')] }),
    ];
    const { findings, races, schedules } = merged(done, { keepGoing: true });
    assert.deepEqual(
      findings.map(({ index }) => index),
      [30, 150],
    );
    assert.deepEqual(
      races.map(({ index }) => index),
      [10],
    );
    assert.equal(schedules, 200);
  });

  it('ends at the first race when it is told to stop there', () => {
    const done = [
      piece(0, 100, { races: [race(60, 'r')] }),
      piece(100, 200, { findings: [finding(101, 'a')] }),
    ];
    const { schedules, findings } = merged(done, { stopOnRace: true });
    assert.deepEqual([schedules, findings.length], [61, 0]);
  });

  it('takes findings that no worker could report itself like others', () => {
    const extra = [finding(20, 'hung')];
    const done = [piece(0, 20), piece(50, 100, { findings: [finding(70, 'a')] })];
    assert.deepEqual(
      merged(done, {}, extra).findings.map(({ failure }) => failure.place),
      ['hung'],
    );
    assert.deepEqual(
      merged(done, { keepGoing: true }, extra).findings.map(({ failure }) => failure.place),
      ['hung', 'a'],
    );
  });

  it('ends where the space was covered, and keeps whether a bound cut it', () => {
    const done = [piece(0, 100, { exhaustedAt: 40, cut: true }), piece(100, 200)];
    const { exhaustedAt, cut, schedules } = merged(done);
    assert.deepEqual([exhaustedAt, cut, schedules], [40, true, 41]);
  });

  it('counts a folded piece like one that was kept whole, if nothing ends within it', () => {
    const done = [piece(0, 50), piece(50, 500), piece(500, 600, { stoppedAt: 560 })];
    const counted = done.map((kept) => {
      const { stepsOfEach } = kept.outcome;
      const outcome = { ...kept.outcome, schedules: stepsOfEach.length, steps: stepsOfEach.length };
      return folded({ ...kept, outcome });
    });
    assert.deepEqual(counted[1].outcome.stepsOfEach, []);
    assert.notDeepEqual(counted[2].outcome.stepsOfEach, [], 'a piece that was stopped is kept whole');
    const [whole, together] = [merged(done), merged(counted)];
    assert.deepEqual([together.schedules, together.steps], [whole.schedules, whole.steps]);
  });

  it('does not claim the space when a failure came before it was covered', () => {
    const done = [piece(0, 100, { exhaustedAt: 90 }), piece(0, 50, { findings: [finding(20, 'a')] })];
    assert.equal(merged(done).exhaustedAt, null);
  });

  it('says before which schedule the search was first stopped, unless that is beyond its end', () => {
    const done = [piece(0, 100, { stoppedAt: 80 }), piece(100, 200, { stoppedAt: 150 })];
    assert.equal(merged(done).stoppedAt, 80);
    const failed = [piece(0, 50, { findings: [finding(20, 'a')] }), piece(50, 60, { stoppedAt: 60 })];
    assert.equal(merged(failed).stoppedAt, null);
  });

  for (const program of [lostUpdate, guarded, racy, adders(3, 3)]) {
    for (const keepGoing of [false, true]) {
      const what = keepGoing ? ', keeping going' : '';
      it(`gives for "${program.name}" what one search gives, in whatever order the pieces end${what}`, () => {
        const settings = settingsOf({ schedules: 1200, keepGoing });
        const lanes = lanesOf('portfolio');
        const whole = new Search(program, settings).run({ from: 0, to: settings.schedules });
        const done = [...piecesOf(settings.schedules, lanes)].map((part): Done => {
          return { piece: part, outcome: new Search(program, settings).run({ ...part, keepsSteps: true }) };
        });
        for (const order of [done, done.toReversed()]) {
          const together = merge(order, [], lanes, settings);
          const without = { races: [], stepsOfEach: [] };
          assert.deepEqual({ ...together, ...without }, { ...whole, ...without });
          assert.deepEqual(
            together.races.map(({ key }) => key).sort(),
            whole.races.map(({ key }) => key).sort(),
          );
        }
      });
    }
  }
});
