/**
 * Owns `k`: what the body of a kernel thread, or of a message handler, gets (contracts.md, section 3). The kernel's
 * calls under their BSD names, kernel memory by word, and assertions. A thin face over the context of
 * @smplab/lwkt; functions that run on another CPU are named by the name they are registered under.
 */
import type { Condition, Step } from '@smplab/explore';
import { M_WAITOK, M_ZERO } from '@smplab/kmem';
import * as lwkt from '@smplab/lwkt';
import type { Context, Steps } from '@smplab/lwkt';
import { TOKEN_WORDS } from '@smplab/token';
import { checkedText, checkedWord } from './argument.ts';

const BYTES_PER_WORD = 4;

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

export class KernelApi {
  constructor(
    /** The context underneath, for calls this face does not have. */
    readonly context: Context,
  ) {}

  // ---- where am I ---------------------------------------------------------------------------------------

  /** Number of the CPU this code runs on. */
  get cpuid(): number {
    return this.context.cpu.cpuid;
  }

  /** The current thread. */
  get curthread(): number {
    return this.context.td;
  }

  /** CPUs of the machine. */
  get ncpus(): number {
    return this.context.kernel.ncpus;
  }

  /** Clock ticks since boot. */
  get ticks(): number {
    return this.context.kernel.ticks;
  }

  // ---- threads --------------------------------------------------------------------------------------------

  /** Starts a thread that runs the function registered under the name. */
  lwkt_create(name: string, options: ThreadOptions = {}): Steps<number> {
    return lwkt.lwkt_create(this.context, this.#function(name, 'lwkt_create'), { name, ...options });
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

  // ---- tokens ---------------------------------------------------------------------------------------------

  /** A new token; its memory stays with the machine. */
  lwkt_token_init(desc: string): number {
    checkedText(this.context, desc, 'lwkt_token_init');
    const token = this.context.allocateNow('token', TOKEN_WORDS);
    lwkt.lwkt_token_init(this.context, token, desc);
    return token;
  }

  lwkt_gettoken(token: number): Step<void> | Steps {
    return this.context.gettoken(token);
  }

  lwkt_gettoken_shared(token: number): Steps {
    return lwkt.lwkt_gettoken_shared(this.context, token);
  }

  lwkt_trytoken(token: number): Steps<boolean> {
    return lwkt.lwkt_trytoken(this.context, token);
  }

  lwkt_reltoken(token: number): Step<void> | Steps {
    return this.context.reltoken(token);
  }

  lwkt_token_swap(): void {
    lwkt.lwkt_token_swap(this.context);
  }

  lwkt_token_held(token: number): boolean {
    return lwkt.lwkt_token_held(this.context, token);
  }

  // ---- sleeping -------------------------------------------------------------------------------------------

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

  wakeup_domain(ident: number, domain: number): Steps {
    return lwkt.wakeup_domain(this.context, ident, domain);
  }

  wakeup_start_delayed(): void {
    lwkt.wakeup_start_delayed(this.context);
  }

  wakeup_end_delayed(): Steps {
    return lwkt.wakeup_end_delayed(this.context);
  }

  // ---- critical sections, messages, interrupts ----------------------------------------------------------

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
    return lwkt.lwkt_send_ipiq(this.context, cpu, this.#function(name, 'lwkt_send_ipiq'), arg1, arg2);
  }

  lwkt_send_ipiq_passive(cpu: number, name: string, arg1 = 0, arg2 = 0): Steps<number> {
    return lwkt.lwkt_send_ipiq_passive(this.context, cpu, this.#function(name, 'lwkt_send_ipiq'), arg1, arg2);
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

  // ---- memory -----------------------------------------------------------------------------------------------

  /** `bytes` of kernel memory of a type, zeroed unless the flags say otherwise; a word number. */
  *kmalloc(type: string, bytes: number, flags = M_WAITOK | M_ZERO): Steps<number> {
    const k = this.context;
    checkedText(k, type, 'kmalloc');
    if (!Number.isInteger(bytes) || bytes < 1) {
      k.misuse('scenario-misuse', `kmalloc("${type}") was given ${String(bytes)} bytes: a whole number from 1 is needed`);
    }
    const words = Math.ceil(bytes / BYTES_PER_WORD);
    const pointer = yield* k.allocate(type, words, (flags & M_ZERO) !== 0);
    if (pointer === 0 && (flags & M_WAITOK) !== 0) k.panic(`kmalloc: out of kernel memory for ${bytes} bytes of ${type}`);
    return pointer;
  }

  /** Gives a block back. */
  kfree(pointer: number, type: string): Step<void> {
    return this.context.free(checkedText(this.context, type, 'kfree'), pointer);
  }

  /** Reads a word that a token or lock guards: no step of its own, but checked for races. */
  get(location: number): number {
    return this.context.get(location);
  }

  /** Writes such a word. */
  set(location: number, value: number): void {
    this.context.set(location, value);
  }

  atomic_load_acq_int(location: number): Step<number> {
    return this.context.load(location);
  }

  atomic_store_rel_int(location: number, value: number): Step<void> {
    return this.context.store(location, checkedWord(this.context, value, 'atomic_store_rel_int'));
  }

  /** A load that orders nothing. */
  atomic_load_int(location: number): Step<number> {
    return this.context.loadRelaxed(location);
  }

  atomic_store_int(location: number, value: number): Step<void> {
    return this.context.storeRelaxed(location, checkedWord(this.context, value, 'atomic_store_int'));
  }

  atomic_fetchadd_int(location: number, delta: number): Step<number> {
    return this.context.fetchadd(location, checkedWord(this.context, delta, 'atomic_fetchadd_int'));
  }

  atomic_cmpset_int(location: number, expected: number, desired: number): Step<boolean> {
    return this.context.cmpset(location, expected, checkedWord(this.context, desired, 'atomic_cmpset_int'));
  }

  atomic_swap_int(location: number, value: number): Step<number> {
    return this.context.swap(location, checkedWord(this.context, value, 'atomic_swap_int'));
  }

  atomic_set_int(location: number, bits: number): Step<number> {
    return this.context.or(location, bits);
  }

  atomic_clear_int(location: number, bits: number): Step<number> {
    return this.context.and(location, ~bits);
  }

  cpu_mfence(): Step<void> {
    return this.context.fence();
  }

  /** Waits, with the CPU, until `(word & mask) comparison value` (EQUAL, NOT_EQUAL ... of @smplab/explore). */
  until(location: number, comparison: Condition['comparison'], value: number, mask = -1): Step<void> {
    return this.context.until(location, comparison, value, mask);
  }

  // ---- the test itself ----------------------------------------------------------------------------------------

  /** Fails the run unless `ok` is true. */
  assert(ok: boolean, text: string): void {
    if (typeof ok !== 'boolean') {
      this.context.misuse('scenario-misuse', `k.assert("${text}") was given ${String(ok)}: true or false is needed`);
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

  #function(name: string, what: string): number {
    try {
      return this.context.kernel.registry.numberOf(name);
    } catch (error) {
      return this.context.misuse('scenario-misuse', `${what}: ${(error as Error).message}`);
    }
  }
}

/** The face of a context; one for each. */
export function apiOf(k: Context): KernelApi {
  return (k.facade ??= new KernelApi(k)) as KernelApi;
}
