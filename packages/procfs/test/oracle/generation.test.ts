import { vrele } from '@smplab/vfs';
import { vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE } from '../../src/procfs-layout.ts';
import { finds } from '../fixtures/finding.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { ok, runs } from '../fixtures/procfs-program.ts';

describe('the oracle of generations', () => {
  it(
    'is content with nodes of the process that is there, and of the machine',
    runs(
      'generation',
      {
        *main(u) {
          for (const path of ['/proc/curproc/status', '/proc/meminfo'])
            yield* u.read(yield* ok(u, u.open(path), path), 9);
        },
      },
      { flags: 1, search: { schedules: 1 } },
    ),
  );

  it(
    'names a node that was made for another process',
    finds(
      'generation other',
      {
        *main(u) {
          const k = kernelOf(u);
          const fd = yield* ok(u, u.open('/proc/curproc/status'), 'open');
          const vp = yield* nodeAt(k, 'status', yield* u.getpid());
          k.words[vtopfs(k, vp) + PFS_NODE.pfs_generation]--;
          yield* vrele(k, vp);
          yield* u.read(fd, 9);
        },
      },
      /node status of process 2 was made for the process that had serial \d+, and now shows/,
    ),
  );
});
