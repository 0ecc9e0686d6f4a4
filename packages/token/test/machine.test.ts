import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic } from '@smplab/kmem';
import {
  TokenTransitions,
  nextOf,
  outcomeOf,
  stateNameOf,
  tokenEvents,
  tokenMachine,
  tokenStates,
  tokenTransitions,
} from '@smplab/token';
import type { TokenEvent } from '@smplab/token';
import { createActor } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { edges, withoutEdge } from './fixtures/without-edge.ts';
import { WordWorld } from './fixtures/word-world.ts';

/** The events of each path; paths begin with `xstate.init`, which is no event of ours. */
function eventsOf(paths: readonly { steps: readonly { event: { type: string } }[] }[]): TokenEvent[][] {
  return paths.map(({ steps }) => steps.slice(1).map(({ event }) => event.type as TokenEvent));
}

const shortest = new Map<string, TokenEvent[]>(
  getShortestPaths(tokenMachine).map((path) => [path.state.value, eventsOf([path])[0]]),
);

/** Takes the word, the table and a real actor along a path, and compares them at each step. */
function replay(path: readonly TokenEvent[]): void {
  const world = new WordWorld();
  const actor = createActor(tokenMachine).start();
  for (const type of path) {
    world.prepare(type);
    const before = world.count;
    const entry = tokenTransitions.entry(before, tokenEvents[type]);
    actor.send({ type });
    const outcome = world.perform(type);
    const where = `${path.join(' ')}, at ${type} from ${before}`;
    assert.equal(outcome, outcomeOf(entry), where);
    assert.equal(stateNameOf(world.count), actor.getSnapshot().value, where);
    assert.equal(tokenStates[stateNameOf(world.count)], nextOf(entry), where);
  }
  actor.stop();
}

describe('the token machine', () => {
  it('has a path to each state of the word', () => {
    assert.deepEqual([...shortest.keys()].sort(), Object.keys(tokenStates).sort());
  });

  it('is what the words do, on each edge', () => {
    const all = edges();
    for (const { state, event } of all) replay([...(shortest.get(state) ?? []), event]);
    assert.equal(all.length, 68);
  });

  it('is what the words do, on each simple path', () => {
    const paths = eventsOf(getSimplePaths(tokenMachine));
    assert.ok(paths.length > 200, `${paths.length} paths`);
    for (const path of paths) replay(path);
  });

  it('is asked at each change: without an edge the words refuse to take it', () => {
    for (const { state, event } of edges()) {
      const world = new WordWorld(new TokenTransitions(withoutEdge(state, event)));
      for (const type of shortest.get(state) ?? []) world.perform(type);
      world.prepare(event);
      const before = world.count;
      assert.throws(() => world.perform(event), KernelPanic, `${state} ${event}`);
      assert.equal(world.count, before, `${state} ${event}`);
    }
  });
});
