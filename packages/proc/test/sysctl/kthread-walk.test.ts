import assert from 'node:assert/strict';
import {
  type Context,
  functionNumber,
  GD,
  lwkt_create,
  lwkt_free_thread,
  lwkt_join,
  lwkt_token_init,
  lwkt_yield,
  lwkt_schedulerclock,
  type Steps,
  TD,
} from '@smplab/lwkt';
import { explore } from '@smplab/explore';
import { describe, it } from 'mocha';
import { ENOMEM } from '../../src/errno.ts';
import { VM, Vmspace } from '../../src/life/vmspace-layout.ts';
import { P } from '../../src/table/proc.ts';
import { procs } from '../../src/proc-kernel.ts';
import { KINFO_PROC_BYTES } from '../../src/sysctl/kinfo.ts';
import { KTHREAD_BATCH } from '../../src/sysctl/kthread-request.ts';
import { G } from '../../src/table/procglob.ts';
import { type ByHand, check, passes, runs, some, verdictOf } from '../table/fixtures/by-hand.ts';
import { actAs, beside, byName, records, sysctlProgram } from './fixtures/sysctl-program.ts';

const ROWS = [{ pid: 0 }, { pid: 3 }, { pid: 4 }];
const FAILURES = ['assertion', 'use-after-free', 'panic'];
const FORMS = [
  ['by messages', 0],
  ['moving from CPU to CPU', 1],
] as const;

/** Gives way to others of the CPU. */
function* pass(k: Context): Steps {
  yield* k.fence();
  lwkt_schedulerclock(k.cpu);
  yield* lwkt_yield(k);
}

interface Walk {
  readonly cpus?: number;
  readonly migrates: number;
  readonly asSeed?: readonly string[];
}

/** Names of the kernel threads that kern.proc shows; all must have one, and the caller is where it was. */
function* namesOf(k: Context): Steps<string[]> {
  const cpu = k.cpu.cpuid;
  const names = (yield* records(k, 'all')).filter((ki) => ki.kp_pid === -1).map((ki) => ki.kp_comm);
  check(k, k.cpu.cpuid === cpu, `the scan began on cpu${cpu} and ended on cpu${k.cpu.cpuid}`);
  check(k, !names.includes(''), 'a marker was shown as a thread');
  return names;
}

/** A machine with some threads that act as processes and walk, or come and go. */
function walks(
  others: readonly string[],
  { cpus = 2, migrates, asSeed = [] }: Walk,
): ReturnType<typeof sysctlProgram> {
  let known: ByHand | null = null;
  /** A word that gets the thread of the second walk. */
  let moved = 0;
  const scanner = (pid: number) =>
    function* (k: Context): Steps {
      actAs(k, known!.p(pid));
      if (pid === 4) yield* k.store(moved, k.td);
      const names = yield* namesOf(k);
      // The threads that are there all the time are shown, each once: one may not be on any list while it
      // moves.
      const idle = names.filter((name) => name === 'idle').length;
      check(k, idle === k.kernel.ncpus, `${idle} idle threads are shown`);
      actAs(k, 0);
    };
  const threads = {
    first: scanner(3),
    second: scanner(4),
    // The caller's memory is being looked up for somebody else: giving it a record takes a while.
    *fault(k: Context): Steps {
      const token = k.words[known!.p(4) + P.p_vmspace] + VM.vm_token;
      for (let n = 0; n < 3; n++) {
        yield* k.gettoken(token);
        for (let step = 0; step < 6; step++) yield* k.fence();
        yield* k.reltoken(token);
      }
    },
    // The same for long, once the second walk has moved to the CPU of the first.
    *longFault(k: Context): Steps {
      const token = k.words[known!.p(4) + P.p_vmspace] + VM.vm_token;
      const isThere = (): boolean => k.peek(moved) !== 0 && k.peek(k.peek(moved) + TD.td_gd) === 0;
      for (let step = 0; step < 500 && !isThere(); step++) yield* pass(k);
      yield* k.gettoken(token);
      for (let step = 0; step < 150; step++) yield* pass(k);
      yield* k.reltoken(token);
    },
    *brief(k: Context): Steps {
      yield* k.fence();
    },
    *maker(k: Context): Steps {
      for (let n = 0; n < 2; n++) {
        const td = yield* lwkt_create(k, functionNumber('brief'), { cpu: n % k.kernel.ncpus, name: 'brief' });
        yield* lwkt_join(k, td);
        yield* lwkt_free_thread(k, td);
      }
    },
  };
  return sysctlProgram('walks', { rows: ROWS, cpus, threads, asSeed }, function* (k, table) {
    known = table;
    k.words[procs(k).g + G.g_ps_migrates] = migrates;
    k.words[procs(k).g + G.g_ps_batch] = 1;
    moved = yield* k.allocate('moved', 1, true);
    const vm = yield* k.allocate('vmspace', Vmspace.size, true);
    lwkt_token_init(k, vm + VM.vm_token, 'vmspace');
    k.words[table.p(4) + P.p_vmspace] = vm;
    yield* beside(k, others);
    for (let cpu = 0; cpu < k.kernel.ncpus; cpu++) {
      const words = k.kernel.words;
      let td = words[k.kernel.gdOf(cpu) + GD.gd_tdallq];
      for (; td !== 0; td = words[td + TD.td_allq])
        check(k, k.nameOf(td) !== '', `a marker stays on cpu${cpu}`);
    }
  });
}

for (const [name, migrates] of FORMS) {
  describe(`the walk over kernel threads ${name}`, () => {
    it('survives another one at the same time', () => {
      passes(walks(['first', 'second', 'fault'], { cpus: 3, migrates }), some(400));
    });

    it('survives threads that come and go, on one CPU and on several', () => {
      for (const cpus of [1, 2, 3]) passes(walks(['first', 'maker'], { migrates, cpus }), some(200));
    });

    it('survives both', () => {
      passes(walks(['first', 'second', 'fault', 'maker'], { migrates, cpus: 3 }), some(200));
    });

    it('shows each thread once, however many there are, and ends where there is no more room', () => {
      const many = 2 * KTHREAD_BATCH + 3;
      const threads = {
        *sleeper(k: Context, go: number): Steps {
          yield* k.until(go, 1, 1);
        },
      };
      runs(
        sysctlProgram('many', { rows: ROWS, cpus: 2, threads }, function* (k, table) {
          k.words[procs(k).g + G.g_ps_migrates] = migrates;
          const go = yield* k.allocate('go', 1, true);
          for (let n = 0; n < many; n++) {
            yield* lwkt_create(k, functionNumber('sleeper'), {
              cpu: n & 1,
              name: `t${n}`,
              args: [go],
              nostart: true,
            });
          }
          actAs(k, table.p(3));
          const names = (yield* namesOf(k)).filter((each) => each.startsWith('t'));
          assert.equal(names.length, many);
          assert.equal(new Set(names).size, many);
          for (let room = 3; room < 3 + many; room += 4) {
            const { error, bytes } = yield* byName(k, 'kern.proc.all', [], room * KINFO_PROC_BYTES);
            assert.deepEqual([error, bytes.length], [ENOMEM, room * KINFO_PROC_BYTES]);
          }
          assert.deepEqual(
            (yield* namesOf(k)).filter((each) => each.startsWith('t')),
            names,
            'no marker is left',
          );
          actAs(k, 0);
        }),
      );
    });
  });
}

describe('fix switches of the walk over kernel threads', () => {
  const marker = ['kthread-scan-marker'];

  it('kthread-scan-marker: a walk by messages shows the marker of another one', () => {
    verdictOf(
      walks(['first', 'second', 'fault'], { cpus: 3, migrates: 0, asSeed: marker }),
      'assertion',
      some(3000),
    );
  });

  it('kthread-scan-marker: a walk that moves takes the marker of another one for a thread', () => {
    const others = ['first', 'second', 'longFault'];
    passes(walks(others, { cpus: 3, migrates: 1 }), some(300));
    const machine = walks(others, { cpus: 3, migrates: 1, asSeed: marker });
    const { verdict } = explore(machine, { shrink: false, schedules: 3000 });
    assert.ok(FAILURES.includes(verdict), verdict);
  });

  it('kthread-scan-return: a walk that ends early ends on another CPU than it began', () => {
    const cpuAfter = (asSeed: readonly string[]): number => {
      let cpu = -1;
      runs(
        sysctlProgram('small room', { rows: ROWS, cpus: 2, asSeed }, function* (k, table) {
          k.words[procs(k).g + G.g_ps_migrates] = 1;
          actAs(k, table.p(3));
          const { error } = yield* byName(k, 'kern.proc.all', [], ROWS.length * KINFO_PROC_BYTES);
          assert.equal(error, ENOMEM);
          cpu = k.cpu.cpuid;
          actAs(k, 0);
        }),
      );
      return cpu;
    };
    assert.equal(cpuAfter([]), 0);
    assert.equal(cpuAfter(['kthread-scan-return']), 1);
  });
});
