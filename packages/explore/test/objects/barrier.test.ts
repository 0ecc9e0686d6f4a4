import assert from 'node:assert/strict';
import { endsWith, exhaust } from '../exploration.ts';

describe('barrier', () => {
  it('holds everyone back until the last has come, and orders them', () => {
    const { verdicts, races } = exhaust(function* (s) {
      const meeting = s.barrier('meeting', 3);
      const a = s.array('a', 3, 0);
      const body = (me: number) =>
        function* () {
          yield* a.write(me, 1);
          yield* meeting.wait();
          s.assert((yield* a.read((me + 1) % 3)) === 1, 'the neighbour has come');
        };
      yield* s.spawn('t1', body(1));
      yield* s.spawn('t2', body(2));
      yield* body(0)();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.deepEqual(races, []);
  });

  it('does not order what comes after it', () => {
    const { races } = exhaust(function* (s) {
      const meeting = s.barrier('meeting', 2);
      const x = s.cell('x', 0);
      const body = function* () {
        yield* meeting.wait();
        yield* x.write(1);
      };
      yield* s.spawn('t', body);
      yield* body();
    });
    assert.deepEqual(races, ['main writes, t writes', 't writes, main writes']);
  });

  it('closes again behind each group', () => {
    const { verdicts } = exhaust(
      function* (s) {
        const meeting = s.barrier('meeting', 2);
        const rounds = s.array('rounds', 2, 0);
        const body = (me: number) =>
          function* () {
            for (let round = 1; round <= 2; round++) {
              yield* rounds.write(me, round);
              yield* meeting.wait();
              s.assert(rounds.peek(1 - me) >= round, 'the other is in this round');
            }
          };
        yield* s.spawn('t', body(1));
        yield* body(0)();
      },
      { races: false },
    );
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('does not order groups that met at different times', () => {
    const { races } = exhaust(function* (s) {
      const meeting = s.barrier('meeting', 1);
      const x = s.cell('x', 0);
      const body = function* () {
        yield* x.write(1);
        yield* meeting.wait();
        yield* meeting.wait();
        yield* x.write(2);
      };
      yield* s.spawn('t', body);
      yield* body();
    });
    assert.deepEqual(races, ['main writes, t writes', 't writes, main writes']);
  });

  it('leaves threads that wait for too few others in a deadlock', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const meeting = s.barrier('meeting', 3);
        yield* s.spawn('t', function* () {
          yield* meeting.wait();
        });
        yield* meeting.wait();
      },
      /main and main\/t wait for ever/,
    );
  });

  it('is for one thread or more', () => {
    for (const size of [0, -1, 1.5]) {
      endsWith(
        'scenario-misuse',
        function* (s) {
          s.barrier('b', size);
        },
        /size/,
        /whole number from 1/,
      );
    }
  });
});
