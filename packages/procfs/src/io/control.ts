/**
 * Owns ctl (procfs_control of FreeBSD's procfs_ctl.c, of NetBSD's until 2017): words that trace a process,
 * let it go on, or send it a signal. Run by the thread that writes, in a transaction, with p_reflock shared:
 * the process neither execs nor exits meanwhile, but for `wait` (control-wait.ts). Guards: p_token of the
 * process.
 *
 *     attach  traced by the writer from here on, who is its parent now; it stops
 *     wait    until it has stopped
 *     step, run, a signal of a stopped process one traces: it goes on; any other process is sent the signal
 *     detach  back to the parent it had; it goes on
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, EOPNOTSUPP, kern, P, uioResid, uioUntake } from '@smplab/proc';
import { procfs } from '../procfs-kernel.ts';
import { checkEndOfTrace } from '../oracle/traces.ts';
import { procfs_ctlattach } from './control-attach.ts';
import { procfs_ctlwait } from './control-wait.ts';
import { takeMessage } from './text-message.ts';
import { isOwnTracee, isOwnTraceeStopped } from './tracee.ts';
import type { Transfer } from './transfer.ts';

const { curproc, ksignal, P_TRACED, proc_delsigs, ptrace_detach, ptrace_resume, ptrace_single_step } = kern;
const { sigbit, signalNumber, SIGSTOP, SIGTHR, SIGTRAP } = kern;

/** PROCFS_CTLLEN. */
const CTL_BYTES = 8;
/** Signals that have another name too. */
const OTHER_NAMES: Readonly<Record<string, string>> = { iot: 'abrt' };

/** What a word does to a process whose p_token is held. */
type Action = (k: Context, p: number) => Steps<number>;

const ACTIONS: Readonly<Record<string, Action | undefined>> = { detach, step, run };

export function* procfs_control(k: Context, at: Transfer): Steps<number> {
  if (!at.isWrite) return EOPNOTSUPP;
  const given = uioResid(k, at.uio);
  const message = takeMessage(k, at.uio, CTL_BYTES);
  if (typeof message === 'number') return message;
  const error = yield* message === 'wait'
    ? procfs_ctlwait(k, at)
    : message === 'attach'
      ? procfs_ctlattach(k, at)
      : perform(k, message, at);
  // A call that was interrupted has written nothing, or it would not be told.
  if (error !== 0) uioUntake(k, at.uio, given - uioResid(k, at.uio));
  return error;
}

function* perform(k: Context, message: string, { p }: Transfer): Steps<number> {
  const action = Object.hasOwn(ACTIONS, message) ? ACTIONS[message] : undefined;
  const signal = action === undefined ? signalOf(message) : 0;
  if (action === undefined && signal === 0) return EOPNOTSUPP;
  yield* k.gettoken(p + P.p_token);
  const error = action === undefined ? yield* send(k, p, signal) : yield* action(k, p);
  yield* k.reltoken(p + P.p_token);
  return error;
}

/** The signal of a name in lower case; 0 if there is none. */
export function signalOf(message: string): number {
  if (!/^[a-z][a-z0-9]*$/.test(message) || message.startsWith('sig')) return 0;
  const signal = signalNumber(Object.hasOwn(OTHER_NAMES, message) ? OTHER_NAMES[message] : message) ?? 0;
  return signal === SIGTHR ? 0 : signal;
}

/** A process that is not traced is left alone; only its tracer ends a trace. */
function* detach(k: Context, p: number): Steps<number> {
  if ((k.peek(p + P.p_flags) & P_TRACED) === 0) return 0;
  if (!isOwnTracee(k, p) && !procfs(k).asSeed['procfs-detach-anybody']) return EBUSY;
  checkEndOfTrace(k, p, curproc(k));
  // A trap would end the process, and the stop of `attach`, if it has not come yet, nobody would end.
  yield* proc_delsigs(k, p, sigbit(SIGTRAP) | sigbit(SIGSTOP));
  yield* ptrace_detach(k, p);
  yield* ptrace_resume(k, p, 0);
  return 0;
}

function* step(k: Context, p: number): Steps<number> {
  if (!isOwnTraceeStopped(k, p)) return EBUSY;
  const error = yield* ptrace_single_step(k, p);
  if (error === 0) yield* ptrace_resume(k, p, 0);
  return error;
}

function* run(k: Context, p: number): Steps<number> {
  if (!isOwnTraceeStopped(k, p)) return EBUSY;
  yield* ptrace_resume(k, p, 0);
  return 0;
}

/** A process one has stopped takes the signal and goes on. The caller holds p_token. */
function* send(k: Context, p: number, signal: number): Steps<number> {
  if (isOwnTraceeStopped(k, p)) yield* ptrace_resume(k, p, signal);
  else yield* ksignal(k, p, signal);
  return 0;
}
