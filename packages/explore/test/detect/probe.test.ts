import assert from 'node:assert/strict';
import { probe } from '../../src/detect/probe.ts';
import { Execution, type StepObserver } from '../../src/engine/execution.ts';
import { scenario, type ScenarioBody } from '../../src/scenario.ts';
import { OldestFirst } from '../exploration.ts';

const body: ScenarioBody = function* (s) {
  const x = s.cell('x', 0);
  yield* s.spawn('t', function* () {
    yield* x.write(1);
  });
  yield* x.write(2);
};

/** An execution after a run of two strands and one race, which somebody watches. */
function afterRun(): { execution: Execution; observer: StepObserver } {
  const execution = new Execution();
  execution.execute(scenario('racy', body), new OldestFirst());
  const observer: StepObserver = { wantsStacks: false, onStep: () => assert.fail('observed') };
  execution.observer = observer;
  return { execution, observer };
}

describe('a look ahead', () => {
  it('leaves no step, decision, failure or race of what it tried', () => {
    const { execution, observer } = afterRun();
    const { steps, recorder, racesSeen } = execution;
    const before = [steps, recorder.decisionCount, recorder.traceLength, racesSeen.races.length];
    const result = probe(execution, 'thrown', () => {
      execution.steps += 5;
      recorder.decide(1);
      recorder.step(0, 0, 0, 0);
      racesSeen.races.push(racesSeen.races[0]);
      execution.fail('panic', 'of the probe');
      assert.equal(execution.observer, null);
      return 'given';
    });
    assert.equal(result, 'given');
    assert.equal(execution.failure, null);
    assert.equal(execution.observer, observer);
    assert.deepEqual(
      [execution.steps, recorder.decisionCount, recorder.traceLength, racesSeen.races.length],
      before,
    );
    assert.equal(execution.isProbing, false);
  });

  it('gives the fallback if what it tried threw', () => {
    const { execution } = afterRun();
    const result = probe(execution, 'thrown', () => {
      throw new RangeError('no');
    });
    assert.equal(result, 'thrown');
    assert.equal(execution.failure, null);
    assert.equal(execution.isProbing, false);
  });
});
