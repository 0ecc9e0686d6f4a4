import fc from 'fast-check';
import type { Context, Steps } from '@smplab/lwkt';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { M } from '../../src/mount/mount-layout.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { vcache_gc } from '../../src/vnode/vdrain.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { vgone, vrecycle, vref, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { atRest, mounted, node, nodeMachine, nodes, ONCE, unmounted, USELESS } from './nodefs.ts';

/** A vnode as the model has it. */
interface Known {
  readonly vp: number;
  readonly number: number;
  readonly generation: number;
  refs: number;
  isDead: boolean;
}

/** What the users of a file system did, and what must have come of it. */
class Model {
  readonly used: Known[] = [];
  readonly unused = new Map<number, number>();

  constructor(readonly mp: number) {}

  *get(k: Context, number: number): Steps {
    const vp = yield* node(k, this.mp, number);
    k.assert(vp > 0, `vcache_get: error ${-vp}`);
    const generation = k.peek(vp + V.v_generation);
    const known = this.used.find((each) => each.number === number && !each.isDead);
    if (known !== undefined) {
      k.assert(known.vp === vp && known.generation === generation, `another vnode for ${number}`);
      known.refs++;
      return;
    }
    const before = this.unused.get(number);
    k.assert(before === undefined || before === generation, `node ${number} was loaded again`);
    this.unused.delete(number);
    this.used.push({ vp, number, generation, refs: 1, isDead: false });
  }

  *take(k: Context, known: Known): Steps {
    yield* vref(k, known.vp);
    known.refs++;
  }

  *letGo(k: Context, known: Known): Steps {
    yield* vrele(k, known.vp);
    this.drop(known, known.number < USELESS);
  }

  *recycle(k: Context, known: Known): Steps {
    const isDone = yield* vrecycle(k, known.vp);
    k.assert(isDone === (known.isDead || known.refs === 1), `vrecycle gives ${String(isDone)}`);
    if (isDone) this.drop(known, false);
  }

  *revoke(k: Context, known: Known): Steps {
    k.assert((yield* vfs_suspend(k, this.mp)) === 0, 'suspended');
    yield* vgone(k, known.vp);
    yield* vfs_resume(k, this.mp);
    known.isDead = true;
    this.drop(known, false);
  }

  *drain(k: Context): Steps {
    const desired = k.peek(vfs(k).g + VG.vg_desiredvnodes);
    yield* k.storeRelaxed(vfs(k).g + VG.vg_desiredvnodes, 0);
    yield* vcache_gc(k);
    yield* k.storeRelaxed(vfs(k).g + VG.vg_desiredvnodes, desired);
    this.unused.clear();
  }

  /** Compares: as many nodes and vnodes as there should be, nothing left over. */
  check(k: Context): void {
    atRest(k);
    const live = this.used.filter((each) => !each.isDead).length + this.unused.size;
    const all = this.used.length + this.unused.size;
    k.assert(nodes(k) === live, `${nodes(k)} nodes, not ${live}`);
    k.assert(k.peek(vfs(k).g + VG.vg_numvnodes) === all, `vg_numvnodes, not ${all}`);
    k.assert(k.peek(this.mp + M.mnt_refcnt) === 1 + live, 'each live vnode keeps its mount');
  }

  private drop(known: Known, stays: boolean): void {
    known.refs--;
    if (known.refs > 0) return;
    this.used.splice(this.used.indexOf(known), 1);
    if (stays && !known.isDead) this.unused.set(known.number, known.generation);
  }
}

/** An operation and which vnode it is for. */
type Act = readonly ['get' | 'take' | 'letGo' | 'recycle' | 'revoke' | 'drain', number];

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.tuple(
    fc.constantFrom('get', 'get', 'take', 'letGo', 'letGo', 'recycle', 'revoke', 'drain'),
    fc.nat({ max: 5 }),
  ),
  { maxLength: 40, size: 'max' },
);
const NUMBERS = [1, 2, 3, USELESS, USELESS + 1, 4];

function* act(k: Context, model: Model, [what, which]: Act): Steps {
  if (what === 'get') {
    yield* model.get(k, NUMBERS[which]);
  } else if (what === 'drain') {
    yield* model.drain(k);
  } else if (model.used.length > 0) {
    yield* model[what](k, model.used[which % model.used.length]);
  }
}

describe('the life of vnodes', () => {
  it('goes as a model of it, whatever users do', () => {
    fc.assert(
      fc.property(acts, (sequence) => {
        const program = nodeMachine('model', function* (k) {
          const model = new Model(yield* mounted(k));
          for (const each of sequence) {
            yield* act(k, model, each);
            model.check(k);
          }
          while (model.used.length > 0) yield* model.letGo(k, model.used[0]);
          yield* unmounted(k, model.mp);
        });
        runs(program, ONCE);
      }),
      { numRuns: 60 },
    );
  });
});
