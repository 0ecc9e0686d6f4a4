/**
 * Owns the layout of `struct sigacts` (sys/sys/signalvar.h): what a process does with each signal. A set of
 * signals is one word: signal n is bit n - 1, 1 to 32. Guard: p_token of the process.
 *
 *     ps_isshared 0, ps_refcnt 1    the process changes it in place
 *     ps_isshared 0, ps_refcnt > 1  a parent and its children: nobody changes it, who wants to takes a copy
 *     ps_isshared 1                 of processes that fork with RFSIGSHARE: changed for all, under ps_token
 */
import { array, atomic, guardedBy, int32, nested, struct } from '@smplab/kmem';
import { Token } from '@smplab/token';

/** One more than the highest signal. */
export const NSIG = 33;

export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const SA_ONSTACK = 0x1;
export const SA_RESTART = 0x2;
export const SA_RESETHAND = 0x4;
export const SA_NOCLDSTOP = 0x8;
export const SA_NODEFER = 0x10;
export const SA_NOCLDWAIT = 0x20;

export const Sigacts = struct('sigacts', {
  ps_refcnt: atomic(int32),
  /** SIG_DFL, SIG_IGN, or the number of a named entry of the image. */
  ps_sigact: guardedBy('p_token', array(int32, NSIG)),
  ps_catchmask: guardedBy('p_token', array(int32, NSIG)),
  ps_sigintr: int32,
  ps_sigreset: int32,
  ps_signodefer: int32,
  ps_siginfo: int32,
  /** Signals that are ignored, and that have a handler: looked at by senders with `k.peek`. */
  ps_sigignore: int32,
  ps_sigcatch: int32,
  ps_flags: int32,
  /** 1 since one process forked with RFSIGSHARE. */
  ps_isshared: int32,
  /** Taken by who changes shared actions. Readers look with `k.peek`. */
  ps_token: nested(Token),
});

/** Word offsets. */
export const SA = Sigacts.offsets;

/** The bit of a signal in a set. */
export function sigbit(signal: number): number {
  return 1 << (signal - 1);
}

/** ps_flags: from SA_NOCLDWAIT and SA_NOCLDSTOP of SIGCHLD, and that SIGCHLD is ignored on purpose. */
export const PS_NOCLDWAIT = 0x1;
export const PS_NOCLDSTOP = 0x2;
export const PS_CLDSIGIGN = 0x4;
