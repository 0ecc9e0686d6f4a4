/**
 * Owns the signals: their numbers and names, those of DragonFly up to 32, and what each does to a process
 * that has not said otherwise (sigproptbl of kern_sig.c). Pure data. A set of signals is one word (sigbit).
 */

/** What a signal does by default. */
export type SignalDefault = 'terminate' | 'core' | 'stop' | 'ttystop' | 'ignore' | 'continue';

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGEMT = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGBUS = 10;
export const SIGSEGV = 11;
export const SIGSYS = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGURG = 16;
export const SIGSTOP = 17;
export const SIGTSTP = 18;
export const SIGCONT = 19;
export const SIGCHLD = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGIO = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGINFO = 29;
export const SIGUSR1 = 30;
export const SIGUSR2 = 31;
export const SIGTHR = 32;

/** By number, from 1. */
const TABLE: readonly (readonly [string, SignalDefault])[] = [
  ['SIGHUP', 'terminate'],
  ['SIGINT', 'terminate'],
  ['SIGQUIT', 'core'],
  ['SIGILL', 'core'],
  ['SIGTRAP', 'core'],
  ['SIGABRT', 'core'],
  ['SIGEMT', 'core'],
  ['SIGFPE', 'core'],
  ['SIGKILL', 'terminate'],
  ['SIGBUS', 'core'],
  ['SIGSEGV', 'core'],
  ['SIGSYS', 'core'],
  ['SIGPIPE', 'terminate'],
  ['SIGALRM', 'terminate'],
  ['SIGTERM', 'terminate'],
  ['SIGURG', 'ignore'],
  ['SIGSTOP', 'stop'],
  ['SIGTSTP', 'ttystop'],
  ['SIGCONT', 'continue'],
  ['SIGCHLD', 'ignore'],
  ['SIGTTIN', 'ttystop'],
  ['SIGTTOU', 'ttystop'],
  ['SIGIO', 'ignore'],
  ['SIGXCPU', 'terminate'],
  ['SIGXFSZ', 'terminate'],
  ['SIGVTALRM', 'terminate'],
  ['SIGPROF', 'terminate'],
  ['SIGWINCH', 'ignore'],
  ['SIGINFO', 'ignore'],
  ['SIGUSR1', 'terminate'],
  ['SIGUSR2', 'terminate'],
  ['SIGTHR', 'ignore'],
];

/** Whether a number is that of a signal. */
export function isSignal(signal: number): boolean {
  return Number.isInteger(signal) && signal > 0 && signal <= TABLE.length;
}

/** What the signal does by default. */
export function defaultOf(signal: number): SignalDefault {
  return TABLE[signal - 1][1];
}

/** Its name. @example signalName(9) // 'SIGKILL' */
export function signalName(signal: number): string {
  return isSignal(signal) ? TABLE[signal - 1][0] : `signal ${signal}`;
}

/** The number of a name, with or without SIG, in any case; undefined if there is no such signal. */
export function signalNumber(name: string): number | undefined {
  const wanted = name.toUpperCase().replace(/^(SIG)?/, 'SIG');
  const at = TABLE.findIndex(([each]) => each === wanted);
  return at < 0 ? undefined : at + 1;
}

/** Whether it stops a process by default. */
export function isStop(signal: number): boolean {
  return defaultOf(signal) === 'stop' || defaultOf(signal) === 'ttystop';
}

/** Whether nothing happens by default; SIGCONT counts, for it has done its work when it was sent. */
export function isIgnoredByDefault(signal: number): boolean {
  return defaultOf(signal) === 'ignore' || defaultOf(signal) === 'continue';
}
