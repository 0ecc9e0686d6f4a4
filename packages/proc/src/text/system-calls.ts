/**
 * Owns the system calls of text programs: how the words in r1 to r5 become the arguments of the kernel's own
 * functions, and what of their results goes into user memory. Each gives what those give: 0 and more, a
 * negative errno, or RESTART. Run by the lwp itself.
 *
 *     struct sigaction  { handler, flags, mask }         struct timespec { seconds, nanoseconds }
 *     struct lwp_params { function, argument, stack, address for the tid, another one }
 */
import type { Context, Steps } from '@smplab/lwkt';
import * as prot from '../cred/prot.ts';
import { EFAULT, EINVAL, ENOSYS } from '../errno.ts';
import * as file from '../file/calls.ts';
import { sys_execve } from '../life/exec.ts';
import { sys_exit } from '../life/exit.ts';
import { sys_fork, sys_rfork, sys_vfork } from '../life/fork.ts';
import { sys_extexit, sys_lwp_create, sys_lwp_gettid } from '../life/lwp-calls.ts';
import { sys_nanosleep, sys_sched_yield } from '../life/sleep.ts';
import { sys_wait4, type WaitResult } from '../life/wait.ts';
import { sys_kill } from '../signal/kill.ts';
import { PT_READ_D, PT_READ_I, sys_ptrace } from '../signal/ptrace.ts';
import { sys_sigaction, sys_sigpending, sys_sigprocmask, sys_sigsuspend } from '../signal/sigaction.ts';
import { SIGSYS } from '../signal/signals.ts';
import { trapsignal } from '../signal/trapsignal.ts';
import { L, TF_PC, TF_SP } from '../table/lwp.ts';
import * as process from '../table/prot.ts';
import { SYSTEM_CALL_NUMBERS, type SystemCallName } from './system-call-numbers.ts';
import {
  copyin,
  copyinstr,
  copyinTexts,
  copyinWord,
  copyinWords,
  copyout,
  copyoutWord,
} from './user-copy.ts';
import type { UserWords } from './user-words.ts';

/** A system call with its arguments as words. */
type TextCall = (user: UserWords, lp: number, a: number, b: number, c: number, d: number) => Steps<number>;

const NANOSECONDS = 1e9;
const WORD = 4;
/** How of extexit: only this lwp; store the status first. */
const EXTEXIT_LWP = 0x10000;
const EXTEXIT_SETINT = 1;

/** Calls that take words and give a word. */
const simple =
  (call: (k: Context, ...words: number[]) => Steps<number>): TextCall =>
  ({ k }, _lp, a, b) =>
    call(k, a, b);

/** sigreturn, which gives no result, is the interpreter's own. */
const CALLS: Readonly<Record<Exclude<SystemCallName, 'sigreturn'>, TextCall>> = {
  exit: ({ k }, _lp, status) => sys_exit(k, status),
  fork: ({ k }) => sys_fork(k, 0, 0),
  vfork: ({ k }) => sys_vfork(k, 0, 0),
  rfork: ({ k }, _lp, flags) => sys_rfork(k, flags, 0, 0),
  lwp_create,
  lwp_gettid: simple(sys_lwp_gettid),
  extexit,
  execve,
  wait4,
  read,
  write,
  open: (user, _lp, path, flags) => withPath(user, path, (text) => file.sys_open(user.k, text, flags)),
  chdir: (user, _lp, path) => withPath(user, path, (text) => file.sys_chdir(user.k, text)),
  close: simple(file.sys_close),
  dup: simple(file.sys_dup),
  dup2: simple(file.sys_dup2),
  getpid: simple(process.sys_getpid),
  getppid: simple(process.sys_getppid),
  getpgrp: simple(process.sys_getpgrp),
  getpgid: simple(process.sys_getpgid),
  getsid: simple(process.sys_getsid),
  setpgid: simple(process.sys_setpgid),
  setsid: simple(process.sys_setsid),
  getuid: simple(prot.sys_getuid),
  geteuid: simple(prot.sys_geteuid),
  getgid: simple(prot.sys_getgid),
  getegid: simple(prot.sys_getegid),
  setuid: simple(prot.sys_setuid),
  seteuid: simple(prot.sys_seteuid),
  setgid: simple(prot.sys_setgid),
  setegid: simple(prot.sys_setegid),
  issetugid: simple(prot.sys_issetugid),
  kill: simple(sys_kill),
  ptrace,
  sigaction,
  sigprocmask,
  sigpending,
  sigsuspend,
  nanosleep,
  sched_yield: simple(sys_sched_yield),
};

const BY_NUMBER: ReadonlyMap<number, TextCall> = new Map(
  Object.entries(CALLS).map(([name, call]) => [SYSTEM_CALL_NUMBERS[name as SystemCallName], call]),
);

/** Issues the system call of the registers. */
export function* textCall(user: UserWords, lp: number): Steps<number> {
  const { k } = user;
  const frame = lp + L.lwp_trapframe;
  const { words } = k;
  words[lp + L.lwp_nsyscall]++;
  const call = BY_NUMBER.get(words[frame]);
  if (call !== undefined)
    return yield* call(user, lp, words[frame + 1], words[frame + 2], words[frame + 3], words[frame + 4]);
  // nosys: who does not want to die of it sees the errno.
  yield* trapsignal(k, lp, SIGSYS);
  return -ENOSYS;
}

function* withPath(user: UserWords, path: number, call: (text: string) => Steps<number>): Steps<number> {
  const text = yield* copyinstr(user, path);
  return text === null ? -EFAULT : yield* call(text);
}

function* execve(user: UserWords, _lp: number, path: number, argv: number, env: number): Steps<number> {
  const text = yield* copyinstr(user, path);
  const args = text === null ? null : yield* copyinTexts(user, argv);
  const names = args === null ? null : yield* copyinTexts(user, env);
  if (text === null || args === null || names === null) return -EFAULT;
  return yield* sys_execve(user.k, text, args, names);
}

/** Of the address for resource use only NULL is possible. */
function* wait4(
  user: UserWords,
  _lp: number,
  pid: number,
  status: number,
  options: number,
  rusage: number,
): Steps<number> {
  if (rusage !== 0) return -EINVAL;
  const result: WaitResult = { status: 0 };
  const found = yield* sys_wait4(user.k, pid, options, result);
  if (found <= 0 || status === 0) return found;
  return (yield* copyoutWord(user, status, result.status)) ? found : -EFAULT;
}

function* read(user: UserWords, _lp: number, fd: number, to: number, count: number): Steps<number> {
  const result: file.ReadResult = {};
  const got = yield* file.sys_read(user.k, fd, count, result);
  if (got <= 0 || result.bytes === undefined) return got;
  return (yield* copyout(user, to, result.bytes)) ? got : -EFAULT;
}

function* write(user: UserWords, _lp: number, fd: number, from: number, count: number): Steps<number> {
  if (count < 0) return -EINVAL;
  const bytes = yield* copyin(user, from, count);
  return bytes === null ? -EFAULT : yield* file.sys_write(user.k, fd, bytes);
}

/** The new lwp starts with what is in the registers of this one: the call lends it the ones it is to have. */
function* lwp_create(user: UserWords, lp: number, params: number): Steps<number> {
  const { k } = user;
  const given = yield* copyinWords(user, params, 5);
  if (given === null) return -EFAULT;
  const [code, arg, stack, ...tids] = given;
  const frame = lp + L.lwp_trapframe;
  const own = k.words.slice(frame, frame + TF_PC + 1);
  k.words[frame + TF_PC] = code;
  k.words[frame + TF_SP] = stack;
  const tid = yield* sys_lwp_create(k, arg, 0);
  k.words.set(own, frame);
  if (tid < 0) return tid;
  for (const address of tids) {
    if (address !== 0 && !(yield* copyoutWord(user, address, tid))) return -EFAULT;
  }
  return 0;
}

function* extexit(user: UserWords, _lp: number, how: number, status: number, to: number): Steps<number> {
  const action = how & (EXTEXIT_LWP - 1);
  if (action > EXTEXIT_SETINT || how < 0 || how - action > EXTEXIT_LWP) return -EINVAL;
  if (action === EXTEXIT_SETINT && !(yield* copyoutWord(user, to, status))) return -EFAULT;
  return how - action === EXTEXIT_LWP ? yield* sys_extexit(user.k, status) : yield* sys_exit(user.k, status);
}

/** The word that PT_READ_I and PT_READ_D give is the result. */
function* ptrace(
  user: UserWords,
  _lp: number,
  request: number,
  pid: number,
  address: number,
  data: number,
): Steps<number> {
  const result = { word: 0 };
  const error = yield* sys_ptrace(user.k, request, pid, address, data, result);
  if (error !== 0 || (request !== PT_READ_I && request !== PT_READ_D)) return error;
  // A word may look like an errno: it goes where `data` says, if that is not NULL.
  if (data === 0) return result.word & 0x7fffffff;
  return (yield* copyoutWord(user, data, result.word)) ? 0 : -EFAULT;
}

function* sigaction(user: UserWords, _lp: number, signal: number, act: number, old: number): Steps<number> {
  const given = act === 0 ? [] : yield* copyinWords(user, act, 3);
  if (given === null) return -EFAULT;
  const [handler = null, flags = 0, mask = 0] = given as (number | undefined)[];
  const before = { action: 0, mask: 0, flags: 0 };
  const result = yield* sys_sigaction(user.k, signal, handler, mask, flags, before);
  if (result < 0 || old === 0) return result;
  const words = [before.action, before.flags, before.mask];
  for (let at = 0; at < words.length; at++) {
    if (!(yield* copyoutWord(user, old + WORD * at, words[at]))) return -EFAULT;
  }
  return result;
}

function* sigprocmask(user: UserWords, _lp: number, how: number, set: number, old: number): Steps<number> {
  const mask = set === 0 ? 0 : yield* copyinWord(user, set);
  if (mask === null) return -EFAULT;
  const before = { mask: 0 };
  const result = yield* sys_sigprocmask(user.k, how, set === 0 ? null : mask, before);
  if (result < 0 || old === 0) return result;
  return (yield* copyoutWord(user, old, before.mask)) ? result : -EFAULT;
}

function* sigpending(user: UserWords, _lp: number, to: number): Steps<number> {
  const pending = { mask: 0 };
  const result = yield* sys_sigpending(user.k, pending);
  return (yield* copyoutWord(user, to, pending.mask)) ? result : -EFAULT;
}

function* sigsuspend(user: UserWords, _lp: number, set: number): Steps<number> {
  const mask = yield* copyinWord(user, set);
  return mask === null ? -EFAULT : yield* sys_sigsuspend(user.k, mask);
}

function* nanosleep(user: UserWords, _lp: number, request: number): Steps<number> {
  const time = yield* copyinWords(user, request, 2);
  if (time === null) return -EFAULT;
  const [seconds, nanoseconds] = time;
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NANOSECONDS) return -EINVAL;
  const { hz } = user.k.kernel.limits;
  return yield* sys_nanosleep(user.k, seconds * hz + Math.ceil((nanoseconds * hz) / NANOSECONDS));
}
