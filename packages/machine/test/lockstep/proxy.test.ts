import assert from 'node:assert/strict';
import { Execution, type Program } from '@smplab/explore';
import { runSchedules } from '../../src/index.ts';
import { LockstepMachine } from '../../src/lockstep/conductor.ts';
import { ProxyStrand } from '../../src/lockstep/proxy.ts';
import { PlayedStage, recordPart } from '../fixtures/recorded-part.ts';

const chooses = recordPart(function* (k) {
  yield* k.cpu_mfence();
  k.choose(3);
  yield* k.cpu_mfence();
});

describe('the proxy of a strand', () => {
  it('takes over the operation it was told of, and what it waits for', () => {
    const execution = new Execution();
    const proxy = new ProxyStrand(execution);
    const stage = new PlayedStage([chooses.publications[1]]);
    stage.command(0, 0);
    const kind = stage.strands()[2].pending?.kind ?? 0;
    const wait = { location: 30, comparison: 1, waitLocation: 30, waitMask: 15, waitValue: 2 };
    const alternatives = [{ location: 31, mask: -1, comparison: 0, value: 0 }] as const;
    proxy.take({ kind, ...wait, alternatives });
    const { pending } = proxy;
    assert.deepEqual(
      [pending?.location, pending?.waitLocation, pending?.waitMask, pending?.waitValue, pending?.comparison],
      [30, 30, 15, 2, 1],
    );
    assert.deepEqual(pending?.alternatives, alternatives);
    proxy.take({ kind, ...wait, alternatives: [] });
    assert.equal(proxy.pending?.alternatives, null);
    proxy.take(null);
    assert.equal(proxy.pending, null);
  });

  it('refuses a kind of operation that nobody knows', () => {
    const proxy = new ProxyStrand(new Execution());
    const unknown = { kind: 123_456, location: 0, comparison: 0, waitLocation: 0, waitMask: 0, waitValue: 0 };
    assert.throws(() => proxy.take({ ...unknown, alternatives: [] }), /unknown operation kind 123456/);
  });

  it('passes choices on to the strategy, and its answer back', () => {
    const answers = new Set<number>();
    for (let seed = 1; seed < 20; seed++) {
      const stage = new PlayedStage(chooses.publications, Infinity, chooses);
      const machine: Program = new LockstepMachine('part', chooses.image, [stage]);
      const execution = new Execution({ memory: chooses.memory, races: false });
      const [outcome] = runSchedules(execution, machine, { strategy: 'random', seed });
      assert.equal(outcome.verdict, 'none');
      assert.equal(stage.answers.length, 1);
      answers.add(stage.answers[0]);
    }
    assert.deepEqual([...answers].sort(), [0, 1, 2]);
  });
});
