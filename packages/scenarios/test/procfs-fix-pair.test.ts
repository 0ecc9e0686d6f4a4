import assert from 'node:assert/strict';
import { procfsFixPair } from '../src/procfs-fix-pair.ts';

const NOTES = { found: 'panic', then: 'It was so.', now: 'It is so.' } as const;
const NONE = { '/bin/none': { *main() {} } };

describe('a bug of procfs', () => {
  it('comes in two variants: with the code of the switch it is called after, and with that of today', () => {
    const [before, after] = procfsFixPair('procfs-reload', NOTES, { cpus: 3 }, NONE);
    assert.deepEqual([before.name, after.name], ['procfs-reload', 'procfs-reload-fixed']);
    assert.deepEqual([before.given.asSeed, after.given.asSeed], [['procfs-reload'], undefined]);
    assert.deepEqual([before.cpus, after.cpus], [3, 3]);
    const source = 'procfs_vfsops.c 1.117 2024-07-01';
    assert.deepEqual(before.notes, { source, shows: 'It was so.', expected: 'panic' });
    assert.deepEqual(after.notes, { source, shows: 'It is so.', expected: 'none' });
  });

  it('may be that of a switch of file systems or of the process table', () => {
    const asSeed = ['hooks-unlocked'];
    const [before] = procfsFixPair('procfs-hooks', { ...NOTES, before: { asSeed } }, {}, NONE);
    assert.deepEqual(before.given.asSeed, asSeed);
    assert.equal(before.notes.source, 'hook lists of 2001');
  });

  it('needs a source where it is not that of a switch', () => {
    const before = { revoke: '1.112' } as const;
    assert.throws(() => procfsFixPair('other', { ...NOTES, before }, {}, NONE), /a source is needed/);
    const [old] = procfsFixPair('other', { ...NOTES, before, source: 'NetBSD 1.112' }, {}, NONE);
    assert.equal(old.notes.source, 'NetBSD 1.112');
  });
});
