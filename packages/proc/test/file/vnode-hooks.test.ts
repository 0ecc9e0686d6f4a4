import { readCstring } from '@smplab/kmem';
import { type Context, functionNumber, type Steps } from '@smplab/lwkt';
import { FN_ALLOCVNODE_GC } from '../../src/functions.ts';
import { NC, NC_PATH_BYTES, VH } from '../../src/file/filedesc-layout.ts';
import { cache_drop, cache_path } from '../../src/file/nchandle.ts';
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
});
