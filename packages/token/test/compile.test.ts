import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { GRANTED, NO_EDGE, REFUSED, REQUESTED, compile, deltaOf, nextOf, outcomeOf } from '@smplab/token';
import { createMachine } from 'xstate';
import { hashOf } from '../src/compile.ts';

const outcome = (type: string, delta: number) => ({ type, params: { delta } });

const door = {
  initial: 'open',
  states: {
    open: {
      on: {
        close: { target: 'closed', actions: outcome('grant', -7) },
        knock: { actions: outcome('refuse', 0) },
      },
    },
    closed: { on: { knock: { target: 'awaited', actions: outcome('request', 2) } } },
    awaited: { on: { open: { target: 'open', actions: outcome('grant', 5) } } },
  },
};
const numbering = { states: { open: 0, closed: 3, awaited: 1 }, events: { close: 4, knock: 15, open: 0 } };

describe('a compiled machine', () => {
  it('has an entry for each transition and none elsewhere', () => {
    const { table, unreached } = compile(createMachine(door), numbering);
    const cells = [...table.entries()].filter(([, entry]) => entry !== NO_EDGE);
    const text = cells.map(([at, entry]) => [at, outcomeOf(entry), deltaOf(entry), nextOf(entry)]);
    assert.deepEqual(text, [
      [4, GRANTED, -7, 3],
      [15, REFUSED, 0, 0],
      [16, GRANTED, 5, 0],
      [63, REQUESTED, 2, 1],
    ]);
    assert.deepEqual(unreached, []);
  });

  it('says which states no path leads to', () => {
    const { awaited, closed } = door.states;
    const machine = createMachine({ ...door, states: { open: { on: {} }, closed, awaited } });
    assert.deepEqual(compile(machine, numbering).unreached, ['closed', 'awaited']);
  });

  it('refuses a transition that has not exactly one outcome', () => {
    for (const actions of [[], [outcome('grant', 1), outcome('grant', 1)], [outcome('open', 1)]]) {
      const machine = createMachine({ initial: 'open', states: { open: { on: { knock: { actions } } } } });
      const given = { states: { open: 0 }, events: { knock: 0 } };
      if (actions.length === 0) assert.deepEqual([...compile(machine, given).table], Array(16).fill(0));
      else assert.throws(() => compile(machine, given), /open --knock--> must perform one of/);
    }
  });

  it('refuses states and events without a number that fits', () => {
    const machine = createMachine(door);
    const { states, events } = numbering;
    assert.throws(() => compile(machine, { states: { open: 0 }, events }), /state closed has no number/);
    assert.throws(() => compile(machine, { states, events: { ...events, knock: 16 } }), /event knock has no/);
  });

  it('has a hash that changes with the rules and not with the order of writing', () => {
    const { hash } = compile(createMachine(door), numbering);
    assert.match(hash, /^[0-9a-f]{8}$/);
    const { awaited, closed, open } = door.states;
    const again = createMachine({ states: { awaited, closed, open }, initial: 'open' });
    assert.equal(compile(again, numbering).hash, hash);
    const other = createMachine({ ...door, states: { open, closed, awaited: { on: {} } } });
    assert.notEqual(compile(other, numbering).hash, hash);
    assert.equal(hashOf({ a: 1, b: [2, 3] }), hashOf({ b: [2, 3], a: 1 }));
    assert.notEqual(hashOf({ a: [1, 2] }), hashOf({ a: [2, 1] }));
  });
});
