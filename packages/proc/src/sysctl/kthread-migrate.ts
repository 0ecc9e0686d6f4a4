/**
 * Owns the walk over kernel threads as the seed does it (kern.proc, lines 1590-1658): the scanning thread
 * itself moves to each CPU in turn, the next one first and its own last, and keeps its place in the list
 * there with a marker that it inserts at the tail and moves backwards. Between two threads it leaves the
 * critical section; a reference keeps the thread it looks at. Machines whose CPUs are workers refuse to move
 * threads.
 */
import {
  type Context,
  crit_enter,
  crit_exit,
  GD,
  lwkt_hold,
  lwkt_rele,
  lwkt_setcpu_self,
  type Steps,
  TD,
  TDF_MARKER,
  tdallq,
  Thread,
} from '@smplab/lwkt';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import type { KthreadOutput } from './kthread-output.ts';

type Td = Parameters<typeof tdallq.prev>[1];
type Head = Parameters<typeof tdallq.last>[1];

/** Hands every kernel thread of the machine to `output`, until that gives an error. */
export function* kthreadsByMigration(k: Context, output: KthreadOutput): Steps<number> {
  const origin = k.cpu.cpuid;
  const { ncpus } = k.kernel;
  const { asSeed } = procs(k);
  const marker = yield* kmalloc(k, M_TEMP, Thread.size);
  // Before 2011-11-18 another walk could not tell the marker from a thread (P19).
  k.words[marker + TD.td_flags] = asSeed['kthread-scan-marker'] ? 0 : TDF_MARKER;
  let error = 0;
  for (let n = 1; n <= ncpus && error === 0; n++) {
    yield* lwkt_setcpu_self(k, (origin + n) % ncpus);
    error = yield* walkHere(k, marker as Td, output);
  }
  // The scheduler of user threads counts on it; before 2013-10-16 it was forgotten (P20).
  if (!asSeed['kthread-scan-return'] && k.cpu.cpuid !== origin) yield* lwkt_setcpu_self(k, origin);
  yield* kfree(k, M_TEMP, marker);
  return error;
}

function* walkHere(k: Context, marker: Td, output: KthreadOutput): Steps<number> {
  const { memory } = k.kernel;
  const head = (k.cpu.gd + GD.gd_tdallq) as Head;
  let error = 0;
  crit_enter(k);
  k.words[marker + TD.td_gd] = k.cpu.cpuid;
  tdallq.insertTail(memory, head, marker);
  for (;;) {
    const td = tdallq.prev(memory, marker);
    if (td === 0 || error !== 0) break;
    tdallq.remove(memory, head, marker);
    tdallq.insertBefore(memory, td, marker);
    if ((k.words[td + TD.td_flags] & TDF_MARKER) !== 0 || k.words[td + TD.td_proc] !== 0) continue;
    yield* lwkt_hold(k, td);
    yield* crit_exit(k);
    error = yield* output(td, (word) => k.peek(td + word));
    yield* lwkt_rele(k, td);
    crit_enter(k);
  }
  tdallq.remove(memory, head, marker);
  yield* crit_exit(k);
  return error;
}
