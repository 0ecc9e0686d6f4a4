import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { V, vrele } from '@smplab/vfs';
import { rowOf } from '../../src/node/node-table.ts';
import { PFS } from '../../src/node/node-types.ts';
import { checkMode, checkNodes } from '../../src/oracle/nodes.ts';
import { procfs, vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE, PG, PROFILE_NETBSD } from '../../src/procfs-layout.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

describe('the oracle of nodes', () => {
  it(
    'is content with what is there, and names each word that is wrong',
    runs(
      'nodes',
      {
        *main(u) {
          const k = kernelOf(u);
          const { words } = k;
          const vp = yield* nodeAt(k, 'status', yield* u.getpid());
          const pfs = vtopfs(k, vp);
          const finds = (word: number, value: number, expected: RegExp): void => {
            const before = words[word];
            words[word] = value;
            const [problem] = checkNodes(k.kernel);
            words[word] = before;
            u.assert(expected.test(problem ?? ''), `${expected}: ${problem}`);
          };
          const found = checkNodes(k.kernel);
          u.assert(found.length === 0, found.join());
          const { pfs_pid, pfs_vnode, pfs_mount } = PFS_NODE;
          finds(pfs + pfs_pid, words[pfs + pfs_pid] + 1, /node status of process 3 is in bucket/);
          finds(pfs + pfs_vnode, 0, /vnode \d+ has node status of process 2, which has vnode 0/);
          finds(pfs + pfs_mount, 0, /are of two mounts/);
          finds(vp + V.v_cachekey, 0, /is not found by the key of node status/);
          const bucket =
            words[procfs(k).g + PG.pg_hashtab] + (words[pfs + pfs_pid] & words[procfs(k).g + PG.pg_hashmask]);
          finds(bucket, 0, /node status of process 2 of vnode \d+ is in no bucket/);
          finds(procfs(k).g + PG.pg_hashtab, 0, /is there without the module/);
          yield* vrele(k, vp);
        },
      },
      { cpus: 1, search: { schedules: 1 } },
    ),
  );

  it('wants nodes to have the mode of their row, but for those of descriptors', () => {
    const said = (type: number, mode: number): string => {
      const words = new Int32Array(100);
      words[PFS_NODE.pfs_mode] = mode;
      words[PFS_NODE.pfs_type] = type;
      words[PFS_NODE.pfs_pid] = 5;
      words[PFS_NODE.pfs_fd] = -1;
      let found = '';
      const misuse = (_verdict: string, text: string): void => {
        found = text;
      };
      const row = rowOf(PROFILE_NETBSD, type);
      assert.ok(row !== undefined);
      checkMode({ words, misuse } as unknown as Context, 0, row);
      return found;
    };
    assert.equal(said(PFS.environ, 0o400), '');
    assert.equal(said(PFS.fd, 0o600), '');
    assert.match(
      said(PFS.environ, 0o4777),
      /node environ of process 5 has mode 04777, and not 0400 any more/,
    );
  });
});
