import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { V, VS_BLOCKED, VS_LOADED, VUSECOUNT_GATE } from '../../src/vnode/vnode-layout.ts';
import { isVnodeEdge, vnodeStates } from '../../src/vnode/vnode-machine.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { vstate_change, vstate_get, vstate_wait_stable } from '../../src/vnode/vstate.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { ALL, mounted, node, nodeMachine, ONCE, together, unmounted } from './nodefs.ts';

/** Changes the state and back, as who recycles does when there are others. */
function* blocks(k: Context, vp: number): Steps {
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_wait_stable(k, vp);
  yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* k.fence();
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
  yield* spin_unlock(k, vp + V.v_interlock);
}

describe('the state of a vnode', () => {
  for (const [from, a] of Object.entries(vnodeStates)) {
    for (const [to, b] of Object.entries(vnodeStates)) {
      if (isVnodeEdge(a, b)) continue;
      it(`cannot change from ${from} to ${to}`, () => {
        const program = nodeMachine('illegal', function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, 7);
          k.words[vp + V.v_state] = a;
          yield* spin_lock(k, vp + V.v_interlock);
          yield* vstate_change(k, vp, a, b);
        });
        runs(program, ONCE, 'panic');
      });
    }
  }

  it('is what the caller says, or it is a panic', () => {
    const program = nodeMachine('not so', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* spin_lock(k, vp + V.v_interlock);
      yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
    });
    runs(program, ONCE, 'panic');
  });

  it('opens the gate of the count in LOADED only', () => {
    const program = nodeMachine('gate', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      k.assert((k.peek(vp + V.v_usecount) & VUSECOUNT_GATE) !== 0, 'open');
      yield* spin_lock(k, vp + V.v_interlock);
      yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
      k.assert(vstate_get(k, vp) === VS_BLOCKED, 'blocked');
      k.assert((k.peek(vp + V.v_usecount) & VUSECOUNT_GATE) === 0, 'closed');
      yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
      yield* spin_unlock(k, vp + V.v_interlock);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('is waited for by who comes while it passes (all schedules)', () => {
    const program = nodeMachine(
      'wait stable',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* together(k, ['blocks', vp], ['blocks', vp]);
        yield* vrele(k, vp);
        yield* unmounted(k, mp);
      },
      { blocks },
    );
    runs(program, ALL, 'proved');
  });
});
