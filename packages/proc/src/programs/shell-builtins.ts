/**
 * Owns the commands a shell does itself: those about its directory, jobs, history and variables, and a few
 * that would not be worth a process. Each gives an exit status.
 */
import type { Steps } from '@smplab/lwkt';
import { strerror } from '../errno.ts';
import { NSIG } from '../signal/sigacts.ts';
import { isSignal, SIGTERM, signalName } from '../signal/signals.ts';
import type { User } from '../user/user.ts';
import type { JobList, ShellJob } from './shell-jobs.ts';

/** What a builtin sees of the shell. */
export interface ShellState {
  readonly u: User;
  readonly jobs: JobList;
  readonly history: readonly string[];
  readonly variables: Map<string, string>;
  readonly isInteractive: boolean;
  status: number;
  complain(text: string): Steps;
  mayExit(): Steps<boolean>;
  notify(): Steps;
  resume(job: ShellJob, isForeground: boolean): Steps;
  waitFor(job: ShellJob | null, pid: number): Steps;
  isExiting: boolean;
}

type Builtin = (shell: ShellState, words: readonly string[]) => Steps<number>;

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', succeed],
  ['true', succeed],
  ['false', fail],
  ['echo', echo],
  ['cd', cd],
  ['pwd', pwd],
  ['exit', exit],
  ['jobs', jobs],
  ['fg', fg],
  ['bg', bg],
  ['wait', wait],
  ['kill', kill],
  ['history', history],
  ['unset', unset],
  ['help', help],
]);

function* succeed(): Steps<number> {
  return 0;
}

function* fail(): Steps<number> {
  return 1;
}

function* echo(shell: ShellState, words: readonly string[]): Steps<number> {
  const hasEnd = words.at(1) !== '-n';
  const text = words.slice(hasEnd ? 1 : 2).join(' ');
  return yield* print(shell, 'echo', hasEnd ? `${text}\n` : text);
}

/** Writes to standard output, and complains where that is not to be: gives the exit status. */
function* print(shell: ShellState, command: string, text: string): Steps<number> {
  if ((yield* shell.u.write(1, text)) >= 0) return 0;
  yield* shell.complain(`${command}: write error: ${strerror(shell.u.errno)}`);
  return 1;
}

function* cd(shell: ShellState, words: readonly string[]): Steps<number> {
  const path = words.at(1) ?? shell.u.getenv('HOME') ?? '/';
  if ((yield* shell.u.chdir(path)) >= 0) return 0;
  yield* shell.complain(`cd: ${path}: ${strerror(shell.u.errno)}`);
  return 1;
}

function* pwd(shell: ShellState): Steps<number> {
  const path = yield* shell.u.getcwd();
  if (path !== null) return yield* print(shell, 'pwd', `${path}\n`);
  yield* shell.complain(`pwd: ${strerror(shell.u.errno)}`);
  return 1;
}

function* exit(shell: ShellState, words: readonly string[]): Steps<number> {
  const code = words.at(1) ?? String(shell.status);
  if (!/^\d+$/.test(code)) {
    yield* shell.complain(`exit: ${code}: a number is needed`);
    return 2;
  }
  return (yield* shell.mayExit()) ? Number(code) & 0xff : 1;
}

function* jobs(shell: ShellState): Steps<number> {
  // Those that are done are told of, and forgotten.
  yield* shell.notify();
  return yield* print(shell, 'jobs', shell.jobs.all.map((job) => `${shell.jobs.line(job)}\n`).join(''));
}

function* fg(shell: ShellState, words: readonly string[]): Steps<number> {
  const job = yield* jobNamed(shell, words);
  if (job === null) return 1;
  yield* shell.u.write(1, `${job.text.replace(/ &$/, '')}\n`);
  yield* shell.resume(job, true);
  return shell.status;
}

function* bg(shell: ShellState, words: readonly string[]): Steps<number> {
  const job = yield* jobNamed(shell, words);
  if (job === null) return 1;
  yield* shell.u.write(1, `[${job.number}] ${job.text.replace(/ &$/, '')} &\n`);
  yield* shell.resume(job, false);
  return 0;
}

function* jobNamed(shell: ShellState, words: readonly string[]): Steps<ShellJob | null> {
  const name = words.at(1);
  if (!shell.isInteractive) {
    yield* shell.complain(`${words[0]}: no job control`);
    return null;
  }
  yield* shell.notify();
  const job = shell.jobs.find(name);
  if (job === undefined) yield* shell.complain(`${words[0]}: ${name ?? 'current job'}: no such job`);
  return job ?? null;
}

/** Until all jobs are done, or those named; the status is that of the last. */
function* wait(shell: ShellState, words: readonly string[]): Steps<number> {
  const { u } = shell;
  const names = words.slice(1);
  if (names.length === 0) {
    while ((yield* u.wait()).pid > 0);
    yield* shell.notify();
    for (const job of shell.jobs.all) if (job.state === 'Running') shell.jobs.remove(job);
    return 0;
  }
  for (const name of names) {
    const job = name.startsWith('%') ? shell.jobs.find(name) : shell.jobs.byPid(Number(name));
    if (job === undefined) {
      yield* shell.complain(`wait: ${name}: no such job`);
      shell.status = 127;
      continue;
    }
    yield* shell.waitFor(job, job.pid);
  }
  return shell.status;
}

/** kill -l, kill [-signal] pid | %job ... */
function* kill(shell: ShellState, words: readonly string[]): Steps<number> {
  const { u } = shell;
  let signal = SIGTERM;
  let at = 1;
  const option = words.at(1) ?? '';
  if (option === '-l') {
    for (let each = 1; each < NSIG; each++)
      yield* u.print(`${each}) SIG${signalName(each).replace(/^SIG/, '')}`);
    return 0;
  }
  if (/^-./.test(option)) {
    signal = /^-\d+$/.test(option) ? Number(option.slice(1)) : signalNumber(option.slice(1));
    at = 2;
  }
  if (signal !== 0 && !isSignal(signal)) {
    yield* shell.complain(`kill: ${option}: no such signal`);
    return 1;
  }
  if (at >= words.length) {
    yield* shell.complain('kill: usage: kill [-signal] pid | %job ...');
    return 2;
  }
  let code = 0;
  for (const name of words.slice(at)) {
    const job = name.startsWith('%') ? shell.jobs.find(name) : undefined;
    const isNumber = /^-?\d+$/.test(name);
    const error =
      job !== undefined
        ? yield* u.killpg(job.pid, signal)
        : isNumber
          ? yield* u.kill(Number(name), signal)
          : -2;
    if (error >= 0) continue;
    code = 1;
    yield* shell.complain(`kill: ${name}: ${error === -2 ? 'no such job' : strerror(u.errno)}`);
  }
  return code;
}

/** By name, with SIG or without; -1 for none. */
function signalNumber(name: string): number {
  const wanted = `SIG${name.toUpperCase().replace(/^SIG/, '')}`;
  for (let signal = 1; isSignal(signal); signal++) if (signalName(signal) === wanted) return signal;
  return -1;
}

function* history(shell: ShellState): Steps<number> {
  const lines = shell.history.map((line, at) => `${String(at + 1).padStart(5)}  ${line}\n`);
  return yield* print(shell, 'history', lines.join(''));
}

function* unset(shell: ShellState, words: readonly string[]): Steps<number> {
  for (const name of words.slice(1)) shell.variables.delete(name);
  return 0;
}

function* help(shell: ShellState): Steps<number> {
  const own = `the shell itself: ${[...BUILTINS.keys()].join(' ')}\n`;
  const others =
    'programs: those under /bin and /sbin; also a; b  a && b  a || b  a &  a <file >file >>file\n';
  return yield* print(shell, 'help', own + others);
}
