import { readCstring } from '@smplab/kmem';
import { type Context, functionNumber, type Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EACCES, ENAMETOOLONG, ENOENT, ENOEXEC } from '../../src/errno.ts';
import { EXEC_PATH_BYTES, NC, NC_IMAGE, XR } from '../../src/file/filedesc-layout.ts';
import { cache_drop, cache_hold, cache_nodes, cache_path } from '../../src/file/nchandle.ts';
import { bootVnodeHook } from '../../src/file/vnode-hooks.ts';
import { execLookup } from '../../src/life/exec-lookup.ts';
import { procs } from '../../src/proc-kernel.ts';
import { entryNumber } from '../../src/user/image.ts';
import { equal, usersProgram } from '../cred/fixtures/users.ts';
import { runs } from '../table/fixtures/by-hand.ts';

const MAIN = entryNumber('main');
const body = function* () {
  // Nobody runs it.
};

/** A file system in which `/program` is the first program of the machine, `/bin` one it does not know. */
function* finds(k: Context, request: number): Steps<number> {
  const path = readCstring(k.kernel.memory, request + XR.xr_path, EXEC_PATH_BYTES);
  if (path !== '/program' && path !== '/bin') return -EACCES;
  k.words[request + XR.xr_mode] = 0o4711;
  k.words[request + XR.xr_uid] = 42;
  k.words[request + XR.xr_gid] = 43;
  const isIt = (nch: number): boolean =>
    path === '/bin' ? cache_path(k, nch) === '/home/u/mine' : k.get(nch + NC.nc_type) === NC_IMAGE;
  return yield* cache_hold(k, cache_nodes(k).find(isIt) ?? 0);
}

/** Makes the programs of the machine known, but for `/home/u/mine`. */
function knowImages(k: Context): void {
  const { images } = procs(k);
  images.find = (number) =>
    number === 14
      ? undefined
      : { number, path: '/bin/x', entries: new Map([[MAIN, { name: 'main', body }]]) };
}

describe('finding a program to execute', () => {
  it('asks path objects, which have their attributes from the boot', () => {
    runs(
      usersProgram('path objects', {}, function* (k, { root }) {
        knowImages(k);
        const image = cache_nodes(k).find((nch) => k.get(nch + NC.nc_type) === NC_IMAGE) ?? 0;
        const file = yield* execLookup(k, root, cache_path(k, image));
        equal(k, file, { nch: image, mode: 0o755, uid: 0, gid: 0 }, 'a program');
        yield* cache_drop(k, image);
        equal(k, yield* execLookup(k, root, '/bin'), EACCES, 'a directory');
        equal(k, yield* execLookup(k, root, '/none'), ENOENT, 'nothing');
        equal(k, yield* execLookup(k, root, '/home/u/mine'), ENOEXEC, 'no program of the machine');
      }),
    );
  });

  it('asks the file system, if there is one, which says whose the program is', () => {
    runs(
      usersProgram('file system', { threads: { finds } }, function* (k, { root, g }) {
        bootVnodeHook(k.kernel, g, 'exec_lookup', functionNumber('finds'));
        knowImages(k);
        const image = cache_nodes(k).find((nch) => k.get(nch + NC.nc_type) === NC_IMAGE) ?? 0;
        const file = yield* execLookup(k, root, '/program');
        equal(k, file, { nch: image, mode: 0o4711, uid: 42, gid: 43 }, 'a program');
        yield* cache_drop(k, image);
        equal(k, yield* execLookup(k, root, '/none'), EACCES, 'its errno');
        equal(k, yield* execLookup(k, root, '/bin'), ENOEXEC, 'no program of the machine');
        equal(k, yield* execLookup(k, root, ''), ENOENT, 'no path');
        equal(k, yield* execLookup(k, root, '/x\0y'), ENOENT, 'a NUL');
        equal(k, yield* execLookup(k, root, `/${'x'.repeat(1023)}`), ENAMETOOLONG, 'a long path');
      }),
    );
  });
});
