import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { SV } from '@smplab/vfs';
import { vrele } from '@smplab/vfs';
import { checkFileno, checkStatvfs } from '../../src/oracle/filenos.ts';
import { vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE } from '../../src/procfs-layout.ts';
import { finds } from '../fixtures/finding.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';

describe('the oracle of numbers', () => {
  it(
    'names two nodes that have one number, and is content with two numbers',
    finds(
      'filenos',
      {
        *main(u) {
          const k = kernelOf(u);
          const pid = yield* u.getpid();
          const vps = [yield* nodeAt(k, 'status', pid), yield* nodeAt(k, 'mem', pid)];
          const [status, mem] = vps.map((vp) => vtopfs(k, vp));
          checkFileno(k, mem);
          k.words[mem + PFS_NODE.pfs_fileno] = k.words[status + PFS_NODE.pfs_fileno];
          checkFileno(k, mem);
          for (const vp of vps) yield* vrele(k, vp);
        },
      },
      /mem of process 2 and status of process 2 both have number \d+/,
    ),
  );

  it('wants statvfs to say how large blocks are', () => {
    const said = (...sizes: number[]): string => {
      const words = new Int32Array(64);
      [SV.f_bsize, SV.f_frsize, SV.f_iosize].forEach((size, at) => (words[size] = sizes[at]));
      let found = '';
      const misuse = (_verdict: string, text: string): void => {
        found = text;
      };
      checkStatvfs({ words, misuse } as unknown as Context, 0);
      return found;
    };
    assert.equal(said(64, 64, 64), '');
    assert.match(said(64, 0, 64), /blocks of 64, 0, 64 bytes/);
  });
});
