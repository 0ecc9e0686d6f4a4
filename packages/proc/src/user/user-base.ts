/**
 * Owns what every part of `u` is made of: the lwp it stands for, and the way into the kernel and back. A
 * system call is issued, passes the user boundary, and is issued again if a signal interrupted it and says
 * so. Runs in the thread of the lwp.
 */
import {
  type Context,
  functionNumber,
  RQF_AST_LWKT_RESCHED,
  RQF_AST_USER_RESCHED,
  type Steps,
  TD,
} from '@smplab/lwkt';
import { RESTART } from '../errno.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { checkBalance, isQuiet, userret, userretFrom } from './boundary.ts';
import { entryNumber, type UserEntry } from './image.ts';
import type { User } from './user.ts';

/** A system call of the kernel: its result of 0 or more, the negative errno, or RESTART. */
type SystemCall<A extends readonly unknown[]> = (k: Context, ...args: A) => Steps<number>;

/** The name under which a further system call of a scenario is registered. */
export function callName(name: string): string {
  return `syscall ${name}`;
}

/** A program called the kernel in a way that no errno stands for: a slip of whoever wrote it. */
export function misused(k: Context, message: string): never {
  return k.misuse('scenario-misuse', message);
}

function* ownCall(k: Context, number: number, words: readonly number[]): Steps<number> {
  const result = yield* k.call(number, ...words);
  return typeof result === 'number' ? result : 0;
}

/** A program computes for so long at once before it looks at its signals. */
const BURST_NS = 1_000_000;
/** Why it looks earlier. */
const ASKED = RQF_AST_LWKT_RESCHED | RQF_AST_USER_RESCHED;

export abstract class UserBase {
  /** Of the last system call that failed; 0 before the first. */
  errno = 0;

  constructor(
    /** The context underneath. */
    protected readonly k: Context,
    protected readonly lp: number,
  ) {}

  /** Number of the CPU it runs on. */
  get cpuid(): number {
    return this.k.cpu.cpuid;
  }

  /** CPUs of the machine. */
  get ncpus(): number {
    return this.k.kernel.ncpus;
  }

  /** Clock ticks since boot. */
  get ticks(): number {
    return this.k.kernel.ticks;
  }

  /** Ticks a second. */
  get hz(): number {
    return this.k.kernel.limits.hz;
  }

  /** Issues a system call: its result, or -1 with `errno` set. */
  protected *call<A extends readonly unknown[]>(code: SystemCall<A>, ...args: A): Steps<number> {
    const { k, lp } = this;
    for (;;) {
      k.words[lp + L.lwp_nsyscall]++;
      k.words[k.td + TD.td_incall] = 1;
      const result = yield* code(k, ...args);
      // The look of userret, made here first, as it seldom finds anything.
      checkBalance(k, lp);
      const flags = yield* k.load(lp + L.lwp_mpflags);
      if (!isQuiet(k, flags)) yield* userretFrom(k, lp, this, flags);
      k.words[k.td + TD.td_incall] = 0;
      if (result >= 0) return result;
      if (result === RESTART) continue;
      this.errno = -result;
      return -1;
    }
  }

  /** A further system call, which the scenario has brought as kernel code; gives what that returns. */
  syscall(name: string, ...words: number[]): Steps<number> {
    const { registry } = this.k.kernel;
    const number = functionNumber(callName(name));
    if (registry.find(number) === undefined) {
      misused(this.k, `there is no system call ${JSON.stringify(name)}: give it as { systemCalls: { ... } }`);
    }
    return this.call(ownCall, number, words);
  }

  /**
   * Computes: takes the time of `ns` nanoseconds of work on a CPU of speed 1. Signals are taken and others
   * run meanwhile; under explore it takes no time, and a step for each millisecond.
   */
  *compute(ns: number): Steps {
    if (!(Number.isFinite(ns) && ns >= 0)) misused(this.k, `u.compute(${ns}): a time from 0, in nanoseconds`);
    for (let left = ns; left > 0;) {
      const burst = Math.min(left, BURST_NS);
      left -= burst - (yield* this.k.compute(burst, ASKED));
      yield* this.boundary();
    }
  }

  /** Passes the boundary after an operation of the program's own. */
  protected boundary(): Steps {
    return userret(this.k, this.lp, this);
  }

  /** The number of an entry of the running image. */
  protected entry(name: string): number {
    const { k } = this;
    const image = procs(k).images.find(k.peek(curproc(k) + P.p_image));
    const number = entryNumber(name);
    if (image?.entries.has(number) === true) return number;
    const names = image === undefined ? [] : [...image.entries.values()].map((each) => each.name);
    const what = `${image?.path ?? 'this image'} has no entry ${JSON.stringify(name)}`;
    return misused(k, `${what}: its entries are ${names.join(', ')}`);
  }

  /** Runs a signal handler on top of what the program does; its errno is its own. */
  handle(entry: number, signal: number): Steps<unknown> {
    const image = procs(this.k).images.find(this.k.peek(curproc(this.k) + P.p_image));
    const body = image?.entries.get(entry)?.body;
    if (body === undefined)
      return misused(this.k, `the handler of signal ${signal} is no entry of the image`);
    return this.nested(body, signal);
  }

  private *nested(body: UserEntry, signal: number): Steps {
    const { errno } = this;
    yield* body(this as unknown as User, signal as never) as Steps<unknown>;
    this.errno = errno;
  }

  // ---- the test itself: no system calls ------------------------------------------------------------------

  /** Fails the run unless `ok` is true. */
  assert(ok: boolean, text: string): void {
    if (typeof ok !== 'boolean')
      misused(this.k, `u.assert("${text}") was given ${String(ok)}: true or false`);
    if (!ok) this.k.misuse('assertion', text);
  }

  fail(text: string): never {
    return this.k.misuse('assertion', text);
  }

  /** 0 to n - 1, explored like a scheduling choice. */
  choose(n: number): number {
    return this.k.choose(n);
  }

  /** A line in the trace, or on the console of a live machine. */
  log(text: string): void {
    this.k.log(text);
  }
}
