/**
 * Owns `k`: what the body of a kernel thread, or of a message handler, gets (contracts.md, section 3). The
 * kernel's calls under their BSD names, kernel memory by word, and assertions. A thin face over the context
 * of @smplab/lwkt; functions that run on another CPU are named by the name they are registered under. Here
 * are threads, sleeping, messages and the test itself; locks are in kernel-locks.ts, memory in
 * kernel-memory.ts.
 */
import * as lwkt from '@smplab/lwkt';
import type { Context, Steps } from '@smplab/lwkt';
import { checkedText } from './argument.ts';
import { KernelMemory } from './kernel-memory.ts';

/** How `lwkt_create` is to make a thread. */
export interface ThreadOptions {
  /** CPU it lives on; default: the one that makes it. */
  readonly cpu?: number;
  /** Up to four words for its function. */
  readonly args?: readonly number[];
  /** Priority, default TDPRI_KERN_DAEMON. */
  readonly pri?: number;
  /** It waits for `lwkt_schedule`. */
  readonly nostart?: boolean;
  /** What reports call it; default the name of its function. */
  readonly name?: string;
}

/** The body of a thread or handler. */
export type KernelBody = (k: KernelApi, ...args: number[]) => Iterator<unknown, unknown>;

export class KernelApi extends KernelMemory {
  // ---- threads
  // ---------------------------------------------------------------------------------------------

  /** Starts a thread that runs the function registered under the name. */
  lwkt_create(name: string, options: ThreadOptions = {}): Steps<number> {
    return lwkt.lwkt_create(this.context, this.numberOf(name, 'lwkt_create'), { name, ...options });
  }

  /** Waits until the thread has ended; gives its result. */
  join(td: number): Steps<number> {
    return lwkt.lwkt_join(this.context, td);
  }

  lwkt_exit(result = 0): Steps<never> {
    return lwkt.lwkt_exit(this.context, result);
  }

  lwkt_hold(td: number): Steps {
    return lwkt.lwkt_hold(this.context, td);
  }

  lwkt_rele(td: number): Steps {
    return lwkt.lwkt_rele(this.context, td);
  }

  lwkt_free_thread(td: number): Steps {
    return lwkt.lwkt_free_thread(this.context, td);
  }

  lwkt_schedule(td: number): Steps {
    return lwkt.lwkt_schedule(this.context, td);
  }

  lwkt_deschedule(td: number): Steps {
    return lwkt.lwkt_deschedule(this.context, td);
  }

  lwkt_deschedule_self(): void {
    lwkt.lwkt_deschedule_self(this.context);
  }

  lwkt_switch(): Steps {
    return lwkt.lwkt_switch(this.context);
  }

  lwkt_yield(): Steps {
    return lwkt.lwkt_yield(this.context);
  }

  /** Computes for `ns` of work on a CPU of speed 1; others run meanwhile. Under explore it takes no time. */
  lwkt_compute(ns: number): Steps {
    if (!(Number.isFinite(ns) && ns >= 0))
      this.context.misuse('scenario-misuse', `lwkt_compute(${String(ns)}): a time from 0, in nanoseconds`);
    return lwkt.lwkt_compute(this.context, ns);
  }

  lwkt_setpri(td: number, pri: number): void {
    lwkt.lwkt_setpri(this.context, td, pri);
  }

  lwkt_setcpu_self(cpu: number): Steps {
    return lwkt.lwkt_setcpu_self(this.context, cpu);
  }

  lwkt_giveaway(td: number): Steps {
    return lwkt.lwkt_giveaway(this.context, td);
  }

  lwkt_acquire(td: number): Steps {
    return lwkt.lwkt_acquire(this.context, td);
  }

  // ---- sleeping
  // --------------------------------------------------------------------------------------------

  tsleep_interlock(ident: number, flags = 0): Steps {
    return lwkt.tsleep_interlock(this.context, ident, flags);
  }

  tsleep(ident: number, flags: number, wmesg: string, timo = 0): Steps<number> {
    checkedText(this.context, wmesg, 'tsleep');
    return lwkt.tsleep(this.context, ident, flags, wmesg, timo);
  }

  wakeup(ident: number): Steps {
    return lwkt.wakeup(this.context, ident);
  }

  wakeup_one(ident: number): Steps {
    return lwkt.wakeup_one(this.context, ident);
  }

  /** Wakes those that sleep on this CPU. */
  wakeup_mycpu(ident: number): Steps {
    return lwkt.wakeup_mycpu(this.context, ident);
  }

  wakeup_domain(ident: number, domain: number): Steps {
    return lwkt.wakeup_domain(this.context, ident, domain);
  }

  wakeup_start_delayed(): void {
    lwkt.wakeup_start_delayed(this.context);
  }

  wakeup_end_delayed(): Steps {
    return lwkt.wakeup_end_delayed(this.context);
  }

  // ---- critical sections, messages, interrupts
  // -------------------------------------------------------------

  crit_enter(): void {
    lwkt.crit_enter(this.context);
  }

  crit_exit(): Steps {
    return lwkt.crit_exit(this.context);
  }

  crit_enter_hard(): void {
    lwkt.crit_enter_hard(this.context);
  }

  crit_exit_hard(): Steps {
    return lwkt.crit_exit_hard(this.context);
  }

  /** Runs the function registered under the name on a CPU; gives the number for `lwkt_wait_ipiq`. */
  lwkt_send_ipiq(cpu: number, name: string, arg1 = 0, arg2 = 0): Steps<number> {
    return lwkt.lwkt_send_ipiq(this.context, cpu, this.numberOf(name, 'lwkt_send_ipiq'), arg1, arg2);
  }

  lwkt_send_ipiq_passive(cpu: number, name: string, arg1 = 0, arg2 = 0): Steps<number> {
    return lwkt.lwkt_send_ipiq_passive(this.context, cpu, this.numberOf(name, 'lwkt_send_ipiq'), arg1, arg2);
  }

  /** To each CPU of a mask; gives how many. */
  lwkt_send_ipiq_mask(mask: number, name: string, arg1 = 0, arg2 = 0): Steps<number> {
    return lwkt.lwkt_send_ipiq_mask(
      this.context,
      mask,
      this.numberOf(name, 'lwkt_send_ipiq_mask'),
      arg1,
      arg2,
    );
  }

  lwkt_wait_ipiq(cpu: number, seq: number): Steps {
    return lwkt.lwkt_wait_ipiq(this.context, cpu, seq);
  }

  register_int(vector: number, td: number): void {
    lwkt.register_int(this.context, vector, td);
  }

  raise_int(cpu: number, vector: number): Steps {
    return lwkt.raise_int(this.context, cpu, vector);
  }

  // ---- CPUs that stand still
  // -------------------------------------------------------------------------------

  /**
   * A sync of the CPUs in a mask (`high`: from 32 on); each runs the registered function at its end. Gives
   * its address.
   */
  *lwkt_cpusync_init(mask: number, name: string | null = null, data = 0, high = 0): Steps<number> {
    const number = name === null ? 0 : this.numberOf(name, 'lwkt_cpusync_init');
    const sync = yield* this.kmallocStruct(lwkt.Cpusync, 'cpusync');
    lwkt.lwkt_cpusync_init(this.context, sync, mask, number, data, high);
    return sync;
  }

  /** Returns when all of them stand still. */
  lwkt_cpusync_interlock(sync: number): Steps {
    return lwkt.lwkt_cpusync_interlock(this.context, sync);
  }

  /** Lets them go on, when each has run the function. */
  lwkt_cpusync_deinterlock(sync: number): Steps {
    return lwkt.lwkt_cpusync_deinterlock(this.context, sync);
  }

  /** Both at once. */
  lwkt_cpusync_simple(mask: number, name: string, data = 0, high = 0): Steps {
    const number = this.numberOf(name, 'lwkt_cpusync_simple');
    return lwkt.lwkt_cpusync_simple(this.context, mask, number, data, high);
  }

  // ---- the test itself
  // -------------------------------------------------------------------------------------

  /** Fails the run unless `ok` is true. */
  assert(ok: boolean, text: string): void {
    if (typeof ok !== 'boolean') {
      this.context.misuse(
        'scenario-misuse',
        `k.assert("${text}") was given ${String(ok)}: true or false is needed`,
      );
    }
    if (!ok) this.context.misuse('assertion', text);
  }

  fail(text: string): never {
    return this.context.misuse('assertion', text);
  }

  panic(text: string): never {
    return this.context.panic(text);
  }

  /** 0 to n - 1, explored like a scheduling choice. */
  choose(n: number): number {
    return this.context.choose(n);
  }

  /** A line in the trace, or on the console of a live machine. */
  log(text: string): void {
    this.context.log(text);
  }
}

/** The face of a context; one for each. */
export function apiOf(k: Context): KernelApi {
  const known = k.facade;
  if (known instanceof KernelApi) return known;
  const made = new KernelApi(k);
  k.facade = made;
  return made;
}
