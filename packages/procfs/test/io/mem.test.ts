import { describe, it } from 'mocha';
import { EFAULT } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { PFS } from '../../src/node/node-types.ts';
import { transfers, wordsOf } from './transfer-program.ts';

/** A child that has stored a text of two pages, and sleeps. */
const program = {
  *child(u: VfsUser) {
    yield* u.store(0, 0x64636261);
    yield* u.store(4, 0x68676665);
    yield* u.store(8, 1);
    for (;;) yield* u.pause();
  },
};

describe('mem', () => {
  it(
    'gives and takes bytes at any address, and nothing for a hole',
    transfers('mem', {
      ...program,
      *main(u, nodes) {
        const pid = yield* u.fork('child');
        while (wordsOf(yield* nodes.read(u, PFS.mem, pid, 4, 8))[0] !== 1) yield* u.sched_yield();
        const text = yield* nodes.read(u, PFS.mem, pid, 4, 2);
        u.assert(typeof text !== 'number' && String.fromCharCode(...text) === 'cdef', 'across words');
        u.assert((yield* nodes.write(u, PFS.mem, pid, 'XYZ', 3)) === 0, 'written');
        const now = yield* nodes.read(u, PFS.mem, pid, 8, 0);
        u.assert(typeof now !== 'number' && String.fromCharCode(...now) === 'abcXYZgh', 'only these');
        u.assert(
          (yield* nodes.read(u, PFS.mem, pid, 0, 1 << 30)) instanceof Uint8Array,
          'nothing is nowhere',
        );
        u.assert((yield* nodes.read(u, PFS.mem, pid, 1, 1 << 30)) === EFAULT, 'behind the end');
        u.assert((yield* nodes.read(u, PFS.mem, pid, 4, 1024)) === EFAULT, 'a hole');
        u.assert((yield* nodes.write(u, PFS.mem, pid, 'x', 1024)) === EFAULT, 'written into a hole');
        yield* u.kill(pid, 9);
        yield* u.wait4(pid);
      },
    }),
  );
});
