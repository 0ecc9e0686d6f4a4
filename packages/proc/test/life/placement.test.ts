import { describe, it } from 'mocha';
import { EBUSY, EINVAL, ESRCH } from '../../src/errno.ts';
import { placeLwp } from '../../src/life/placement.ts';
import { L } from '../../src/table/lwp.ts';
import { P } from '../../src/table/proc.ts';
import { check, runs, tableProgram } from '../table/fixtures/by-hand.ts';
import { once, scenario } from './runs.ts';

const CPUS = 3;
const cpusOf = (mask: number): number[] =>
  Array.from({ length: CPUS }, (_, cpu) => cpu).filter((cpu) => mask & (1 << cpu));

describe('the CPU of a new thread', () => {
  it(
    'is one that the mask allows, each in its turn, for every mask',
    once(
      scenario(
        'masks',
        {
          '/bin/parent': {
            *main(u) {
              for (let mask = 0; mask < 2 ** (CPUS + 1); mask++) {
                const allowed = cpusOf(mask);
                const result = yield* u.lwp_setaffinity(0, -1, mask);
                if (allowed.length === 0) u.assert(result === -1 && u.errno === EINVAL, `mask ${mask}`);
                else u.assert(result === 0, `mask ${mask}: errno ${u.errno}`);
                const found: number[] = [];
                for (let child = 0; child < allowed.length; child++) {
                  const { status } = yield* u.wait4(yield* u.fork('child'));
                  found.push(status >> 8);
                }
                u.assert(found.sort().join() === allowed.join(), `mask ${mask}: ${found.join()}`);
              }
            },
            *child(u) {
              yield* u.exit(u.cpuid);
            },
          },
        },
        { cpus: CPUS },
      ),
    ),
  );

  it(
    'is inherited by a child, and is not taken from under a thread that runs',
    once(
      scenario('own', {
        '/bin/parent': {
          *main(u) {
            const own = 1 << u.cpuid;
            const other = 3 & ~own;
            u.assert((yield* u.lwp_setaffinity(-1, -1, other)) === -1 && u.errno === EBUSY, 'its own CPU');
            u.assert((yield* u.lwp_setaffinity(-1, 9, own)) === -1 && u.errno === ESRCH, 'no such lwp');
            u.assert((yield* u.lwp_setaffinity(1, -1, own)) === -1 && u.errno === ESRCH, 'init');
            yield* u.lwp_setaffinity(0, 1, other);
            const { status } = yield* u.wait4(yield* u.fork('child', 1 - u.cpuid));
            u.assert(status === 0, 'child and grandchild are on the other CPU');
          },
          *child(u, cpu: number) {
            u.assert(u.cpuid === cpu, 'the child is on the other CPU');
            const { status } = yield* u.wait4(yield* u.fork('grandchild', cpu));
            yield* u.exit(status >> 8);
          },
          *grandchild(u, cpu: number) {
            yield* u.exit(u.cpuid === cpu ? 0 : 1);
          },
        },
      }),
    ),
  );

  it('is any of more than 32', () => {
    const rows = [{ pid: 0 }, { pid: 4, lwps: 1 }];
    const program = tableProgram('many', { rows, cpus: 40 }, function* (k, table) {
      const lp = k.words[table.p(4) + P.p_lwp_tree];
      const place = function* (low: number, high: number) {
        k.words[lp + L.lwp_cpumask] = low;
        k.words[lp + L.lwp_cpumask + 1] = high;
        return yield* placeLwp(k, lp);
      };
      check(k, (yield* place(0, 1 << 7)) === 39, 'the last one');
      check(k, (yield* place(0x80000000 | 0, 0)) === 31, 'the last of the first word');
      check(k, (yield* place(0, -1 << 8)) === k.cpu.cpuid, 'none that exists: where the lwp is');
      const found: number[] = [];
      for (let turn = 0; turn < 40; turn++) found.push(yield* place(-1, -1));
      check(k, new Set(found).size === 40 && Math.max(...found) === 39, found.join());
      const two = [yield* place(1 << 30, 2), yield* place(1 << 30, 2)];
      check(k, two.sort().join() === '30,33', two.join());
    });
    runs(program);
  });
});
