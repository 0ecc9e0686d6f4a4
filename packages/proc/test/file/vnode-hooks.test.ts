import { readCstring } from '@smplab/kmem';
import { type Context, functionNumber, type Steps } from '@smplab/lwkt';
import { FN_ALLOCVNODE_GC } from '../../src/functions.ts';
import { NC, NC_PATH_BYTES, VH } from '../../src/file/filedesc-layout.ts';
import { cache_drop, cache_hold, cache_make, cache_nodes, cache_path } from '../../src/file/nchandle.ts';
import { type LookupError, nlookup } from '../../src/file/nlookup.ts';
import { bootVnodeHook } from '../../src/file/vnode-hooks.ts';
import { ENOENT } from '../../src/errno.ts';
import { G } from '../../src/table/procglob.ts';
import { runs } from '../table/fixtures/by-hand.ts';
import { equal, usersProgram } from '../cred/fixtures/users.ts';

/** A file system in which everything called `alias` is another name of the root. */
function* resolves(k: Context, directory: number, name: number): Steps<number> {
  const text = readCstring(k.kernel.memory, name, NC_PATH_BYTES);
  return text === 'alias' ? k.get(directory + NC.nc_parent) : 0;
}

describe('hooks of file systems', () => {
  it('do nothing by default, and count', () => {
    runs(
      usersProgram('defaults', {}, function* (k, { root, g }) {
        const hooks = k.peek(g + G.g_vnode_hooks);
        yield* k.call(FN_ALLOCVNODE_GC);
        yield* k.call(FN_ALLOCVNODE_GC);
        const why: LookupError = {};
        equal(k, [yield* nlookup(k, root, '/bin/alias', why), why.error], [0, ENOENT], 'not found');
        const counts = [k.peek(hooks + VH.vh_gc_calls), k.peek(hooks + VH.vh_nresolve_calls)];
        equal(k, counts, [2, 1], 'calls of the defaults');
      }),
    );
  });

  it('are replaced by those of a file system', () => {
    const threads = {
      resolves,
      *collects(k: Context): Steps {
        yield* k.fence();
      },
    };
    runs(
      usersProgram('replaced', { threads }, function* (k, { root, g }) {
        bootVnodeHook(k.kernel, g, 'nresolve', functionNumber('resolves'));
        bootVnodeHook(k.kernel, g, 'allocvnode_gc', functionNumber('collects'));
        yield* k.call(FN_ALLOCVNODE_GC);
        equal(k, k.peek(k.peek(g + G.g_vnode_hooks) + VH.vh_gc_calls), 0, 'calls of the default');
        const nch = yield* nlookup(k, root, '/bin/alias');
        equal(k, cache_path(k, nch), '/', 'resolved');
        yield* cache_drop(k, nch);
        equal(k, yield* nlookup(k, root, '/bin/other'), 0, 'not resolved');
      }),
    );
  });

  it('get the vnode of a path object back when nobody has the object any more', () => {
    const released: number[] = [];
    const threads = {
      *releases(k: Context, vnode: number): Steps {
        released.push(vnode);
        yield* k.fence();
      },
    };
    runs(
      usersProgram('released', { threads }, function* (k, { g }) {
        released.length = 0;
        bootVnodeHook(k.kernel, g, 'vnode_release', functionNumber('releases'));
        const nch = yield* cache_make(k, '/somewhere', 77);
        equal(k, cache_path(k, nch), '/somewhere', 'its path');
        equal(k, cache_nodes(k).includes(nch), false, 'no lookup finds it');
        yield* cache_hold(k, nch);
        yield* cache_drop(k, nch);
        equal(k, [...released], [], 'somebody has it');
        yield* cache_drop(k, nch);
        equal(k, [...released], [77], 'nobody has it');
        const long = yield* cache_make(k, `/${'x'.repeat(NC_PATH_BYTES)}`, 78);
        equal(k, cache_path(k, long), '?', 'a path that is too long');
        yield* cache_drop(k, long);
      }),
    );
  });
});
