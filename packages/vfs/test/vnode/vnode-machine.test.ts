import assert from 'node:assert/strict';
import { createActor } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { VS_LOADING } from '../../src/vnode/vnode-layout.ts';
import {
  isVnodeEdge,
  unreachedStates,
  VNODE_EDGES,
  vnodeMachine,
  vnodeStates,
  vstateName,
} from '../../src/vnode/vnode-machine.ts';
import type { VnodeState } from '../../src/vnode/vnode-machine.ts';

const STATES = Object.entries(vnodeStates) as [VnodeState, number][];

/** The edges as procfs.md 2.1 has them. */
const LEGAL = [
  'loading loaded',
  'loading reclaimed',
  'loaded blocked',
  'blocked loaded',
  'blocked reclaiming',
  'reclaiming reclaimed',
];

describe('the machine of vnodes', () => {
  it('has the edges of NetBSD and no others', () => {
    const edges = STATES.flatMap(([from, a]) =>
      STATES.filter(([, b]) => isVnodeEdge(a, b)).map(([to]) => `${from} ${to}`),
    );
    assert.deepEqual(edges.sort(), [...LEGAL].sort());
  });

  it('is compiled to the table that kernel code looks into', () => {
    for (const [, from] of STATES) {
      for (const [, to] of STATES) {
        assert.equal(VNODE_EDGES[(from << 3) | to], isVnodeEdge(from, to) ? 1 : 0, `${from} ${to}`);
      }
    }
    assert.equal(
      VNODE_EDGES.reduce((sum, each) => sum + each),
      LEGAL.length,
    );
  });

  it('comes into every state but that of markers', () => {
    assert.deepEqual(unreachedStates, ['marker']);
    const reached = getShortestPaths(vnodeMachine).map(({ state }) => state.value);
    assert.equal(reached.length, STATES.length - 1);
  });

  it('goes along its paths as the table does', () => {
    const paths = getSimplePaths(vnodeMachine);
    for (const path of paths) {
      const actor = createActor(vnodeMachine).start();
      let state: number = VS_LOADING;
      for (const { event } of path.steps.slice(1)) {
        actor.send({ type: event.type });
        const next = vnodeStates[actor.getSnapshot().value];
        assert.ok(isVnodeEdge(state, next), `${vstateName(state)} ${event.type}`);
        state = next;
      }
      assert.equal(vstateName(state), path.state.value.toUpperCase());
    }
    assert.ok(paths.length >= 5, `${paths.length} paths`);
  });

  it('names states for messages', () => {
    assert.equal(vstateName(vnodeStates.blocked), 'BLOCKED');
    assert.equal(vstateName(0), 'state 0');
  });
});
