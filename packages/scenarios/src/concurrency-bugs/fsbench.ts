/**
 * Owns `fsbench`: 27 threads that look for a disk block in tables of 26. Rebuilt from SCTBench,
 * CS/fsbench_bad (after the file system example of Flanagan and Godefroid's dynamic partial order reduction).
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const THREADS = 27;
const TABLE = 26;
const INODES = 32;
const TRIES = 13;

/** Thread i takes inode i modulo 32 (fixed: modulo 26) and gives it a free block if it has none. */
function fsbenchBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const inodes = s.array('inode', TABLE, 0);
    const busy = s.array('busy', TABLE, 0);
    const inodeLocks = Array.from({ length: TABLE }, (_, i) => s.mutex(`inode lock ${i}`));
    const blockLocks = Array.from({ length: TABLE }, (_, b) => s.mutex(`block lock ${b}`));

    const claim = function* (inode: number) {
      let block = (inode * 2) % TABLE;
      for (let tries = 0; tries < TRIES; tries++) {
        yield* blockLocks[block].lock();
        const isFree = (yield* busy.read(block)) === 0;
        if (isFree) {
          yield* busy.write(block, 1);
          yield* inodes.write(inode, block + 1);
        }
        yield* blockLocks[block].unlock();
        if (isFree) return;
        block = (block + 1) % TABLE;
      }
    };
    const create = (id: number) =>
      function* () {
        const inode = id % (fixed ? TABLE : INODES);
        s.assert(inode < TABLE, 'the inode must lie within the table');
        if (inode >= TABLE) return;
        yield* inodeLocks[inode].lock();
        if ((yield* inodes.read(inode)) === 0) yield* claim(inode);
        yield* inodeLocks[inode].unlock();
      };

    const threads = [];
    for (let id = 0; id < THREADS; id++) threads.push(yield* s.spawn(`t${id}`, create(id)));
    for (const thread of threads) yield* thread.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/fsbench_bad';

export default [
  scenario('fsbench', fsbenchBody(), {
    source,
    shows: 'The 27th thread goes past a table of 26 inodes, in every schedule.',
    expected: 'assertion',
  }),
  scenario('fsbench-fixed', fsbenchBody({ fixed: true }), {
    source,
    shows: 'Inode numbers wrap at the size of the table; two threads share inode 0 under its lock.',
    expected: 'none',
  }),
];
