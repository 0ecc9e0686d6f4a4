/**
 * Owns the part of `u` about signals: sending them, what to do with them, waiting for them, timers, tracing.
 * Handlers are named entries of the program, run on top of it at the user boundary with the signal's number.
 */
import type { Steps } from '@smplab/lwkt';
import { sys_getitimer, sys_setitimer } from '../signal/itimer.ts';
import { sys_kill, sys_killpg, sys_lwp_kill } from '../signal/kill.ts';
import { sys_ptrace } from '../signal/ptrace.ts';
import {
  sys_sigaction,
  sys_sigpending,
  sys_sigprocmask,
  sys_sigsuspend,
  sys_sigtimedwait,
} from '../signal/sigaction.ts';
import { SIG_DFL, SIG_IGN } from '../signal/sigacts.ts';
import { L } from '../table/lwp.ts';
import { UserProcess, word } from './user-process.ts';

/** What a signal does: `SIG_DFL`, `SIG_IGN`, or the name of an entry. */
export type Disposition = 'SIG_DFL' | 'SIG_IGN' | (string & {});

/** How a handler is run. */
export interface ActionOptions {
  /** Signals held back while it runs, besides the signal itself. */
  readonly mask?: number;
  /** SA_RESTART, SA_RESETHAND, SA_NODEFER, SA_NOCLDSTOP, SA_NOCLDWAIT. */
  readonly flags?: number;
}

export abstract class UserSignals extends UserProcess {
  kill(pid: number, signal: number): Steps<number> {
    return this.call(sys_kill, word(this.k, 'kill', pid), word(this.k, 'kill', signal));
  }

  killpg(pgid: number, signal: number): Steps<number> {
    return this.call(sys_killpg, word(this.k, 'killpg', pgid), word(this.k, 'killpg', signal));
  }

  /** Sends a signal to one lwp of a process. */
  lwp_kill(pid: number, tid: number, signal: number): Steps<number> {
    return this.call(sys_lwp_kill, pid, tid, word(this.k, 'lwp_kill', signal));
  }

  /** Says what a signal does from now on. */
  sigaction(signal: number, action: Disposition, options: ActionOptions = {}): Steps<number> {
    const { mask = 0, flags = 0 } = options;
    return this.call(sys_sigaction, word(this.k, 'sigaction', signal), this.disposition(action), mask, flags);
  }

  /** signal(3): with SA_RESTART. */
  signal(signal: number, action: Disposition): Steps<number> {
    return this.sigaction(signal, action, { flags: 2 });
  }

  /** Changes the signals held back (SIG_BLOCK 1, SIG_UNBLOCK 2, SIG_SETMASK 3); gives the mask before. */
  *sigprocmask(how: number, mask: number): Steps<number> {
    const result = { mask: 0 };
    const error = yield* this.call(sys_sigprocmask, how, mask, result);
    return error < 0 ? -1 : result.mask;
  }

  /** Signals that are sent and held back. */
  *sigpending(): Steps<number> {
    const result = { mask: 0 };
    yield* this.call(sys_sigpending, result);
    return result.mask;
  }

  /** Waits for a signal with another mask; always -1, with EINTR. */
  sigsuspend(mask: number): Steps<number> {
    return this.call(sys_sigsuspend, mask);
  }

  /**
   * Takes one of these signals without its handler, waiting up to so many ticks (0: for ever); its number.
   */
  sigtimedwait(set: number, ticks = 0): Steps<number> {
    return this.call(sys_sigtimedwait, set, ticks);
  }

  /** Waits for a signal. */
  pause(): Steps<number> {
    return this.call(sys_sigsuspend, this.k.words[this.lp + L.lwp_sigmask]);
  }

  /** SIGALRM after so many ticks, and every `interval` ticks from then on; 0 ends it. Gives what was left. */
  *setitimer(value: number, interval = 0): Steps<number> {
    const result = { value: 0, interval: 0 };
    const error = yield* this.call(sys_setitimer, value, interval, result);
    return error < 0 ? -1 : result.value;
  }

  /** Ticks until the timer fires; 0 if it is not started. */
  *getitimer(): Steps<number> {
    const result = { value: 0, interval: 0 };
    yield* this.call(sys_getitimer, result);
    return result.value;
  }

  /** SIGALRM after so many seconds; gives the seconds that were left. */
  *alarm(seconds: number): Steps<number> {
    const left = yield* this.setitimer(Math.round(seconds * this.hz));
    return left < 0 ? left : Math.ceil(left / this.hz);
  }

  ptrace(request: number, pid: number, address = 0, data = 0): Steps<number> {
    return this.call(sys_ptrace, request, pid, address, data);
  }

  private disposition(action: Disposition): number {
    if (action === 'SIG_DFL') return SIG_DFL;
    return action === 'SIG_IGN' ? SIG_IGN : this.entry(action);
  }
}
