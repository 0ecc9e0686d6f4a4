import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packDirent, unpackDirents } from '../../src/name/dirent.ts';
import { VDIR, VREG } from '../../src/vnode/vnode-layout.ts';

const DT_DIR = 4;
const DT_REG = 8;

describe('a directory record', () => {
  it('comes back from a row of records as it was, on a multiple of eight bytes', () => {
    const dirent = fc.record({
      fileno: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      type: fc.constantFrom(VDIR, VREG),
      name: fc.uint8Array({ minLength: 1, maxLength: 255 }),
    });
    fc.assert(
      fc.property(fc.array(dirent), (dirents) => {
        const records = dirents.map(packDirent);
        for (const record of records) assert.equal(record.length % 8, 0);
        const found = unpackDirents(new Uint8Array(Buffer.concat(records)));
        const told = dirents.map((each) => ({ ...each, type: each.type === VDIR ? DT_DIR : DT_REG }));
        assert.deepEqual(found, told);
      }),
    );
  });

  it('is as NetBSD lays it out', () => {
    const record = packDirent({ fileno: 0x1_0000_0002n, type: VDIR, name: new TextEncoder().encode('ab') });
    assert.deepEqual([...record], [2, 0, 0, 0, 1, 0, 0, 0, 16, 0, 2, 0, 4, 97, 98, 0]);
  });
});
