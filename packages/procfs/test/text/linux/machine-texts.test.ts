import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

describe('texts of Linux about the machine', () => {
  it(
    'tell CPUs, names, and that there are neither disks nor networks',
    renders(
      'machine',
      LINUX_TEXTS,
      {
        *main(u, render) {
          const cpuinfo = String(yield* render(u, PFS.cpuinfo));
          u.assert(cpuinfo.match(/^processor\t: \d+$/gm)?.length === 2, cpuinfo);
          u.assert(cpuinfo.endsWith('bogomips\t: 0.00\n\n'), cpuinfo);
          u.assert(
            String(yield* render(u, PFS.version)).startsWith('Linux version 6.1.0-smplab '),
            'version',
          );
          same(u, yield* render(u, PFS.ostype), 'Linux\n', 'ostype');
          same(u, yield* render(u, PFS.osrelease), '6.1.0-smplab\n', 'osrelease');
          same(u, yield* render(u, PFS.hostname), 'smplab\n', 'hostname');
          same(u, yield* render(u, PFS.pid_max), '401\n', 'pid_max');
          same(u, yield* render(u, PFS.threads_max), '24\n', 'threads-max');
          same(u, yield* render(u, PFS.diskstats), '', 'diskstats');
          same(u, yield* render(u, PFS.filesystems), 'nodev\tproc\nnodev\tramfs\n', 'filesystems');
          u.assert(String(yield* render(u, PFS.net_dev)).split('\n').length === 3, 'two lines of heading');
          const devices = 'Character devices:\n  1 tty\n  2 mem\n 12 ttyv\n\nBlock devices:\n';
          same(u, yield* render(u, PFS.devices), devices, 'devices');
        },
      },
      { search: { schedules: 1 } },
    ),
  );
});
