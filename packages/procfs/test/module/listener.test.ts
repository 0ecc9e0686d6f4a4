import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import {
  KAUTH_PROCESS_CANSEE,
  KAUTH_PROCESS_PROCFS,
  KAUTH_RESULT_ALLOW,
  KAUTH_RESULT_DEFER,
  vrele,
} from '@smplab/vfs';
import { procfs_listener_cb } from '../../src/module/listener.ts';
import type { PfsType } from '../../src/node/node-types.ts';
import { vtopfs } from '../../src/procfs-kernel.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

const GUARDED: readonly PfsType[] = ['mem', 'regs', 'fpregs'];
const OPEN: readonly PfsType[] = ['status', 'environ', 'auxv', 'map', 'maps', 'cmdline', 'file'];

/** What the listener says of each of the types, of a process. */
function* answers(k: Context, pid: number, types: readonly PfsType[], action: number): Steps<Set<number>> {
  const p = yield* kern.pfind(k, pid);
  const cred = yield* kern.curcred_hold(k);
  const said = new Set<number>();
  for (const type of types) {
    const vp = yield* nodeAt(k, type, pid);
    said.add(yield* procfs_listener_cb(k, cred, action, 0, p, vtopfs(k, vp)));
    yield* vrele(k, vp);
  }
  yield* kern.crfree(k, cred);
  yield* kern.prele(k, p);
  return said;
}

describe('the listener of procfs', () => {
  it(
    'lets the real user of a process at its memory, until it has had other rights',
    runs(
      'listener',
      {
        *main(u) {
          const k = kernelOf(u);
          const asked = (pid: number, types: readonly PfsType[]): Steps<Set<number>> =>
            answers(k, pid, types, KAUTH_PROCESS_PROCFS);
          const own = yield* u.getpid();
          const [reads, writes] = (yield* u.pipe2())!;
          const other = yield* u.fork('other', writes);
          yield* u.read(reads, 1);
          assert.deepEqual(yield* asked(own, [...GUARDED, ...OPEN]), new Set([KAUTH_RESULT_ALLOW]));
          assert.deepEqual(yield* asked(other, GUARDED), new Set([KAUTH_RESULT_DEFER]));
          assert.deepEqual(yield* asked(other, OPEN), new Set([KAUTH_RESULT_ALLOW]));
          const p = yield* kern.pfind(k, own);
          yield* k.or(p + P.p_flags, kern.P_SUGID);
          yield* kern.prele(k, p);
          assert.deepEqual(yield* asked(own, GUARDED), new Set([KAUTH_RESULT_DEFER]));
          assert.deepEqual(yield* asked(own, OPEN), new Set([KAUTH_RESULT_ALLOW]));
          const elsewhere = yield* answers(k, own, [...GUARDED, ...OPEN], KAUTH_PROCESS_CANSEE);
          assert.deepEqual(elsewhere, new Set([KAUTH_RESULT_DEFER]));
          yield* u.kill(other, 9);
          yield* u.wait4(other);
        },
        *other(u, writes: number) {
          yield* u.setuid(7);
          yield* u.write(writes, 'g');
          for (;;) yield* u.pause();
        },
      },
      { search: { schedules: 3 } },
    ),
  );
});
