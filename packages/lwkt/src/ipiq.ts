/**
 * Owns messages between CPUs (sys/kern/lwkt_ipiq.c): a FIFO for each ordered pair of CPUs, functions that run
 * on the target in its interrupt, and what a sender does when a FIFO is full: it serves its own messages
 * meanwhile, so that sending can run handlers. Each index of a FIFO is written by one side only
 * (ipiq-fifo.ts).
 *
 *     source                                   target
 *     entry, windex+1, ipimask |= source,      npoll=0, take ipimask, for each source:
 *     npoll 0->1: interrupt                        copy entry, rindex+1, call, xindex=rindex
 */
import { type Condition, GREATER_OR_EQUAL, NOT_EQUAL } from '@smplab/explore';
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { EV_IPI_RECEIVED, EV_IPI_SENT } from './event.ts';
import { GD, MASK_WORDS } from './globaldata.ts';
import { IP, IpiqEntry, MAXCPUFIFO, MAXCPUFIFO_MASK } from './ipiq-fifo.ts';
import { FN_CPUSYNC_REMOTE2 } from './internal.ts';
import type { Steps } from './registry.ts';

/** Sends within sends before the kernel gives up. */
const NESTING_MAXIMUM = 20;
/** Fill levels between which a sender serves its own messages. */
const HIGH_WATER = MAXCPUFIFO / 2;
const LOW_WATER = MAXCPUFIFO / 4;
/** The same for a sender that is serving messages already: it goes to the brim, so that it seldom nests. */
const HIGH_WATER_NESTED = 29;
const LOW_WATER_NESTED = 27;
/** Passive messages that may gather without a signal. */
const PASSIVE_LEVEL = MAXCPUFIFO / 4;

const ENTRY_WORDS = IpiqEntry.size;

/**
 * Runs a registered function on a CPU; gives the number to wait for with `lwkt_wait_ipiq`, 0 if it ran here.
 */
export function* lwkt_send_ipiq(
  k: Context,
  target: number,
  func: number,
  arg1: number,
  arg2: number,
): Steps<number> {
  checkTarget(k, target);
  checkFunction(k, func);
  if (target === k.cpu.cpuid) {
    yield* k.call(func, arg1, arg2);
    return 0;
  }
  const { words } = k;
  const level = k.cpu.gd + GD.gd_intr_nesting_level;
  crit_enter(k);
  if (++words[level] > NESTING_MAXIMUM) {
    k.panic(
      `lwkt_send_ipiq: TOO HEAVILY NESTED: ${words[level]} sends within each other on cpu${k.cpu.cpuid}`,
    );
  }
  words[k.cpu.gd + GD.gd_cnt_ipiq]++;
  const ip = k.kernel.ipiqOf(k.cpu.cpuid, target);
  if (depth(k, ip) > HIGH_WATER) yield* makeRoom(k, ip, target);
  const seq = fill(k, ip, func, arg1, arg2);
  yield* k.store(ip + IP.ip_windex, seq);
  yield* k.or(maskWord(k, target), 1 << (k.cpu.cpuid & 31));
  // The first to set npoll interrupts; the others rely on it.
  if ((yield* k.swap(k.kernel.gdOf(target) + GD.gd_npoll, 1)) === 0) k.cpu.signal(target);
  else words[k.cpu.gd + GD.gd_cnt_ipiq_avoided]++;
  words[level]--;
  k.cpu.events?.emit(EV_IPI_SENT, target, func, arg1);
  if (crit_leave(k)) yield* splz(k);
  return seq;
}

/**
 * As `lwkt_send_ipiq`, but nobody is interrupted: it is run at the target's next poll, or when many gathered.
 */
export function* lwkt_send_ipiq_passive(
  k: Context,
  target: number,
  func: number,
  arg1: number,
  arg2: number,
): Steps<number> {
  checkTarget(k, target);
  checkFunction(k, func);
  k.assert(target !== k.cpu.cpuid, `lwkt_send_ipiq_passive: cpu${target} sends to itself`);
  const { words } = k;
  const level = k.cpu.gd + GD.gd_intr_nesting_level;
  crit_enter(k);
  words[level]++;
  const ip = k.kernel.ipiqOf(k.cpu.cpuid, target);
  yield* makeRoom(k, ip, target);
  const seq = fill(k, ip, func, arg1, arg2);
  yield* k.store(ip + IP.ip_windex, seq);
  yield* k.or(maskWord(k, target), 1 << (k.cpu.cpuid & 31));
  k.words[k.kernel.gdOf(target) + GD.gd_passive] = 1;
  k.cpu.leave(target);
  if (depth(k, ip) >= PASSIVE_LEVEL && !k.kernel.asSeed['passive-signal']) yield* signal(k, target);
  words[level]--;
  if (crit_leave(k)) yield* splz(k);
  return seq;
}

/** Sends to every CPU of a mask of at most 32 CPUs, but this one only if it is in it; gives how many. */
export function* lwkt_send_ipiq_mask(
  k: Context,
  mask: number,
  func: number,
  arg1: number,
  arg2: number,
): Steps<number> {
  let count = 0;
  for (let cpuid = 0; cpuid < Math.min(k.kernel.ncpus, 32); cpuid++) {
    if ((mask & (1 << cpuid)) === 0) continue;
    yield* lwkt_send_ipiq(k, cpuid, func, arg1, arg2);
    count++;
  }
  return count;
}

/** Waits until the target has run the message with this number; serves own messages meanwhile. */
export function* lwkt_wait_ipiq(k: Context, target: number, seq: number): Steps {
  checkTarget(k, target);
  if (target === k.cpu.cpuid) return;
  const ip = k.kernel.ipiqOf(k.cpu.cpuid, target);
  crit_enter(k);
  while ((yield* k.load(ip + IP.ip_xindex)) - seq < 0) {
    yield* k.untilAny([
      { location: ip + IP.ip_xindex, mask: -1, comparison: GREATER_OR_EQUAL, value: seq },
      { location: k.cpu.gd + GD.gd_npoll, mask: -1, comparison: NOT_EQUAL, value: 0 },
    ]);
    yield* lwkt_process_ipiq(k);
  }
  if (crit_leave(k)) yield* splz(k);
}

/** Runs the messages other CPUs have sent to this one. Entered in a critical section. */
export function* lwkt_process_ipiq(k: Context): Steps {
  const { gd } = k.cpu;
  k.words[gd + GD.gd_processing_ipiq]++;
  do {
    yield* k.store(gd + GD.gd_npoll, 0);
    k.words[gd + GD.gd_passive] = 0;
    for (let word = 0; word < maskWords(k); word++) {
      let mask = yield* k.swap(gd + GD.gd_ipimask + word, 0);
      while (mask !== 0) {
        const source = word * 32 + (31 - Math.clz32(mask & -mask));
        mask &= mask - 1;
        yield* processFrom(k, source, 0);
      }
    }
  } while (yield* standStill(k));
  k.words[gd + GD.gd_processing_ipiq]--;
}

/** A CPU that takes part in CPU syncs stays in its handler (cpusync.ts); true if it has to look again. */
function* standStill(k: Context): Steps<boolean> {
  return k.words[k.cpu.gd + GD.gd_cpusyncs] !== 0 && (yield* k.call(FN_CPUSYNC_REMOTE2)) === true;
}

/**
 * The same for a sender that waits for room. When it is serving messages already, it serves only CPUs that
 * wait for room themselves (ip_drain): anything else could nest without end.
 */
function* lwkt_process_ipiq_nested(k: Context): Steps {
  const { gd, cpuid } = k.cpu;
  const isNested = k.words[gd + GD.gd_processing_ipiq] !== 0;
  k.words[gd + GD.gd_processing_ipiq]++;
  do {
    yield* k.store(gd + GD.gd_npoll, 0);
    for (let source = 0; source < k.kernel.ncpus; source++) {
      if (source === cpuid) continue;
      const ip = k.kernel.ipiqOf(source, cpuid);
      if (isNested && !k.kernel.asSeed['nested-levels']) {
        if ((yield* k.load(ip + IP.ip_drain)) === 0) continue;
        yield* processFrom(k, source, LOW_WATER);
      } else yield* processFrom(k, source, 0);
    }
    // Within other messages there is no need: who runs those will stand still after them.
  } while (!isNested && (yield* standStill(k)));
  k.words[gd + GD.gd_processing_ipiq]--;
  // What is left, or came for those passed over, is for the interrupt that follows.
  yield* k.store(gd + GD.gd_npoll, 1);
}

/** Runs the messages of one source until `leave` are left. */
function* processFrom(k: Context, source: number, leave: number): Steps {
  const ip = k.kernel.ipiqOf(source, k.cpu.cpuid);
  const windex = yield* k.load(ip + IP.ip_windex);
  for (;;) {
    const { words } = k;
    const rindex = words[ip + IP.ip_rindex];
    if (((windex - rindex) | 0) <= leave) return;
    const entry = ip + IP.ip_info + (rindex & MAXCPUFIFO_MASK) * ENTRY_WORDS;
    const func = words[entry];
    const arg1 = words[entry + 1];
    const arg2 = words[entry + 2];
    yield* k.store(ip + IP.ip_rindex, (rindex + 1) | 0);
    k.cpu.events?.emit(EV_IPI_RECEIVED, source, func, arg1);
    yield* k.call(func, arg1, arg2);
    yield* k.store(ip + IP.ip_xindex, k.words[ip + IP.ip_rindex]);
  }
}

/**
 * Writes an entry, not yet published; only this CPU writes to this FIFO. Gives the index that publishes it.
 */
function fill(k: Context, ip: number, func: number, arg1: number, arg2: number): number {
  const { words } = k;
  const windex = words[ip + IP.ip_windex];
  const entry = ip + IP.ip_info + (windex & MAXCPUFIFO_MASK) * ENTRY_WORDS;
  words[entry] = func;
  words[entry + 1] = arg1;
  words[entry + 2] = arg2;
  return (windex + 1) | 0;
}

/** Tells the target that there are messages; it is interrupted unless somebody else did that already. */
function* signal(k: Context, target: number): Steps {
  if ((yield* k.swap(k.kernel.gdOf(target) + GD.gd_npoll, 1)) === 0) k.cpu.signal(target);
  else k.words[k.cpu.gd + GD.gd_cnt_ipiq_avoided]++;
}

/** Messages of this CPU that the target has not taken yet, as far as can be seen. */
function depth(k: Context, ip: number): number {
  return (k.words[ip + IP.ip_windex] - k.peek(ip + IP.ip_rindex)) | 0;
}

/** Waits for room if the FIFO is more than half full. */
function* makeRoom(k: Context, ip: number, target: number): Steps {
  const isNested = k.words[k.cpu.gd + GD.gd_processing_ipiq] !== 0 && !k.kernel.asSeed['nested-levels'];
  const high = isNested ? HIGH_WATER_NESTED : HIGH_WATER;
  const low = isNested ? LOW_WATER_NESTED : LOW_WATER;
  if (depth(k, ip) <= high) return;
  yield* k.store(ip + IP.ip_drain, 1);
  while (depth(k, ip) > low) {
    // Passive messages may have filled it, of which nobody has told the target.
    if (!k.kernel.asSeed['passive-signal']) yield* signal(k, target);
    yield* lwkt_process_ipiq_nested(k);
    if (depth(k, ip) <= low) break;
    const taken = (k.words[ip + IP.ip_windex] - low) | 0;
    const room = {
      location: ip + IP.ip_rindex,
      mask: -1,
      comparison: GREATER_OR_EQUAL,
      value: taken,
    } as const;
    yield* k.untilAny([room, ...incoming(k, isNested)]);
  }
  yield* k.store(ip + IP.ip_drain, 0);
}

/**
 * When there is something to serve meanwhile: new messages, or, nested, a CPU that begins to wait for room.
 */
function incoming(k: Context, isNested: boolean): Condition[] {
  const conditions: Condition[] = [];
  for (let source = 0; source < k.kernel.ncpus; source++) {
    if (source === k.cpu.cpuid) continue;
    const ip = k.kernel.ipiqOf(source, k.cpu.cpuid);
    if (isNested && k.peek(ip + IP.ip_drain) === 0) {
      conditions.push({ location: ip + IP.ip_drain, mask: -1, comparison: NOT_EQUAL, value: 0 });
    } else {
      const more = (k.words[ip + IP.ip_rindex] + (isNested ? LOW_WATER : 0) + 1) | 0;
      conditions.push({ location: ip + IP.ip_windex, mask: -1, comparison: GREATER_OR_EQUAL, value: more });
    }
  }
  return conditions;
}

function maskWord(k: Context, target: number): number {
  return k.kernel.gdOf(target) + GD.gd_ipimask + (k.cpu.cpuid >> 5);
}

function maskWords(k: Context): number {
  return k.kernel.ncpus > 32 ? MASK_WORDS : 1;
}

function checkTarget(k: Context, target: number): void {
  if (!k.kernel.hasCpu(target)) {
    k.panic(
      `lwkt_send_ipiq: there is no cpu${String(target)} (this machine has cpu0 to cpu${k.kernel.ncpus - 1})`,
    );
  }
}

/** A function value cannot travel; whether a number is known is for the target to say. */
export function checkFunction(k: Context, func: unknown): void {
  if (typeof func !== 'number') k.misuse('scenario-misuse', k.kernel.registry.refusal(func));
}
