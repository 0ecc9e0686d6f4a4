import assert from 'node:assert/strict';
import {
  RaceDetector,
  WORD_FREED,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
} from '../../src/detect/race-detector.ts';
import { Execution } from '../../src/engine/execution.ts';
import type { Strand } from '../../src/engine/strand.ts';
import { startThread } from '../../src/engine/thread.ts';
import { scenario, type ScenarioBody } from '../../src/scenario.ts';
import { exhaust, OldestFirst } from '../exploration.ts';

const unordered = (first: string, second: string): ScenarioBody =>
  function* (s) {
    const x = s.cell('x', 0);
    const access = (what: string) => (what === 'write' ? x.write(1) : x.read());
    yield* s.spawn('t', function* () {
      yield* access(first) as Generator<never, void>;
    });
    yield* access(second) as Generator<never, void>;
  };

describe('the race detector', () => {
  it('reports two writes, and a read and a write either way round, and not two reads', () => {
    assert.deepEqual(exhaust(unordered('write', 'write')).races, [
      'main writes, t writes',
      't writes, main writes',
    ]);
    assert.deepEqual(exhaust(unordered('read', 'write')).races, [
      'main writes, t reads',
      't reads, main writes',
    ]);
    assert.deepEqual(exhaust(unordered('write', 'read')).races, [
      'main reads, t writes',
      't writes, main reads',
    ]);
    assert.deepEqual(exhaust(unordered('read', 'read')).races, []);
  });

  it('does not end a run, nor take its verdict', () => {
    assert.deepEqual(exhaust(unordered('write', 'write')).verdicts, { none: 2 });
  });

  it('names the word, and the step of each thread that accessed it', () => {
    const execution = new Execution();
    let location = 0;
    const program = scenario('two writers', function* (s) {
      const x = s.cell('x', 0);
      location = x.location;
      yield* s.spawn('t', function* () {
        yield* s.fence();
        yield* x.write(1);
      });
      yield* s.fence();
      yield* s.fence();
      yield* x.write(2);
    });
    execution.execute(program, new OldestFirst());
    assert.deepEqual(execution.racesSeen.races, [
      {
        location,
        firstStrand: 0,
        firstStep: 4,
        firstWrites: true,
        secondStrand: 1,
        secondStep: 2,
        secondWrites: true,
      },
    ]);
  });

  it('reports a write that follows several unordered readers once for each of them', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      const start = s.barrier('start', 3);
      const reader = function* () {
        yield* x.read();
        yield* start.wait();
      };
      yield* s.spawn('r1', reader);
      yield* s.spawn('r2', reader);
      yield* s.spawn('r3', function* () {
        yield* x.read();
      });
      yield* start.wait();
      yield* x.write(1);
    });
    assert.deepEqual(races, ['main writes, r3 reads', 'r3 reads, main writes']);
    const all = exhaust(function* (s) {
      const x = s.cell('x', 0);
      for (const name of ['r1', 'r2', 'r3']) {
        yield* s.spawn(name, function* () {
          yield* x.read();
        });
      }
      yield* x.write(1);
    }).races;
    for (const reader of ['r1', 'r2', 'r3']) assert.ok(all.includes(`${reader} reads, main writes`));
  });

  it('forgets readers that the writer is ordered after', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      const readers = [];
      for (const name of ['r1', 'r2']) {
        readers.push(
          yield* s.spawn(name, function* () {
            yield* x.read();
          }),
        );
      }
      for (const reader of readers) yield* reader.join();
      yield* x.write(1);
      yield* x.read();
    });
    assert.deepEqual(races, []);
  });

  it('sees a race behind a chain of synchronisation that leaves one link out', () => {
    const chain = (complete: boolean): readonly string[] =>
      exhaust(function* (s) {
        const x = s.cell('x', 0);
        const [a, b] = [s.semaphore('a', 0), s.semaphore('b', 0)];
        yield* s.spawn('t', function* () {
          yield* x.write(1);
          yield* a.post();
        });
        yield* s.spawn('u', function* () {
          if (complete) yield* a.wait();
          yield* b.post();
        });
        yield* b.wait();
        yield* x.write(2);
      }).races;
    assert.deepEqual(chain(true), []);
    assert.deepEqual(chain(false), ['main writes, t writes', 't writes, main writes']);
  });

  it('keeps clocks of more threads than it first made room for', () => {
    const { races, verdicts } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      for (let i = 0; i < 20; i++) {
        const t = yield* s.spawn(`t${i}`, function* () {
          yield* x.write(i);
        });
        yield* t.join();
      }
      const u = yield* s.spawn('u', function* () {
        yield* x.read();
      });
      yield* s.spawn('v', function* () {
        yield* x.read();
      });
      yield* u.join();
      yield* x.write(99);
    });
    assert.deepEqual(races, ['main writes, v reads', 'v reads, main writes']);
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('can be switched off', () => {
    assert.deepEqual(exhaust(unordered('write', 'write'), { races: false }).races, []);
  });

  it('starts anew in every run', () => {
    const execution = new Execution();
    execution.execute(scenario('racy', unordered('write', 'write')), new OldestFirst());
    assert.equal(execution.racesSeen.races.length, 1);
    execution.execute(scenario('not racy', unordered('read', 'read')), new OldestFirst());
    assert.equal(execution.racesSeen.races.length, 0);
  });
});

describe('the state of a word', () => {
  const STATES = [WORD_UNINITIALISED, WORD_INITIALISED, WORD_FREED, WORD_REDZONE] as const;

  function detector(): { seen: RaceDetector; a: Strand; b: Strand } {
    const execution = new Execution();
    const [a, b] = ['a', 'b'].map((name) => startThread(execution, name, null, function* () {}));
    const seen = new RaceDetector();
    seen.resize(64);
    return { seen, a, b };
  }

  it('is initialised until something else is said, and again at the next run', () => {
    const { seen } = detector();
    for (const state of STATES) {
      assert.deepEqual(
        [30, 31, 33, 34].map((word) => seen.stateOf(word)),
        new Array(4).fill(WORD_INITIALISED),
      );
      seen.setState(31, 3, state);
      assert.deepEqual(
        [30, 31, 33, 34].map((word) => seen.stateOf(word)),
        [WORD_INITIALISED, state, state, WORD_INITIALISED],
      );
      seen.reset();
    }
  });

  it('becomes initialised by a write, but not where it is freed or between objects', () => {
    const { seen, a } = detector();
    for (const state of STATES) seen.setState(state + 1, 1, state);
    for (const state of STATES) seen.write(a, state + 1);
    assert.deepEqual(
      [1, 2, 3, 4].map((word) => seen.stateOf(word)),
      [1, 1, 2, 3],
    );
    seen.setState(5, 1, WORD_UNINITIALISED);
    seen.read(a, 5);
    assert.equal(seen.stateOf(5), WORD_UNINITIALISED);
    seen.markInitialised(5);
    assert.equal(seen.stateOf(5), WORD_INITIALISED);
  });

  it('that is given anew makes the accesses before it forgotten', () => {
    const { seen, a, b } = detector();
    seen.write(a, 7);
    seen.setState(7, 1, WORD_INITIALISED);
    seen.write(b, 7);
    assert.equal(seen.races.length, 0);
    seen.write(a, 7);
    assert.equal(seen.races.length, 1);
  });

  it('and the accesses to it are forgotten between runs, of however many words', () => {
    const { seen, a, b } = detector();
    for (let word = 0; word < 1000; word++) seen.write(a, word);
    seen.setState(2000, 3, WORD_FREED);
    seen.reset();
    for (let word = 0; word < 1000; word++) seen.write(b, word);
    assert.deepEqual([seen.races.length, seen.stateOf(2001)], [0, WORD_INITIALISED]);
    seen.read(a, 999);
    assert.equal(seen.races.length, 1);
    seen.forget();
    seen.read(a, 998);
    assert.equal(seen.races.length, 1);
  });
});
