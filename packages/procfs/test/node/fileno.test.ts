import assert from 'node:assert/strict';
import { NODE_TABLES, type NodeRow } from '../../src/node/node-table.ts';
import { PFS, PFSLAST, type PfsType } from '../../src/node/node-types.ts';
import { procfs_fileno } from '../../src/node/fileno.ts';
import {
  PROCFSMNT_OLDFILENO,
  PROFILE_FREEBSD,
  PROFILE_LINUX,
  PROFILE_NETBSD,
  PROFILE_README,
} from '../../src/procfs-layout.ts';

function now(pid: number, type: PfsType, fd = -1): bigint {
  return procfs_fileno(PROFILE_NETBSD, 0, pid, PFS[type], fd);
}

function old(pid: number, type: PfsType, fd = -1): bigint {
  return procfs_fileno(PROFILE_NETBSD, PROCFSMNT_OLDFILENO, pid, PFS[type], fd);
}

function readme(pid: number, type: PfsType): bigint {
  return procfs_fileno(PROFILE_README, 0, pid, PFS[type], -1);
}

describe('numbers of nodes', () => {
  it('are those of the README', () => {
    const directories = [0, 1, 2, 10, 32, 48, 50, 57, 59, 66, 67, 81, 82, 83, 84, 257, 309, 390, 400, 408];
    const listed = [9, 17, 25, 89, 265, 393, 409, 465, 481, 537, 545, 657, 665, 673, 681, 2065, 2481];
    assert.deepEqual(
      directories.map((pid) => Number(readme(pid, 'proc'))),
      [...listed, 3129, 3209, 3273],
    );
    const files = (['mem', 'regs', 'ctl', 'status', 'note', 'notepg'] as const).map((type) =>
      readme(416, type),
    );
    assert.deepEqual(files, [3339n, 3340n, 3341n, 3342n, 3343n, 3344n]);
  });

  it('run over in the README where notepg of a process has that of type 0 of the next', () => {
    assert.equal(readme(416, 'notepg') >> 3n, 418n);
    assert.equal(readme(416, 'notepg') & 7n, 0n);
  });

  it('say of 1.117 the type and the process, with more bits than a number has', () => {
    assert.deepEqual([now(0, 'root'), now(0, 'curproc'), now(0, 'self')], [2n, 3n, 4n]);
    const mem = now(7, 'mem');
    assert.equal(mem, 8n * BigInt(PFSLAST) + BigInt(PFS.mem));
    const fd = now(50_000, 'fd', 3);
    assert.equal(fd % BigInt(PFSLAST), BigInt(PFS.fd));
    assert.equal((fd / BigInt(PFSLAST)) & 0xffffffffn, 3n);
    assert.ok(fd > BigInt(Number.MAX_SAFE_INTEGER));
  });

  it('run over before 2018 from descriptor 2048 and from type 32 on', () => {
    assert.equal(old(1, 'fd', 5), (2n << 16n) | (5n << 5n) | 23n);
    assert.equal(old(2, 'fd', 2048), old(2, 'fd', 0) | (1n << 16n));
    assert.equal(old(2, 'fd', 2048), old(2, 'fd', 0));
    assert.equal(old(1, 'limit'), 3n << 5n);
  });

  for (const profile of [PROFILE_NETBSD, PROFILE_LINUX, PROFILE_FREEBSD])
    it(`are all different in tree ${profile}`, () => {
      const found = new Map<bigint, string>();
      const rows: readonly NodeRow[] = NODE_TABLES[profile];
      const types = rows.filter((row) => !(row.typeName === 'curproc' && profile === PROFILE_FREEBSD));
      for (const pid of [0, 1, 2, 3, 31, 32, 99_999])
        for (const type of new Set(types.map((row) => row.type)))
          for (const fd of type === PFS.fd || type === PFS.tid ? [-1, 0, 1, 2047, 2048] : [-1]) {
            if (pid !== 0 && [PFS.root, PFS.curproc, PFS.self].includes(type)) continue;
            const key = `${pid} ${type} ${fd}`;
            const fileno = procfs_fileno(profile, 0, pid, type, fd);
            assert.equal(found.get(fileno), undefined, `${key} and ${found.get(fileno)}`);
            found.set(fileno, key);
          }
    });
});
