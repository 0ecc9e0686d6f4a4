import assert from 'node:assert/strict';
import { endsWith } from '../exploration.ts';
import { Execution } from '../../src/engine/execution.ts';
import { scenario } from '../../src/scenario.ts';
import { OldestFirst } from '../exploration.ts';

describe('a strand', () => {
  it('is named by the path of its spawns, twins by number', () => {
    const execution = new Execution();
    const program = scenario('twins', function* (s) {
      const parent = function* () {
        yield* s.spawn('child', function* () {});
      };
      yield* s.spawn('t', parent);
      yield* s.spawn('t', parent);
      yield* s.spawn('u', function* () {});
      yield* s.spawn('t', function* () {});
    });
    execution.execute(program, new OldestFirst());
    const paths = execution.strands.slice(0, execution.strandCount).map((strand) => strand.path);
    assert.deepEqual(paths.sort(), [
      'main',
      'main/t',
      'main/t#2',
      'main/t#2/child',
      'main/t#3',
      'main/t/child',
      'main/u',
    ]);
  });

  it('is its own group unless it is put into one', () => {
    const execution = new Execution();
    const program = scenario('groups', function* (s) {
      yield* s.spawn('t', function* () {});
    });
    execution.execute(program, new OldestFirst());
    const groups = execution.strands.slice(0, execution.strandCount).map((strand) => strand.group);
    assert.deepEqual(groups, [0, 1]);
  });

  it('is described in waits by its name', () => {
    const failure = endsWith('deadlock', function* (s) {
      const t = yield* s.spawn('worker', function* () {
        yield* s.semaphore('never', 0).wait();
      });
      yield* t.join();
    });
    assert.match(failure.details.join('\n'), /main waits in worker\.join\(\)/);
  });

  it('counts its own steps, independent of others', () => {
    const execution = new Execution();
    const program = scenario('steps', function* (s) {
      yield* s.spawn('t', function* () {
        for (let i = 0; i < 5; i++) yield* s.fence();
      });
      yield* s.fence();
    });
    execution.execute(program, new OldestFirst());
    assert.deepEqual(
      execution.strands.slice(0, execution.strandCount).map((strand) => strand.ownSteps),
      [2, 5],
    );
  });
});
