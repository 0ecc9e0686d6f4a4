/**
 * Owns how the programs of the conformance suite tell what a system call gave: one line for each call, with
 * processes by the names the program gave them, signals and errors by theirs. JavaScript, because the workers
 * of live machines load it too.
 *
 *     kill(kid, SIGTERM) = 0        wait4(kid, 0) = kid killed by SIGTERM        kill(nobody, 0) = -1 ESRCH
 *
 * Lines go to a file that all workers append to: what is written earlier is there earlier, on whatever CPU.
 */
import { TextDecoder } from 'node:util';
import { appendFileSync } from 'node:fs';
import { errnoName } from '@smplab/proc';

/** Names the file; workers get it with their environment. */
export const LINES_VARIABLE = 'SMPLAB_CONFORMANCE_LINES';

const SIGNALS = [
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'EMT', 'FPE', 'KILL', 'BUS', 'SEGV', 'SYS', 'PIPE'],
  ...['ALRM', 'TERM', 'URG', 'STOP', 'TSTP', 'CONT', 'CHLD', 'TTIN', 'TTOU', 'IO', 'XCPU', 'XFSZ'],
  ...['VTALRM', 'PROF', 'WINCH', 'INFO', 'USR1', 'USR2', 'THR'],
];

/** Signals as arguments that are told by name: `SIG.TERM` is `['SIGTERM', 15]`. */
export const SIG = Object.fromEntries(SIGNALS.map((name, at) => [name, [`SIG${name}`, at + 1]]));

/** The set of some signals. */
export function bits(...signals) {
  return signals.reduce((set, [, number]) => set | (1 << (number - 1)), 0);
}

/** A set of signals as an argument, told by their names. */
export function sigset(...signals) {
  return [`{${signals.map(([name]) => name).join(' ')}}`, bits(...signals)];
}

/** A number as an argument, told by a name: [name, number]. */
export function named(constants) {
  return Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, [name, value]]));
}

export const WAIT = named({ WNOHANG: 1, WUNTRACED: 2, WCONTINUED: 4, WNOWAIT: 8 });
export const RF = named({
  ...{ RFFDG: 1 << 2, RFPROC: 1 << 4, RFMEM: 1 << 5, RFNOWAIT: 1 << 6, RFCFDG: 1 << 12 },
  ...{ RFSIGSHARE: 1 << 14, RFPGLOCK: 1 << 30, RFPPWAIT: 1 << 31 },
});
/** A pid that no process of a conformance run gets. */
export const NOBODY = ['nobody', 399];

/** Several flags as one argument. */
export function flags(...each) {
  return [each.map(([name]) => name).join('|'), each.reduce((all, [, value]) => all | value, 0)];
}

export function signalName(number) {
  return SIGNALS[number - 1] === undefined ? `signal ${number}` : `SIG${SIGNALS[number - 1]}`;
}

/** Calls whose result is a process or a group. */
const GIVES_PID = new Set([
  ...['fork', 'vfork', 'rfork', 'getpid', 'getppid', 'getpgrp', 'getpgid', 'getsid', 'setsid'],
]);
/** Calls whose result is a set of signals. */
const GIVES_SET = new Set(['sigprocmask', 'sigpending']);

/** Writes a line. */
export function say(text) {
  appendFileSync(process.env[LINES_VARIABLE], `${text}\n`);
}

/** What wait4 says of a child. */
export function statusText(status) {
  const signal = status & 0x7f;
  if (status === SIG.CONT[1]) return 'continued';
  if (signal === 0x7f) return `stopped by ${signalName(status >> 8)}`;
  return signal === 0 ? `exited ${status >> 8}` : `killed by ${signalName(signal)}`;
}

/** Tells for one process; `mask` is what it waits for partners with (await). */
export class Teller {
  #names = new Map();

  constructor(u) {
    this.u = u;
  }

  /** From now on a pid is told by this name; gives it as an argument. */
  call(name, pid) {
    this.#names.set(pid, name);
    return [name, pid];
  }

  /** The name of a pid. */
  who(pid) {
    return pid === 0 || pid === 1 ? String(pid) : (this.#names.get(pid) ?? 'somebody');
  }

  /** Issues a call and tells what it gave; arguments are values, or [name, value]. */
  *run(method, ...args) {
    const { u } = this;
    u.errno = 0;
    const result = yield* u[method](...args.map(valueOf));
    say(`${method}(${args.map(textOf).join(', ')}) = ${this.#result(method, result)}`);
    return result;
  }

  /** Makes a child by fork, vfork or rfork, under a name; tells that, and gives the child as an argument. */
  *born(name, method, ...args) {
    const { u } = this;
    const pid = yield* u[method](...args.map(valueOf));
    if (pid > 0) this.#names.set(pid, name);
    say(`${method}(${args.map(textOf).join(', ')}) = ${this.#result(method, pid)}`);
    return [name, pid];
  }

  /** Waits for a child that has ended, and tells how. */
  *reap(child) {
    return yield* this.run('wait4', child, 0);
  }

  #result(method, result) {
    const { errno } = this.u;
    if (result === undefined) return 'nothing';
    if (result === null) return errno === 0 ? 'null' : `null ${errnoName(errno)}`;
    if (typeof result === 'string') return JSON.stringify(result);
    if (typeof result === 'number')
      return result < 0 && !GIVES_SET.has(method) ? `-1 ${errnoName(errno)}` : this.#number(method, result);
    if (result instanceof Uint8Array) return JSON.stringify(new TextDecoder().decode(result));
    if ('status' in result) return this.#waited(result);
    if ('bytes' in result) return `${result.result === 0 ? 'ok' : errnoName(errno)}, ${result.length} bytes`;
    return JSON.stringify(result).replaceAll('"', '');
  }

  #number(method, result) {
    if (GIVES_PID.has(method)) return this.who(result);
    if (!GIVES_SET.has(method)) return String(result);
    if (result === -1) return `-1 ${errnoName(this.u.errno)}`;
    return `{${SIGNALS.filter((_, at) => ((result >> at) & 1) !== 0)
      .map((name) => `SIG${name}`)
      .join(' ')}}`;
  }

  #waited({ pid, status }) {
    if (pid < 0) return `-1 ${errnoName(this.u.errno)}`;
    return pid === 0 ? '0' : `${this.who(pid)} ${statusText(status)}`;
  }
}

function valueOf(arg) {
  return Array.isArray(arg) && arg.length === 2 && typeof arg[0] === 'string' ? arg[1] : arg;
}

/** A text in one line. */
function escaped(text) {
  return JSON.stringify(text).slice(1, -1);
}

function textOf(arg) {
  if (Array.isArray(arg) && arg.length === 2 && typeof arg[0] === 'string') return arg[0];
  if (typeof arg === 'string') return arg.length > 40 ? `${arg.length} characters` : escaped(arg);
  if (arg instanceof Uint8Array) return JSON.stringify(new TextDecoder().decode(arg));
  if (typeof arg === 'number' || arg === null) return String(arg);
  const text = JSON.stringify(arg).replaceAll('"', '');
  return text.length > 60 ? `${text.length} characters` : text;
}
