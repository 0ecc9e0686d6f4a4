/**
 * Owns what the kernel's calls that may block mean to code that does not expect it: the thread gives way, and
 * its tokens with it. Only for the historical paths that are wrong because of it: memory is never short here,
 * unless an experiment says for how long such a call waits (kernel.memoryWaitTicks).
 */
import { type Context, lwkt_yield, need_lwkt_resched, type Steps, TD, tsleep } from '@smplab/lwkt';

/** kmalloc(M_WAITOK) when memory is short, or another call that may sleep. Run by any thread. */
export function* mayBlock(k: Context): Steps {
  const { memoryWaitTicks } = k.kernel;
  if (memoryWaitTicks > 0) {
    yield* tsleep(k, k.td + TD.td_wmesg, 0, 'kmalloc', memoryWaitTicks);
    return;
  }
  need_lwkt_resched(k.cpu);
  yield* lwkt_yield(k);
}
