import assert from 'node:assert/strict';
import { RAMFS_ROOTINO, RM, RN } from '../../src/ramfs/ramfs-layout.ts';
import { ramentry_insert } from '../../src/ramfs/ramentry.ts';
import {
  isAboveOrSame,
  ramnode_alloc,
  ramnode_drop,
  ramnode_find,
  ramnode_freeall,
  ramnode_link,
} from '../../src/ramfs/ramnode.ts';
import { VDIR, VREG } from '../../src/vnode/vnode-layout.ts';
import { name, withStore } from './fixtures/node-store.ts';

describe('a node in memory', () => {
  it('is found by its number, among more nodes than the table has heads', () => {
    withStore('forty nodes', function* (k, { fs, root }) {
      assert.equal(ramnode_find(k, fs, RAMFS_ROOTINO), root);
      const nodes: number[] = [];
      for (let at = 0; at < 40; at++) nodes.push(yield* ramnode_alloc(k, fs, VREG, 0o644, 1, 1));
      for (const [at, node] of nodes.entries()) assert.equal(ramnode_find(k, fs, 3 + at), node);
      assert.equal(ramnode_find(k, fs, 43), 0);
      assert.equal(k.get(fs + RM.rm_nodes), 41);
    });
  });

  it('goes when it has neither a name nor a vnode', () => {
    withStore('dropped', function* (k, { fs }) {
      const node = yield* ramnode_alloc(k, fs, VREG, 0o644, 1, 1);
      k.set(node + RN.rn_uses, 1);
      yield* ramnode_drop(k, node);
      assert.equal(ramnode_find(k, fs, 3), node);
      k.set(node + RN.rn_uses, 0);
      ramnode_link(k, node, 1);
      yield* ramnode_drop(k, node);
      assert.equal(ramnode_find(k, fs, 3), node);
      ramnode_link(k, node, -1);
      yield* ramnode_drop(k, node);
      assert.equal(ramnode_find(k, fs, 3), 0);
    });
  });

  it('lies below the directories it is in', () => {
    withStore('above', function* (k, { fs, root }) {
      const a = yield* ramnode_alloc(k, fs, VDIR, 0o755, 0, 0);
      const b = yield* ramnode_alloc(k, fs, VDIR, 0o755, 0, 0);
      const c = yield* ramnode_alloc(k, fs, VDIR, 0o755, 0, 0);
      yield* ramentry_insert(k, root, name('a'), a);
      yield* ramentry_insert(k, a, name('b'), b);
      yield* ramentry_insert(k, root, name('c'), c);
      for (const above of [root, a, b]) assert.ok(isAboveOrSame(k, above, b));
      assert.ok(!isAboveOrSame(k, c, b));
      assert.ok(!isAboveOrSame(k, b, a));
      yield* ramnode_freeall(k, fs);
      assert.equal(k.get(fs + RM.rm_nodes), 0);
    });
  });
});
