import assert from 'node:assert/strict';
import { explore } from '../../src/campaign/explore.ts';
import { replay } from '../../src/campaign/replay.ts';
import { readSchedule, writeSchedule } from '../../src/campaign/schedule-text.ts';
import type { Program } from '../../src/engine/execution.ts';
import { scenario } from '../../src/scenario.ts';
import { abba, guarded, lostUpdate, orderViolation, racy } from './programs.ts';

const livelock = scenario('livelock', function* (s) {
  const x = s.atomic('x', 0);
  yield* s.spawn('t', function* () {
    while ((yield* x.load()) === 0);
  });
});

const counts = scenario('counts for ever', function* (s) {
  const x = s.atomic('x', 0);
  yield* s.spawn('t', function* () {
    for (;;) yield* x.add(1);
  });
  yield* x.load();
});

function scheduleOf(program: Program, options = {}): string {
  const { schedule } = explore(program, options);
  assert.ok(schedule !== null);
  return schedule;
}

describe('replay of a recorded schedule', () => {
  for (const program of [lostUpdate, abba, orderViolation]) {
    it(`shows the finding of "${program.name}" again, exactly`, () => {
      const found = explore(program);
      const again = replay(program, found.schedule ?? '');
      assert.equal(again.finding?.traceHash, found.finding?.traceHash);
      const { verdict, message, trace, strands, schedule, contextSwitches, preemptions } = again;
      assert.deepEqual(
        { verdict, message, trace, strands, schedule, contextSwitches, preemptions },
        {
          verdict: found.verdict,
          message: found.message,
          trace: found.trace,
          strands: found.strands,
          schedule: found.schedule,
          contextSwitches: found.contextSwitches,
          preemptions: found.preemptions,
        },
      );
      assert.equal(again.strategy, 'replay');
      assert.equal(again.schedules, 1);
    });
  }

  for (const [program, verdict] of [
    [livelock, 'livelock'],
    [counts, 'step-limit'],
  ] as const) {
    it(`ends a run that was cut in ${verdict} again`, () => {
      const text = scheduleOf(program, { maxSteps: 3000 });
      assert.equal(replay(program, text).verdict, verdict);
      assert.equal(readSchedule(text).maxSteps, 3000);
    });
  }

  it('shows a data race again, with its trace', () => {
    const found = explore(racy, { schedules: 100 });
    assert.equal(found.verdict, 'data-race');
    const again = replay(racy, found.schedule ?? '');
    assert.equal(again.verdict, 'data-race');
    assert.deepEqual(again.trace, found.trace);
    assert.equal(again.races[0].object, 'x');
  });

  it('passes when the same steps do not fail any more', () => {
    const mended = scenario('lost update', function* (s) {
      const x = s.atomic('x', 0);
      const inc = function* (): Generator<unknown, void> {
        const v = yield* x.load();
        yield* x.store(v + 1);
      };
      const t1 = yield* s.spawn('t1', inc);
      const t2 = yield* s.spawn('t2', inc);
      yield* t1.join();
      yield* t2.join();
      s.assert(x.peek() >= 1, 'x must be 1 or 2');
    });
    const { verdict, finding, schedules } = replay(mended, scheduleOf(lostUpdate));
    assert.deepEqual([verdict, finding, schedules], ['none', null, 1]);
  });

  it('refuses the schedule of another scenario', () => {
    assert.throws(() => replay(guarded, scheduleOf(lostUpdate)), {
      name: 'ScheduleError',
      message: 'the schedule is of scenario "lost update", not of "guarded"',
    });
  });

  it('refuses a schedule whose fingerprint is another', () => {
    const record = readSchedule(scheduleOf(lostUpdate));
    const text = writeSchedule({ ...record, fingerprint: record.fingerprint ^ 1 });
    assert.throws(() => replay(lostUpdate, text), {
      name: 'ScheduleError',
      message: /"lost update" was recorded by an incompatible smplab/,
    });
  });

  const changes: [string, Program][] = [
    [
      'a thread more',
      scenario('lost update', function* (s) {
        yield* s.spawn('t0', function* () {
          yield* s.fence();
        });
        yield* lostUpdate.body(s) as Generator;
      }),
    ],
    [
      'a step less',
      scenario('lost update', function* (s) {
        const x = s.atomic('x', 0);
        const inc = function* (): Generator<unknown, void> {
          yield* x.add(1);
        };
        const t1 = yield* s.spawn('t1', inc);
        const t2 = yield* s.spawn('t2', inc);
        yield* t1.join();
        yield* t2.join();
        s.assert(x.peek() === 2, 'x must be 2');
      }),
    ],
    [
      'another operation in the place of one',
      scenario('lost update', function* (s) {
        const x = s.atomic('x', 0);
        const inc = function* (): Generator<unknown, void> {
          const v = yield* x.load();
          yield* x.exchange(v + 1);
        };
        const t1 = yield* s.spawn('t1', inc);
        const t2 = yield* s.spawn('t2', inc);
        yield* t1.join();
        yield* t2.join();
        s.assert(x.peek() === 2, 'x must be 2');
      }),
    ],
  ];
  for (const [change, changed] of changes) {
    it(`refuses, in words, a schedule of a scenario that has since got ${change}`, () => {
      assert.throws(() => replay(changed, scheduleOf(lostUpdate)), {
        name: 'ScheduleError',
        message: /does not fit scenario "lost update" as it is now: .+ explore it again/,
      });
    });
  }

  it('names the file that it was given, or else that of the text', () => {
    const text = scheduleOf(lostUpdate, { file: 'a.ts' });
    const fileOf = (file?: string): string => {
      const { finding } = replay(lostUpdate, text, file);
      return readSchedule(finding?.schedule ?? '').file;
    };
    assert.equal(fileOf(), 'a.ts');
    assert.equal(fileOf('b.ts'), 'b.ts');
  });

  it('beats for a watchdog on another thread', () => {
    const heartbeat = new Int32Array(16);
    replay(lostUpdate, scheduleOf(lostUpdate), '', heartbeat);
    assert.ok(heartbeat[1] > 0);
  });
});
