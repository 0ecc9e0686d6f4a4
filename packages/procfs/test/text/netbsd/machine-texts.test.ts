import { GD, type Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

/** CPU n has worked 100 n + 1 ticks for programs and 10 n + 2 for the kernel, its load is n + 0.5. */
function* work({ context: k }: KernelApi): Steps<number> {
  for (let cpu = 0; cpu < k.kernel.ncpus; cpu++) {
    const gd = k.kernel.gdOf(cpu);
    k.words[gd + GD.gd_cp_user] = 100 * cpu + 1;
    k.words[gd + GD.gd_cp_sys] = 10 * cpu + 2;
    for (let term = 0; term < 3; term++) k.words[gd + GD.gd_loadavg + term] = 2048 * cpu + 1024;
  }
  return 0;
}

/** A hundredth of a second is a tick. */
function seconds(ticks: number): string {
  return (ticks / 100).toFixed(2);
}

const OPTIONS = { boottime: 1_719_792_000, cpus: 2, systemCalls: { work } };

describe('the texts of NetBSD about the machine', () => {
  it(
    'tell what CPUs have done, of the one that reads first',
    renders(
      'stat',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.nanosleep(400);
          const ticks = u.ticks;
          yield* u.syscall('work');
          const text = String(yield* render(u, PFS.cpustat));
          const cpu = [`1 0 2 ${ticks - 3}`, `101 0 12 ${ticks - 113}`];
          const counts = /intr (\d+)\nctxt (\d+)\n/.exec(text);
          u.assert(Number(counts?.[1]) > 0 && Number(counts?.[2]) > 0, text);
          const expected =
            `cpu ${cpu[u.cpuid]}\ncpu0 ${cpu[0]}\ncpu1 ${cpu[1]}\n` +
            `disk 0 0 0 0\npage 0 0\nswap 0 0\n${counts?.[0] ?? ''}btime 1719792000\n`;
          same(u, text, expected, 'stat');
          const worked = [3, 113];
          const uptime = `${seconds(ticks)} ${seconds(ticks - worked[u.cpuid])}\n`;
          same(u, yield* render(u, PFS.uptime), uptime, 'uptime');
          same(u, yield* render(u, PFS.loadavg), '2.00 2.00 2.00 1/3 30000\n', 'loadavg');
        },
      },
      OPTIONS,
    ),
  );

  it(
    'tell what it is and has',
    renders(
      'the machine',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const cpu = (n: number): string =>
            `processor\t: ${n}\nvendor_id\t: smplab\nmodel name\t: explored and live CPU\n` +
            'cpu MHz\t\t: 0.00\n\n';
          same(u, yield* render(u, PFS.cpuinfo), cpu(0) + cpu(1), 'cpuinfo');
          const name = 'DragonFly 4.7-DEVELOPMENT smplab';
          const version = 'DragonFly version 4.7-DEVELOPMENT (netbsd@localhost) (gcc version unknown)';
          same(u, yield* render(u, PFS.version), `${version} ${name}\n`, 'version');
          const devices = 'Character devices:\n  1 ctty\n  2 mem\n 12 ttyv\n\nBlock devices:\n';
          same(u, yield* render(u, PFS.devices), devices, 'devices');
        },
      },
      OPTIONS,
    ),
  );
});
