import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Bsd4Machine, chooseFor, levelsBetween } from '../../src/policy/bsd4-choice.ts';
import type { Bsd4 } from '../../src/policy/bsd4-estimate.ts';
import { BSD4_DEFAULTS, type Bsd4Options } from '../../src/policy/bsd4-options.ts';
import { RunQueues } from '../../src/policy/run-queues.ts';
import { Task } from '../../src/task/task.ts';
import { bulldozer } from '../../src/topology/presets.ts';

interface Waiting {
  readonly home: number;
  readonly rebalTick?: number;
  readonly affinity?: readonly number[];
}

const TICK = 10;

/** Whom CPU 0 of the 64 takes of those that wait, and whom it leaves; all were queued in this tick. */
function choice(
  waiting: readonly Waiting[],
  options: Bsd4Options = {},
  worst = 0,
): { readonly taken: string | null; readonly left: readonly string[] } {
  const queues = new RunQueues<Bsd4>(96);
  for (const [at, { home, rebalTick = TICK, affinity }] of waiting.entries()) {
    const data: Bsd4 = {
      estcpu: 0,
      cpticks: 0,
      cpbase: 0,
      priority: 152,
      batch: 0,
      rebalTick,
      home,
      isForked: false,
      isAsleep: false,
    };
    const given = affinity === undefined ? {} : { affinity };
    queues.push(new Task<Bsd4>(at, 0, data, { name: 'abcdefgh'[at], ...given, *program() {} }), 38);
  }
  const left: string[] = [];
  const machine: Bsd4Machine = {
    topology: bulldozer(),
    queues,
    tickNumber: TICK,
    worstRunning: () => worst,
    leave: ({ name }) => void left.push(name),
  };
  const taken = chooseFor(0, { ...BSD4_DEFAULTS, ...options }, machine);
  return { taken: taken?.name ?? null, left };
}

describe('whom a CPU of usched_bsd4 takes', () => {
  it('is the first that was there; one of another CPU only if it has waited for more than a tick', () => {
    assert.deepEqual(choice([{ home: 8 }, { home: 0 }]), { taken: 'b', left: [] });
    assert.deepEqual(choice([{ home: 8 }]), { taken: null, left: ['a'] });
    assert.deepEqual(choice([{ home: 8, rebalTick: TICK - 1 }]), { taken: null, left: ['a'] });
    assert.deepEqual(choice([{ home: 8, rebalTick: TICK - 2 }]), { taken: 'a', left: [] });
  });

  it('is the first at all if somebody much worse runs: more than 16 queues', () => {
    assert.equal(choice([{ home: 8 }], {}, 152 + 64).taken, null);
    assert.equal(choice([{ home: 8 }], {}, 152 + 65).taken, 'a');
    assert.equal(choice([{ home: 8 }], { upriAffinity: 17 }, 152 + 65).taken, null);
  });

  it('is the nearest of five, when five have been left; the others’ CPUs are told', () => {
    const far = { home: 8 };
    assert.deepEqual(choice([far, far, { home: 1 }, far, far, far]), {
      taken: 'c',
      left: ['b', 'a', 'd', 'e'],
    });
    assert.deepEqual(choice([far, { home: 2 }], { queueChecks: 2 }), { taken: 'b', left: ['a'] });
  });

  it('is also one of a CPU near by, with stick_to_level', () => {
    assert.equal(choice([{ home: 1 }]).taken, null);
    assert.equal(choice([{ home: 1 }], { stickToLevel: 1 }).taken, 'a');
    assert.equal(choice([{ home: 2 }], { stickToLevel: 1 }).taken, null);
    assert.equal(choice([{ home: 2 }], { stickToLevel: 2 }).taken, 'a');
  });

  it('without cache coherence is the first, or the next if that alone was here', () => {
    const any = { cacheCoherent: false };
    assert.equal(choice([{ home: 8 }, { home: 9 }], any).taken, 'a');
    assert.equal(choice([{ home: 8 }, { home: 0 }], any).taken, 'b');
    assert.equal(choice([{ home: 8 }, { home: 9 }, { home: 0 }], any).taken, 'a');
  });

  it('never is one that may not run there', () => {
    const pinned = { home: 0, affinity: [3] };
    assert.equal(choice([pinned]).taken, null);
    assert.equal(choice([pinned, { home: 0 }]).taken, 'b');
    assert.equal(choice([{ home: 8 }, pinned], { cacheCoherent: false }).taken, 'a');
  });

  it('knows how far CPUs are apart by the level at which they meet', () => {
    const topology = bulldozer();
    assert.deepEqual(
      [0, 1, 2, 8].map((cpu) => levelsBetween(topology, 0, cpu)),
      [0, 1, 2, 5],
    );
  });
});
