import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listFirst, listNext } from '@smplab/proc';
import {
  isEmpty,
  ramentry_find,
  ramentry_insert,
  ramentry_name,
  ramentry_remove,
  ramentry_replace,
} from '../../src/ramfs/ramentry.ts';
import { RE, RN } from '../../src/ramfs/ramfs-layout.ts';
import { ramnode_alloc } from '../../src/ramfs/ramnode.ts';
import { VDIR, VREG } from '../../src/vnode/vnode-layout.ts';
import { name, withStore } from './fixtures/node-store.ts';

const decoder = new TextDecoder();

describe('entries of a directory in memory', () => {
  it('are in the order in which they came, whatever goes meanwhile', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'ab', 'ü', 'x'.repeat(63))));
    fc.assert(
      fc.property(steps, (wanted) => {
        withStore('entries', function* (k, { fs, root }) {
          const model: string[] = [];
          for (const [isInsert, text] of wanted) {
            const entry = ramentry_find(k, root, name(text));
            assert.equal(entry !== 0, model.includes(text));
            if (isInsert && entry === 0) {
              const node = yield* ramnode_alloc(k, fs, VREG, 0, 0, 0);
              yield* ramentry_insert(k, root, name(text), node);
              model.push(text);
            } else if (!isInsert && entry !== 0) {
              yield* ramentry_remove(k, root, entry);
              model.splice(model.indexOf(text), 1);
            }
          }
          const found: string[] = [];
          let cookie = 1;
          for (let at = listFirst(k, root + RN.rn_entries); at !== 0; at = listNext(k, at, RE.re_list)) {
            found.push(decoder.decode(ramentry_name(k, at)));
            assert.ok(k.get(at + RE.re_cookie) > cookie);
            cookie = k.get(at + RE.re_cookie);
          }
          assert.deepEqual(found, model);
          assert.equal(isEmpty(k, root), model.length === 0);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('count links: a directory by its name, its own `.` and the `..` of those in it', () => {
    withStore('links', function* (k, { fs, root }) {
      const nlink = (node: number): number => k.get(node + RN.rn_nlink);
      const directory = yield* ramnode_alloc(k, fs, VDIR, 0o755, 0, 0);
      const file = yield* ramnode_alloc(k, fs, VREG, 0o644, 0, 0);
      yield* ramentry_insert(k, root, name('d'), directory);
      yield* ramentry_insert(k, directory, name('f'), file);
      yield* ramentry_insert(k, root, name('g'), file);
      assert.deepEqual([root, directory, file].map(nlink), [3, 2, 2]);
      assert.equal(k.get(directory + RN.rn_parent), root);
      yield* ramentry_remove(k, root, ramentry_find(k, root, name('d')));
      yield* ramentry_remove(k, directory, ramentry_find(k, directory, name('f')));
      assert.deepEqual([root, directory, file].map(nlink), [2, 0, 1]);
      assert.equal(k.get(directory + RN.rn_parent), 0);
    });
  });

  it('can name another node without being absent meanwhile', () => {
    withStore('replaced', function* (k, { fs, root }) {
      const one = yield* ramnode_alloc(k, fs, VREG, 0, 0, 0);
      const other = yield* ramnode_alloc(k, fs, VREG, 0, 0, 0);
      yield* ramentry_insert(k, root, name('n'), one);
      const entry = ramentry_find(k, root, name('n'));
      assert.equal(ramentry_replace(k, root, entry, other), one);
      assert.equal(ramentry_find(k, root, name('n')), entry);
      assert.deepEqual([k.get(one + RN.rn_nlink), k.get(other + RN.rn_nlink)], [0, 1]);
    });
  });
});
