/**
 * Owns `attach` of ctl: the writer is the tracer of a process from here on, and its parent; the process
 * stops. Run by the thread that writes, with p_reflock of the process shared. Guards: p_token of the
 * process. Between the look at its credentials and the mark that it is traced it neither execs nor has its
 * credentials changed: an exec after that sees the mark, and raises nothing.
 */
import { type Context, type Steps, tsleep } from '@smplab/lwkt';
import { EAGAIN, EBUSY, EINVAL, kern, P } from '@smplab/proc';
import { checkTrace } from '../oracle/traces.ts';
import { procfs } from '../procfs-kernel.ts';
import { endLook } from './tracee.ts';
import type { Transfer } from './transfer.ts';

const { crfree, curcred_hold, curproc, P_TRACED, PT_ATTACH, ptrace_attach, ptrace_check } = kern;
const { reflock_leave, reflock_tryenter } = kern;

/** 0 or an errno. */
export function* procfs_ctlattach(k: Context, at: Transfer): Steps<number> {
  if (procfs(k).asSeed['procfs-attach-own-lock']) return yield* attachUnderOwnLocks(k, at);
  const { p } = at;
  yield* k.gettoken(p + P.p_token);
  let error = yield* mayAttach(k, at);
  if (error === 0 && procfs(k).asSeed['procfs-attach-unlocked']) error = yield* askAgainOf(k, at);
  if (error === 0) yield* attach(k, p);
  yield* k.reltoken(p + P.p_token);
  return error;
}

/** Both who opened ctl and who writes to it now have to be allowed to: neither does it for the other. */
function* mayAttach(k: Context, { p, cred }: Transfer): Steps<number> {
  const own = curproc(k);
  if ((k.peek(p + P.p_flags) & P_TRACED) !== 0) return EBUSY;
  if (p === own) return EINVAL;
  const cr = yield* curcred_hold(k);
  const error = ptrace_check(k, PT_ATTACH, cr, own, p) || ptrace_check(k, PT_ATTACH, cred, own, p);
  yield* crfree(k, cr);
  return error === EAGAIN ? EBUSY : error;
}

/** The caller holds p_token. */
function* attach(k: Context, p: number): Steps {
  const own = curproc(k);
  const isOwnChild = k.get(p + P.p_pptr) === own;
  yield* ptrace_attach(k, own, p);
  if (isOwnChild && procfs(k).asSeed['procfs-attach-oppid']) k.set(p + P.p_oppid, 0);
  checkTrace(k, p);
}

/**
 * As before 2002: an exec comes between the question and the attach. The caller holds p_token, for nothing.
 */
function* askAgainOf(k: Context, at: Transfer): Steps<number> {
  const { p } = at;
  yield* k.reltoken(p + P.p_token);
  yield* endLook(k, at);
  yield* waitForMemory(k);
  yield* k.gettoken(p + P.p_token);
  return (k.peek(p + P.p_flags) & P_TRACED) !== 0 ? EBUSY : 0;
}

/** All that is locked is the caller: the process execs as it likes. */
function* attachUnderOwnLocks(k: Context, at: Transfer): Steps<number> {
  const own = curproc(k);
  yield* endLook(k, at);
  if (!(yield* reflock_tryenter(k, own))) return EBUSY;
  yield* k.gettoken(own + P.p_token);
  const error = yield* mayAttach(k, at);
  if (error === 0) {
    yield* waitForMemory(k);
    yield* attach(k, at.p);
  }
  yield* k.reltoken(own + P.p_token);
  yield* reflock_leave(k, own);
  return error;
}

/** What malloc(M_WAITOK) may have to do, and others run meanwhile. */
function* waitForMemory(k: Context): Steps {
  yield* tsleep(k, k.td, 0, 'attach', 1);
}
