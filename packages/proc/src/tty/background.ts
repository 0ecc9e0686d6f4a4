/**
 * Owns what happens to a process that uses its controlling terminal from the background (sys/kern/tty.c,
 * isbackground and the loops around it): its whole group is sent SIGTTIN or SIGTTOU, and it waits. Runs in
 * the thread of the process, under tty_token, which is lost for a while.
 */
import { type Context, EWOULDBLOCK, PCATCH, type Steps } from '@smplab/lwkt';
import { EIO } from '../errno.ts';
import { curlwp, curproc } from '../proc-kernel.ts';
import { pgsignal } from '../signal/pgsignal.ts';
import { SA, sigbit } from '../signal/sigacts.ts';
import { SIGTTIN, SIGTTOU } from '../signal/signals.ts';
import { L } from '../table/lwp.ts';
import { PG } from '../table/pgrp-layout.ts';
import { pgref, pgrel } from '../table/pgrp.ts';
import { P, P_PPWAIT } from '../table/proc.ts';
import { T } from './tty-layout.ts';
import { isctty, ttysleep } from './tty.ts';

/**
 * Reading from the background: 0 once in the foreground, EIO for who cannot stop, or the error of the wait.
 */
export function backgroundRead(k: Context, tp: number): Steps<number> {
  return wait(k, tp, SIGTTIN, EIO, 'ttyin');
}

/** Writing with TOSTOP, or changing the terminal: who cannot stop may go on, but for an orphaned group. */
export function backgroundWrite(k: Context, tp: number): Steps<number> {
  return wait(k, tp, SIGTTOU, 0, 'ttybg');
}

function* wait(k: Context, tp: number, sig: number, excused: number, wmesg: string): Steps<number> {
  const p = curproc(k);
  // The kernel's own threads are in no background.
  if (p === 0) return 0;
  for (;;) {
    yield* k.gettoken(p + P.p_token);
    const pg = k.get(p + P.p_pgrp);
    const isBackground = isctty(k, p, tp) && pg !== k.get(tp + T.t_pgrp);
    const isExcused = isBackground && cannotStop(k, p, sig);
    // It may be moved to another group, but this one stays until it has its signal.
    if (isBackground && !isExcused) yield* pgref(k, pg);
    yield* k.reltoken(p + P.p_token);
    if (!isBackground) return 0;
    if (isExcused) return excused;
    yield* k.gettoken(pg + PG.pg_token);
    const isOrphaned = k.get(pg + PG.pg_jobc) === 0;
    yield* k.reltoken(pg + PG.pg_token);
    if (!isOrphaned) yield* pgsignal(k, pg, sig, 1);
    yield* pgrel(k, pg);
    if (isOrphaned) return EIO;
    // The signal ends the sleep, or stops the process in it. Then one tick goes by (a second in BSD, lbolt).
    const error = yield* ttysleep(k, tp, tp + T.t_lbolt, PCATCH, wmesg, 1);
    if (error !== 0 && error !== EWOULDBLOCK) return error;
  }
}

/** Ignored, blocked, or a child of vfork, whose parent waits for it. Under p_token. */
function cannotStop(k: Context, p: number, sig: number): boolean {
  if ((k.peek(p + P.p_flags) & P_PPWAIT) !== 0) return true;
  const ignored = k.get(k.get(p + P.p_sigacts) + SA.ps_sigignore);
  return ((ignored | k.words[curlwp(k) + L.lwp_sigmask]) & sigbit(sig)) !== 0;
}
