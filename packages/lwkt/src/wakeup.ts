/**
 * Owns waking sleepers of an ident (sys/kern/kern_synch.c): those of the own CPU at once, those of others by
 * a message that carries the ident and never a thread. Runs on the CPU that wakes, and by message on the
 * others.
 */
import { type Context, NOTHING } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { EV_WAKEUP } from './event.ts';
import { GD } from './globaldata.ts';
import { FN_WAKEUP } from './internal.ts';
import { lwkt_send_ipiq } from './ipiq.ts';
import type { Steps } from './registry.ts';
import { schedule } from './schedule.ts';
import { bucketOf, sleepHead, sleepNext, sleepRemove } from './sleep-queue.ts';
import { TD, TDF_DELAYED_WAKEUP, TDF_TSLEEP_DESCHEDULED } from './thread.ts';

/** Wakes one sleeper only. */
export const PWAKEUP_ONE = 0x8000;
/** Looks at the own CPU only. */
export const PWAKEUP_MYCPU = 0x4000;
const DOMAIN_MASK = 0xffff0000 | 0;

/** Idents whose wakeup a CPU may put off. */
const DELAYED = 2;

/** Wakes every sleeper of the ident on every CPU. */
export function wakeup(k: Context, ident: number): Steps {
  if ((k.words[k.td + TD.td_flags] & TDF_DELAYED_WAKEUP) === 0) return _wakeup(k, ident, 0);
  return delay(k, ident) ? NOTHING : flushOne(k, ident);
}

/** Wakes at least one sleeper of the ident. */
export function wakeup_one(k: Context, ident: number): Steps {
  return _wakeup(k, ident, PWAKEUP_ONE);
}

/** Wakes the sleepers of the ident on this CPU. */
export function wakeup_mycpu(k: Context, ident: number): Steps {
  return _wakeup(k, ident, PWAKEUP_MYCPU);
}

/** Wakes the sleepers of the ident in one domain (PDOMAIN_*). */
export function wakeup_domain(k: Context, ident: number, domain: number): Steps {
  return _wakeup(k, ident, domain & DOMAIN_MASK);
}

/** The message: wakes what sleeps here. */
export function lwkt_wakeup_remote(k: Context, ident: number, flags: number): Steps {
  return _wakeup(k, ident, flags | PWAKEUP_MYCPU);
}

/** Wakes sleepers as the flags say. */
export function* _wakeup(k: Context, ident: number, flags: number): Steps {
  if (ident === 0) k.panic('wakeup: NULL ident');
  crit_enter(k);
  k.words[k.cpu.gd + GD.gd_cnt_wakeup]++;
  const isEmpty = k.words[sleepHead(k, bucketOf(k, ident))] === 0;
  const isDone = isEmpty ? false : yield* wakeLocal(k, ident, flags);
  if (!isDone && (flags & PWAKEUP_MYCPU) === 0) {
    // Since 2017-08-23: whatever the waker stored before is seen by whoever sets its bit after this load.
    if (!k.kernel.asSeed['wakeup-fence'] && k.kernel.isWeaklyOrdered) yield* k.fence();
    const masks = k.kernel.sleepMaskOf(bucketOf(k, ident));
    for (let word = 0; word < (k.kernel.ncpus > 32 ? 2 : 1); word++) {
      const mask = othersOf(k, word, yield* k.load(masks + word));
      if (mask !== 0) yield* wakeRemote(k, word, mask, ident, flags);
    }
  }
  if (crit_leave(k)) yield* splz(k);
}

/** Scans the own bucket; true when one was enough and has been found. */
function* wakeLocal(k: Context, ident: number, flags: number): Steps<boolean> {
  const domain = flags & DOMAIN_MASK;
  const bucket = bucketOf(k, ident);
  let td = k.words[sleepHead(k, bucket)];
  while (td !== 0) {
    const { words } = k;
    const next = sleepNext(k, td);
    if (words[td + TD.td_wchan] !== ident || words[td + TD.td_wdomain] !== domain) {
      td = next;
      continue;
    }
    yield* sleepRemove(k, td);
    k.cpu.events?.emit(EV_WAKEUP, td, ident, 0);
    // A thread that is merely interlocked notices by itself that it was taken off.
    const isAsleep = (words[td + TD.td_flags] & TDF_TSLEEP_DESCHEDULED) !== 0;
    if (isAsleep) {
      words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
      yield* schedule(k, td, 1);
      if ((flags & PWAKEUP_ONE) !== 0) return true;
      // A thread that was started may have run and changed the queue.
      td = k.words[sleepHead(k, bucket)];
      continue;
    }
    td = next;
  }
  return false;
}

/** Without this CPU, whose sleepers have been looked at. */
function othersOf(k: Context, word: number, mask: number): number {
  return k.cpu.cpuid >> 5 === word ? mask & ~(1 << (k.cpu.cpuid & 31)) : mask;
}

/** Sends the ident to every CPU of the mask: each may have a sleeper in the bucket. */
function* wakeRemote(k: Context, word: number, mask: number, ident: number, flags: number): Steps {
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    const cpuid = word * 32 + (31 - Math.clz32(rest & -rest));
    yield* lwkt_send_ipiq(k, cpuid, FN_WAKEUP, ident, flags);
  }
}

/** From here on wakeups of the current thread may be put off until it sleeps or says so. */
export function wakeup_start_delayed(k: Context): void {
  k.words[k.td + TD.td_flags] |= TDF_DELAYED_WAKEUP;
}

/** Issues the wakeups that were put off. */
export function* wakeup_end_delayed(k: Context): Steps {
  k.words[k.td + TD.td_flags] &= ~TDF_DELAYED_WAKEUP;
  yield* flushDelayedWakeups(k);
}

/** Puts a wakeup off if a place is free. */
function delay(k: Context, ident: number): boolean {
  const { words } = k;
  const places = k.cpu.gd + GD.gd_delayed_wakeup;
  for (let at = 0; at < DELAYED; at++) {
    if (words[places + at] === ident) return true;
    if (words[places + at] !== 0) continue;
    words[places + at] = ident;
    return true;
  }
  return false;
}

/**
 * No place is free: the wakeup that waited longest is issued and makes room. Before 2013-07-11 the new one
 * took its place and it was forgotten until much later; here, for good.
 */
function* flushOne(k: Context, ident: number): Steps {
  const { words } = k;
  const places = k.cpu.gd + GD.gd_delayed_wakeup;
  const oldest = words[places];
  words[places] = words[places + 1];
  words[places + 1] = ident;
  if (!k.kernel.asSeed['delayed-wakeup']) yield* _wakeup(k, oldest, 0);
}

/** Issues the delayed wakeups of this CPU; every sleep does so first. */
export function flushDelayedWakeups(k: Context): Steps {
  const places = k.cpu.gd + GD.gd_delayed_wakeup;
  return k.words[places] === 0 && k.words[places + 1] === 0 ? NOTHING : flush(k);
}

function* flush(k: Context): Steps {
  const places = k.cpu.gd + GD.gd_delayed_wakeup;
  for (let at = 0; at < DELAYED; at++) {
    const ident = k.words[places + at];
    if (ident === 0) continue;
    k.words[places + at] = 0;
    yield* _wakeup(k, ident, 0);
  }
}
