/**
 * Owns the walk over kernel threads by messages, the form every driver can run (kern.proc, seed lines
 * 1590-1658 do it by moving): each CPU walks its own list, a bounded batch for each message, and the scanning
 * thread stays where it is. `sysctl_kthread_batch_remote` runs in the message on the CPU asked, the rest in
 * the thread that asks.
 *
 * As in the seed the walk begins at the tail and goes backwards, so that threads which are made meanwhile
 * cannot keep it going for ever.
 */
import {
  type Context,
  GD,
  lwkt_send_ipiq,
  PINTERLOCKED,
  type Steps,
  TD,
  TDF_MARKER,
  tdallq,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { FN_KTHREAD_BATCH } from '../functions.ts';
import { G } from '../table/procglob.ts';
import type { KthreadOutput } from './kthread-output.ts';
import {
  KR,
  KR_ASKED,
  KR_BEGIN,
  KR_CANCEL,
  KR_DONE,
  KR_MORE,
  KR_NEXT,
  KTHREAD_BATCH,
  KTHREAD_FIELDS,
  KTHREAD_WORDS,
  KthreadRequest,
} from './kthread-request.ts';

type Td = Parameters<typeof tdallq.prev>[1];
type Head = Parameters<typeof tdallq.last>[1];

/** Hands every kernel thread of the machine to `output`, until that gives an error. */
export function* kthreadsByMessages(k: Context, output: KthreadOutput): Steps<number> {
  const origin = k.cpu.cpuid;
  const { ncpus } = k.kernel;
  const block = yield* kmalloc(k, M_TEMP, KthreadRequest.size);
  const batch = k.peek(procs(k).g + G.g_ps_batch);
  k.set(block + KR.kr_batch, batch > 0 && batch < KTHREAD_BATCH ? batch : KTHREAD_BATCH);
  let error = 0;
  for (let n = 1; n <= ncpus && error === 0; n++)
    error = yield* walkCpu(k, block, (origin + n) % ncpus, output);
  yield* kfree(k, M_TEMP, block);
  return error;
}

function* walkCpu(k: Context, block: number, cpuid: number, output: KthreadOutput): Steps<number> {
  let error = 0;
  let state = yield* ask(k, block, cpuid, KR_BEGIN);
  for (;;) {
    const count = k.get(block + KR.kr_count);
    for (let at = 0; at < count && error === 0; at++) {
      const copy = block + KR.kr_words + at * KTHREAD_WORDS;
      const td = k.get(block + KR.kr_threads + at);
      error = yield* output(td, (word) => k.get(copy + KTHREAD_FIELDS.indexOf(word)));
    }
    if (state === KR_DONE) return error;
    state = yield* ask(k, block, cpuid, error === 0 ? KR_NEXT : KR_CANCEL);
  }
}

/** Sends a message to a CPU and sleeps until it is answered; gives the answer. */
function* ask(k: Context, block: number, cpuid: number, command: number): Steps<number> {
  k.set(block + KR.kr_command, command);
  yield* k.store(block + KR.kr_state, KR_ASKED);
  yield* lwkt_send_ipiq(k, cpuid, FN_KTHREAD_BATCH, block, 0);
  for (;;) {
    const state = yield* k.load(block + KR.kr_state);
    if (state !== KR_ASKED) return state;
    yield* tsleep_interlock(k, block, 0);
    if ((yield* k.load(block + KR.kr_state)) !== KR_ASKED) continue;
    yield* tsleep(k, block, PINTERLOCKED, 'ktscan', 0);
  }
}

/**
 * On the CPU whose threads are wanted: walks on from the marker and copies a batch of threads. The
 * block may be freed as soon as its state is no longer KR_ASKED; the wakeup uses its address only.
 */
export function* sysctl_kthread_batch_remote(k: Context, block: number): Steps {
  const state = walkOwnList(k, block);
  yield* k.store(block + KR.kr_state, state);
  yield* wakeup(k, block);
}

/** No steps: nothing of this CPU comes in between. */
function walkOwnList(k: Context, block: number): number {
  const { memory } = k.kernel;
  const head = (k.cpu.gd + GD.gd_tdallq) as Head;
  const marker = (block + KR.kr_marker) as Td;
  const command = k.get(block + KR.kr_command);
  const batch = k.get(block + KR.kr_batch);
  k.set(block + KR.kr_count, 0);
  if (command === KR_BEGIN) {
    k.words[marker + TD.td_flags] = procs(k).asSeed['kthread-scan-marker'] ? 0 : TDF_MARKER;
    k.words[marker + TD.td_gd] = k.cpu.cpuid;
    tdallq.insertTail(memory, head, marker);
  }
  let count = 0;
  while (command !== KR_CANCEL && count < batch) {
    const td = tdallq.prev(memory, marker);
    if (td === 0) break;
    tdallq.remove(memory, head, marker);
    tdallq.insertBefore(memory, td, marker);
    if ((k.words[td + TD.td_flags] & TDF_MARKER) !== 0 || k.words[td + TD.td_proc] !== 0) continue;
    copyThread(k, td, block, count++);
  }
  k.set(block + KR.kr_count, count);
  if (count === batch) return KR_MORE;
  tdallq.remove(memory, head, marker);
  return KR_DONE;
}

function copyThread(k: Context, td: number, block: number, at: number): void {
  k.set(block + KR.kr_threads + at, td);
  const copy = block + KR.kr_words + at * KTHREAD_WORDS;
  for (const [word, field] of KTHREAD_FIELDS.entries()) k.set(copy + word, k.words[td + field]);
}
