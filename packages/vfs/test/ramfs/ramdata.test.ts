import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EFBIG, ENOSPC } from '../../src/errno.ts';
import { ramdata_read, ramdata_resize, ramdata_write, RAMFS_FILEMAX } from '../../src/ramfs/ramdata.ts';
import { RM, RN } from '../../src/ramfs/ramfs-layout.ts';
import { ramnode_alloc, ramnode_drop } from '../../src/ramfs/ramnode.ts';
import { VREG } from '../../src/vnode/vnode-layout.ts';
import { withStore } from './fixtures/node-store.ts';

describe('contents in memory', () => {
  it('are what a plain array of bytes holds after any writes and changes of length', () => {
    const write = fc.record({ at: fc.nat(200), bytes: fc.uint8Array({ maxLength: 60 }) });
    const resize = fc.record({ size: fc.nat(250) });
    fc.assert(
      fc.property(fc.array(fc.oneof(write, resize), { maxLength: 20 }), (steps) => {
        withStore('contents', function* (k, { fs }) {
          const node = yield* ramnode_alloc(k, fs, VREG, 0o644, 0, 0);
          let model: number[] = [];
          for (const step of steps) {
            if ('size' in step) {
              assert.equal(yield* ramdata_resize(k, node, step.size), 0);
              model = Array.from({ length: step.size }, (_, at) => model[at] ?? 0);
            } else {
              assert.equal(yield* ramdata_write(k, node, step.at, step.bytes), 0);
              const end = step.bytes.length === 0 ? 0 : step.at + step.bytes.length;
              model = Array.from({ length: Math.max(end, model.length) }, (_, at) => model[at] ?? 0);
              for (const [at, byte] of step.bytes.entries()) model[step.at + at] = byte;
            }
            assert.equal(k.get(node + RN.rn_size), model.length);
            assert.deepEqual([...ramdata_read(k, node, 0, 1000)], model);
            assert.deepEqual([...ramdata_read(k, node, 50, 20)], model.slice(50, 70));
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('end where the file system or the file is full, and nothing has changed then', () => {
    withStore(
      'full',
      function* (k, { fs }) {
        const node = yield* ramnode_alloc(k, fs, VREG, 0o644, 0, 0);
        assert.equal(yield* ramdata_write(k, node, 0, new Uint8Array(80)), 0);
        assert.equal(yield* ramdata_write(k, node, 80, new Uint8Array(1)), ENOSPC);
        assert.equal(yield* ramdata_resize(k, node, RAMFS_FILEMAX + 1), EFBIG);
        assert.equal(k.get(node + RN.rn_size), 80);
        assert.equal(k.get(fs + RM.rm_words), 20);
        yield* ramnode_drop(k, node);
        assert.equal(k.get(fs + RM.rm_words), 0);
      },
      20,
    );
  });
});
