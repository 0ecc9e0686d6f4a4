import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EFAULT } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { PFS } from '../../src/node/node-types.ts';
import { type Answer, transfers, wordsOf } from './transfer-program.ts';

const PAGE = 64;
const PAGES = 2;
/** Offsets and lengths, most of them near what is there. */
const SAMPLES = fc.sample(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: PAGES * PAGE + 8 }), fc.integer()),
    fc.integer({ min: 0, max: PAGES * PAGE + 8 }),
  ),
  { numRuns: 60, seed: 1 },
);

function wordAt(at: number): number {
  return Math.imul(at + 1, 0x01030507);
}

function isSame(answer: Answer, expected: Uint8Array): boolean {
  return typeof answer !== 'number' && Buffer.compare(answer, expected) === 0;
}

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

  it(
    'gives what lies there for any offset and length, and takes nothing that it cannot keep',
    transfers(
      'algebra',
      {
        *child(u) {
          for (let at = 0; at < PAGES * PAGE; at += 4) yield* u.store(at, wordAt(at));
          yield* u.store(PAGES * PAGE - 4, 1);
          for (;;) yield* u.pause();
        },
        *main(u, nodes) {
          const pid = yield* u.fork('child');
          const last = PAGES * PAGE - 4;
          while (wordsOf(yield* nodes.read(u, PFS.mem, pid, 4, last))[0] !== 1) yield* u.sched_yield();
          const expected = Uint8Array.from({ length: last }, (_, at) => wordAt(at & ~3) >> ((at & 3) << 3));
          for (const [offset, count] of SAMPLES) {
            const answer = yield* nodes.read(u, PFS.mem, pid, count, offset);
            const isInside = offset >= 0 && offset + count <= last;
            if (isInside)
              u.assert(isSame(answer, expected.subarray(offset, offset + count)), `${offset} ${count}`);
            else if (offset + count > PAGES * PAGE || offset < 0) {
              u.assert(count === 0 || answer === EFAULT, `${offset}, ${count}: ${answer.toString()}`);
            }
          }
          yield* u.kill(pid, 9);
          yield* u.wait4(pid);
        },
      },
      { search: { schedules: 2 } },
    ),
  );
});
