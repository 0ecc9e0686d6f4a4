/**
 * Owns the real interval timer of a process (setitimer of sys/kern/kern_time.c), in clock ticks. Processes
 * with a timer are on one list, by deadline; a kernel thread on cpu0, made when it is first needed, sleeps
 * until the first of them is due and sends SIGALRM. Guards: alarm_token for the list; p_alarm and p_interval
 * are changed under p_token and alarm_token and may be read under either. A process that exits takes itself
 * off the list first (P28): what is on it is not gone.
 */
import {
  type Context,
  lwkt_create,
  NOTHING,
  type Steps,
  TDPRI_SOFT_TIMER,
  tsleep,
  wakeup,
} from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { FN_ITIMERD } from '../functions.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { isListed, listFirst, listRemove } from '../queue.ts';
import { phold, prele } from '../table/hold.ts';
import { P, P_WEXIT } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { ksignal } from './ksignal.ts';
import { SIGALRM } from './signals.ts';

/** Ticks of a timer: until it fires, and from then on each time. */
export interface ItimerValue {
  value: number;
  interval: number;
}

/** Starts the timer, or ends it with 0; `old` is what was left of it. */
export function* sys_setitimer(
  k: Context,
  value: number,
  interval = 0,
  old: ItimerValue | null = null,
): Steps<number> {
  if (value < 0 || interval < 0) return -EINVAL;
  const p = curproc(k);
  if (value > 0) yield* startThread(k);
  const token = alarmToken(k);
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(token);
  if (old !== null) readTimer(k, p, old);
  disarm(k, p);
  k.set(p + P.p_interval, value === 0 ? 0 : interval);
  if (value > 0) yield* arm(k, p, k.kernel.ticks + value);
  yield* k.reltoken(token);
  yield* k.reltoken(p + P.p_token);
  return 0;
}

/** What is left of the timer. */
export function* sys_getitimer(k: Context, result: ItimerValue): Steps<number> {
  const token = alarmToken(k);
  yield* k.gettoken(token);
  readTimer(k, curproc(k), result);
  yield* k.reltoken(token);
  return 0;
}

/**
 * The process exits: nothing of its timer is left. P_WEXIT is set, so nobody starts it again. The caller
 * holds p_token, under which a timer that is not on the list, and does not come back, stays so.
 */
export function itimer_exit(k: Context, p: number): Steps {
  // Before 2011-12-07 the timer went on and fired on whatever was there then.
  if (procs(k).asSeed['alarm-exiting']) return NOTHING;
  const isOff = k.get(p + P.p_alarm) === 0 && k.get(p + P.p_interval) === 0;
  return isOff ? NOTHING : endTimer(k, p);
}

function* endTimer(k: Context, p: number): Steps {
  const token = alarmToken(k);
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(token);
  disarm(k, p);
  k.set(p + P.p_interval, 0);
  yield* k.reltoken(token);
  yield* k.reltoken(p + P.p_token);
}

function alarmToken(k: Context): number {
  return procs(k).g + G.g_alarm_token;
}

function readTimer(k: Context, p: number, result: ItimerValue): void {
  const isArmed = isListed(k, p, P.p_alarmq);
  result.value = isArmed ? Math.max(1, (k.get(p + P.p_alarm) - k.kernel.ticks) | 0) : 0;
  result.interval = k.get(p + P.p_interval);
}

function disarm(k: Context, p: number): void {
  if (isListed(k, p, P.p_alarmq)) listRemove(k, p, P.p_alarmq);
}

/** Enters the process at its place. The caller holds p_token and alarm_token. */
function* arm(k: Context, p: number, deadline: number): Steps {
  k.set(p + P.p_alarm, deadline);
  const head = procs(k).g + G.g_alarms;
  let link = head;
  let next = k.get(link);
  while (next !== 0 && ((k.get(next + P.p_alarm) - deadline) | 0) <= 0) {
    link = next + P.p_alarmq;
    next = k.get(link);
  }
  k.set(p + P.p_alarmq, next);
  k.set(p + P.p_alarmq + 1, link);
  k.set(link, p);
  if (next !== 0) k.set(next + P.p_alarmq + 1, p + P.p_alarmq);
  if (link === head) yield* wakeup(k, head);
}

function* startThread(k: Context): Steps {
  const word = procs(k).g + G.g_itimerd;
  if (k.peek(word) !== 0 || !(yield* k.cmpset(word, 0, 1))) return;
  const td = yield* lwkt_create(k, FN_ITIMERD, {
    cpu: 0,
    pri: TDPRI_SOFT_TIMER,
    name: 'itimerd',
    isSystem: true,
  });
  yield* k.store(word, td);
}

/** The thread. */
export function* itimerd(k: Context): Steps {
  const head = procs(k).g + G.g_alarms;
  const token = alarmToken(k);
  for (;;) {
    yield* k.gettoken(token);
    const p = listFirst(k, head);
    const left = p === 0 ? 0 : (k.get(p + P.p_alarm) - k.kernel.ticks) | 0;
    const isDue = p !== 0 && left <= 0;
    if (isDue) {
      yield* phold(k, p);
      listRemove(k, p, P.p_alarmq);
    } else yield* tsleep(k, head, 0, 'itimerd', left);
    yield* k.reltoken(token);
    if (isDue) yield* expire(k, p);
  }
}

/** The timer of a process, held and off the list, is due (realitexpire). */
function* expire(k: Context, p: number): Steps {
  const token = alarmToken(k);
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(token);
  const interval = k.get(p + P.p_interval);
  const isExiting = (k.peek(p + P.p_flags) & P_WEXIT) !== 0 && !procs(k).asSeed['alarm-exiting'];
  const isOn = interval > 0 && !isExiting;
  // Unless it was started anew meanwhile.
  if (isOn && !isListed(k, p, P.p_alarmq)) yield* arm(k, p, nextDeadline(k, p, interval));
  yield* k.reltoken(token);
  yield* ksignal(k, p, SIGALRM);
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
}

/** The first multiple of the interval that is still to come. */
function nextDeadline(k: Context, p: number, interval: number): number {
  const late = (k.kernel.ticks - k.get(p + P.p_alarm)) | 0;
  return (k.get(p + P.p_alarm) + interval * (1 + Math.floor(Math.max(0, late) / interval))) | 0;
}
