import assert from 'node:assert/strict';
import { VDIR, VREG } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { NODE_TABLES, rowOf, rowsIn } from '../../src/node/node-table.ts';
import { PFS, PFSLAST } from '../../src/node/node-types.ts';
import { PROFILE_FREEBSD, PROFILE_LINUX, PROFILE_NETBSD, PROFILE_README } from '../../src/procfs-layout.ts';

const PROFILES = [PROFILE_NETBSD, PROFILE_FREEBSD, PROFILE_LINUX, PROFILE_README];

describe('the table of nodes', () => {
  it('has each type of NetBSD 1.117 once, and no other in that tree', () => {
    const types = NODE_TABLES[PROFILE_NETBSD].map(({ type }) => type);
    assert.deepEqual(
      [...types].sort((a, b) => a - b),
      Array.from({ length: PFSLAST }, (_, type) => type),
    );
  });

  it('lists each node in a directory of its own tree, under a name that is there once', () => {
    for (const profile of PROFILES) {
      for (const row of NODE_TABLES[profile]) {
        if (row.parent !== -1) assert.equal(rowOf(profile, row.parent)?.kind, VDIR, row.typeName);
        if (row.name === '') continue;
        const alike = rowsIn(profile, row.parent).filter(({ name }) => name === row.name);
        assert.equal(alike.length, 1, `${profile}: ${row.name}`);
      }
    }
  });

  it('gives files a direction that their mode allows somebody, and nothing else one', () => {
    for (const { kind, direction, mode, typeName } of PROFILES.flatMap((profile) => NODE_TABLES[profile])) {
      if (kind !== VREG) assert.equal(direction, '', typeName);
      if (direction.includes('r')) assert.ok((mode & 0o444) !== 0, `${typeName} can be read`);
      if (direction.includes('w')) assert.ok((mode & 0o222) !== 0, `${typeName} can be written`);
    }
  });

  it('has the files of the README of 1993, and ctl only where it was', () => {
    const names = rowsIn(PROFILE_README, PFS.proc).map(({ name }) => name);
    assert.deepEqual(names, ['ctl', 'file', 'mem', 'note', 'notepg', 'regs', 'status']);
    assert.equal(rowOf(PROFILE_NETBSD, PFS.ctl), undefined);
    assert.ok(rowOf(PROFILE_FREEBSD, PFS.ctl) !== undefined);
  });
});
