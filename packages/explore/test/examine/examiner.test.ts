import assert from 'node:assert/strict';
import { readSchedule, ScheduleError, writeSchedule } from '../../src/campaign/schedule-text.ts';
import { Search } from '../../src/campaign/search.ts';
import { settingsOf } from '../../src/campaign/settings.ts';
import type { Program } from '../../src/engine/execution.ts';
import { Examiner } from '../../src/examine/examiner.ts';
import type { Finding } from '../../src/report/result.ts';
import { scenario } from '../../src/scenario.ts';
import { abba, lostUpdate, racy } from '../campaign/programs.ts';

function examined(program: Program, shrinks = true): { examiner: Examiner; finding: Finding } {
  const search = new Search(program, settingsOf({ strategy: 'random', maxSteps: 2000 }));
  const outcome = search.run({ from: 0, to: 500 });
  const examiner = new Examiner(search.execution, program, 'folder/file.ts', shrinks);
  const [raw] = outcome.findings;
  const finding =
    raw === undefined ? examiner.examineRace(outcome.races[0], 'random') : examiner.examine(raw);
  return { examiner, finding };
}

describe('the examiner', () => {
  it('describes a failure with its place, its schedule and its shortened trace', () => {
    const { finding } = examined(lostUpdate);
    assert.equal(finding.verdict, 'assertion');
    assert.equal(finding.message, 'x must be 2');
    assert.equal(finding.strand, 'main');
    assert.match(finding.at ?? '', /^packages\/explore\/test\/campaign\/programs\.ts:\d+$/);
    assert.equal(finding.strategy, 'random');
    assert.equal(finding.contextSwitches, 2);
    assert.equal(finding.preemptions, 1);
    assert.ok(finding.originalContextSwitches >= finding.contextSwitches);
    assert.deepEqual(finding.strands, ['main', 'main/t1', 'main/t2']);
    assert.equal(finding.trace.at(-1)?.text, 'x.peek()');
  });

  it('leaves the schedule as it is when it is told not to shrink', () => {
    const { finding } = examined(lostUpdate, false);
    assert.equal(finding.originalContextSwitches, finding.contextSwitches);
  });

  it('writes a schedule that replays to the same trace', () => {
    for (const program of [lostUpdate, abba]) {
      const { examiner, finding } = examined(program);
      const again = examiner.replay(readSchedule(finding.schedule)).finding;
      assert.equal(again?.traceHash, finding.traceHash);
      assert.equal(again.verdict, finding.verdict);
      assert.deepEqual(again.details, finding.details);
      assert.deepEqual(again.trace, finding.trace);
    }
  });

  it('describes a data race by its two accesses', () => {
    const { finding } = examined(racy);
    assert.equal(finding.verdict, 'data-race');
    assert.match(
      finding.message,
      /^nothing orders main\/t\d's (read|write) and main\/t\d's (read|write) of x$/,
    );
    assert.ok(finding.trace.some(({ object }) => object === 'x'));
  });

  it('cuts the schedule of a run that never ends to its beginning', () => {
    const spins = scenario('spins', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.spawn('t1', function* () {
        while ((yield* x.load()) === 0) yield* s.yield();
      });
    });
    const { examiner, finding } = examined(spins);
    assert.equal(finding.verdict, 'livelock');
    assert.ok(finding.schedule.length < 120, `${finding.schedule.length} characters`);
    assert.equal(examiner.replay(readSchedule(finding.schedule)).finding?.verdict, 'livelock');
  });

  it('refuses, in words, a schedule that does not fit the scenario any more', () => {
    const { finding } = examined(lostUpdate);
    const changed = scenario('lost update', function* (s) {
      const x = s.atomic('x', 0);
      const t = yield* s.spawn('t1', function* () {
        yield* x.add(1);
      });
      yield* t.join();
    });
    const { examiner } = examined(racy);
    const other = new Examiner(examiner.execution, changed, '', true);
    const message =
      /does not fit scenario "lost update" as it is now: .* changed since, or is not deterministic/;
    assert.throws(() => other.replay(readSchedule(finding.schedule)), { name: 'ScheduleError', message });
  });

  it('notices a change that leaves every decision possible', () => {
    const { finding } = examined(lostUpdate);
    const record = readSchedule(finding.schedule);
    const edited = writeSchedule({ ...record, shape: '0000000000000000' });
    const { examiner } = examined(lostUpdate);
    assert.throws(
      () => examiner.replay(readSchedule(edited)),
      (error) => {
        assert.ok(error instanceof ScheduleError);
        assert.match(error.message, /its steps are not those that were recorded/);
        return true;
      },
    );
  });
});
