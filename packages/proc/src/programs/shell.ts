/**
 * Owns /bin/sh: a shell with job control, as a program of the machine (the language is in shell-syntax.ts). A
 * job has a process group of its own; the one in the foreground has the terminal. A forked shell finds what
 * it is to run in its memory (shell-hand-over.ts).
 */
import type { Steps } from '@smplab/lwkt';
import { EINTR, ENOENT, strerror } from '../errno.ts';
import { WCONTINUED, WNOHANG, WUNTRACED } from '../life/wait.ts';
import { sigbit } from '../signal/sigacts.ts';
import { SIGCONT, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU } from '../signal/signals.ts';
import { TIOCGETA, TIOCGPGRP, TIOCSETA, TIOCSPGRP } from '../tty/ttycom.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { BUILTINS, type ShellState } from './shell-builtins.ts';
import { LineEditor } from './line-editor.ts';
import { LineReader } from './line-reader.ts';
import { getJob, JOB, putJob } from './shell-hand-over.ts';
import { deathOf, exitCodeOf, isStopStatus, JobList, type ShellJob } from './shell-jobs.ts';
import { type Command, expand, expandAll, type Job, parseLine, ShellSyntaxError } from './shell-syntax.ts';

/** It gets a group of its own; and the terminal. */
const F_GROUP = 1;
const F_FOREGROUND = 2;

/**
 * Those of the keyboard do nothing to the shell, but are not ignored: a job that is being forked gets them.
 */
const KEY_SIGNALS = [SIGINT, SIGQUIT, SIGTSTP];
const TTY_SIGNALS = [SIGTTIN, SIGTTOU];
const KEY_MASK = KEY_SIGNALS.reduce((mask, signal) => mask | sigbit(signal), 0);
const SIG_BLOCK = 1;
const SIG_UNBLOCK = 2;
const PATHS = ['/bin/', '/sbin/', '/usr/bin/'];
/** How redirections open files: to write to, they are made; with `>` they are emptied. */
const OPENS = { '<': 0, '>': 0x601, '>>': 0x209 } as const;
const NOT_FOUND = 127;
const NO_EXEC = 126;

export const sh: GeneratorImage = {
  /** `sh`, `sh -c command`, or `sh -s`: lines of standard input, without prompts and job control. */
  *main(u: User, ...argv: string[]) {
    const shell = new Shell(u);
    if (argv.at(0) === '-c') {
      yield* shell.line(argv.at(1) ?? '', true);
    } else if (argv.length > (argv.at(0) === '-s' ? 1 : 0)) {
      yield* u.write(2, `sh: ${argv[0]}: usage: sh [-s | -c command]\n`);
      return 2;
    } else yield* shell.interact(argv.length === 0);
    return shell.status;
  },

  /** A forked shell: runs one job. */
  *job(u: User, address: number) {
    const shell = new Shell(u);
    yield* shell.runAsChild(address);
    return shell.status;
  },

  /** A key that is for jobs. */
  *interrupted() {
    // Nothing else.
  },
};

class Shell implements ShellState {
  readonly jobs = new JobList();
  readonly history: string[] = [];
  readonly variables = new Map<string, string>();
  status = 0;
  lastBackground = 0;
  isExiting = false;
  hasWarned = false;
  /** Job control: there is a terminal, and somebody at it. */
  isInteractive = false;
  #pid = 0;
  #modes = 0;

  readonly #lines: LineReader;
  /** At a terminal that can move its cursor. */
  #editor: LineEditor | null = null;

  constructor(readonly u: User) {
    this.#lines = new LineReader(u);
  }

  // ---- reading
  // -----------------------------------------------------------------------------------------------

  /** Lines of standard input until it ends; with job control if it `mayControl` and there is a terminal. */
  *interact(mayControl: boolean): Steps {
    if (mayControl) yield* this.#takeTerminal();
    while (!this.isExiting) {
      if (this.isInteractive) yield* this.notify();
      const line = yield* this.#readLine();
      if (line === null) {
        if (this.isInteractive) yield* this.u.write(1, 'exit\n');
        if (yield* this.mayExit()) return;
        continue;
      }
      const text = yield* this.#recall(line);
      if (text === null || text.trim() === '') continue;
      if (this.isInteractive) this.history.push(text);
      yield* this.line(text);
    }
  }

  /** The next line, '' for one that was given up, null at the end of input. */
  *#readLine(): Steps<string | null> {
    const prompt = `cpu${this.u.cpuid} ${this.#pid} $ `;
    if (this.#editor !== null) {
      const end = yield* this.#editor.read(prompt);
      return typeof end === 'object' ? end.line : end === 'ended' ? null : '';
    }
    if (this.isInteractive) yield* this.u.write(1, prompt);
    return yield* this.#lines.next(this.isInteractive);
  }

  /** Runs a line; the last program of it may take the place of the shell. */
  *line(text: string, replaces = false): Steps {
    // $$ is the shell, also in what it forks.
    if (this.#pid === 0) this.#pid = yield* this.u.getpid();
    let jobs: Job[];
    try {
      jobs = parseLine(text);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      yield* this.complain(error.message);
      this.status = 2;
      return;
    }
    for (const [at, job] of jobs.entries()) {
      if (this.isExiting) return;
      if (job.isBackground) yield* this.#background(job);
      else yield* this.#foreground(job, replaces && at === jobs.length - 1);
    }
  }

  /** Warns once if jobs are stopped. */
  *mayExit(): Steps<boolean> {
    const isWarning = !this.hasWarned && this.jobs.all.some((job) => job.state === 'Stopped');
    this.hasWarned = isWarning;
    if (isWarning) yield* this.complain('you have stopped jobs');
    this.isExiting = !isWarning;
    return this.isExiting;
  }

  *complain(text: string): Steps {
    yield* this.u.write(2, `sh: ${text}\n`);
  }

  /** `!!`, `!n` and `!text` at the start of a line stand for one of the history. */
  *#recall(line: string): Steps<string | null> {
    const found = this.isInteractive ? /^\s*!(!|\d+|\w+)/.exec(line) : null;
    if (found === null) return line;
    const [whole, name] = found;
    const wanted = /^\d+$/.test(name)
      ? this.history.at(Number(name) - 1)
      : this.history.findLast((each) => name === '!' || each.startsWith(name));
    if (wanted === undefined || name === '0') {
      yield* this.complain(`${whole.trim()}: no such command in the history`);
      return null;
    }
    const text = wanted + line.slice(whole.length);
    yield* this.u.write(1, `${text}\n`);
    return text;
  }

  // ---- running
  // -----------------------------------------------------------------------------------------------

  *#foreground(job: Job, replaces: boolean): Steps {
    for (const [at, { when, command }] of job.commands.entries()) {
      if (this.isExiting) return;
      if (when === '&&' && this.status !== 0) continue;
      if (when === '||' && this.status === 0) continue;
      yield* this.#command(command, replaces && at === job.commands.length - 1);
    }
  }

  *#command(command: Command, replaces: boolean): Steps {
    const words = expandAll(command.words, this.valueOf);
    if (words.length === 0 && command.redirections.length === 0) {
      for (const { name, value } of command.assignments)
        this.variables.set(name, expand(value, this.valueOf));
      this.status = 0;
      return;
    }
    const builtin = BUILTINS.get(words[0]);
    if (builtin !== undefined && command.redirections.length === 0) {
      this.status = yield* builtin(this, words);
      return;
    }
    if (replaces) {
      yield* this.#replace(command);
      return;
    }
    const pid = yield* this.#fork(command.text, true);
    if (pid < 0) return;
    yield* this.waitFor(this.isInteractive ? this.jobs.add(pid, command.text) : null, pid);
  }

  *#background(job: Job): Steps {
    const pid = yield* this.#fork(job.text, false);
    if (pid < 0) return;
    this.lastBackground = pid;
    this.status = 0;
    const known = this.jobs.add(pid, `${job.text} &`);
    if (this.isInteractive) yield* this.u.write(1, `[${known.number}] ${pid}\n`);
  }

  /** A shell that runs the text; -1 with a message if there can be no more processes. */
  *#fork(text: string, isForeground: boolean): Steps<number> {
    const { u } = this;
    let flags = this.isInteractive ? F_GROUP : 0;
    if (this.isInteractive && isForeground) flags |= F_FOREGROUND;
    yield* putJob(u, { flags, status: this.status, text, variables: this.variables });
    // A key that is hit before the child has its own dispositions waits until then.
    if (this.isInteractive) yield* u.sigprocmask(SIG_BLOCK, KEY_MASK);
    const pid = yield* u.fork('job', JOB);
    if (pid >= 0 && this.isInteractive) {
      // Both do it: whoever comes first, the group is there when either goes on.
      yield* u.setpgid(pid, pid);
      if (isForeground) yield* tcsetpgrp(u, pid);
    }
    if (this.isInteractive) yield* u.sigprocmask(SIG_UNBLOCK, KEY_MASK);
    if (pid < 0) {
      this.status = NO_EXEC;
      yield* this.complain(`cannot fork: ${strerror(u.errno)}`);
      return pid;
    }
    return pid;
  }

  /** In the forked shell. */
  *runAsChild(address: number): Steps {
    const { u } = this;
    const { flags, status, text, variables } = yield* getJob(u, address);
    if ((flags & F_GROUP) !== 0) yield* u.setpgid(0, 0);
    if ((flags & F_FOREGROUND) !== 0) yield* tcsetpgrp(u, yield* u.getpid());
    if ((flags & F_GROUP) !== 0) {
      for (const signal of [...KEY_SIGNALS, ...TTY_SIGNALS]) yield* u.signal(signal, 'SIG_DFL');
      yield* u.sigprocmask(SIG_UNBLOCK, KEY_MASK);
    }
    this.status = status;
    // $$ is the shell, also in what it forks.
    this.#pid = yield* u.getppid();
    for (const [name, value] of variables) this.variables.set(name, value);
    yield* this.line(text, true);
  }

  /** Puts a program in the place of this shell; comes back only if that fails, or for a builtin. */
  *#replace(command: Command): Steps {
    const { u } = this;
    if (!(yield* this.#redirect(command))) {
      this.status = 1;
      return;
    }
    const words = expandAll(command.words, this.valueOf);
    if (words.length === 0) return;
    const builtin = BUILTINS.get(words[0]);
    if (builtin !== undefined) {
      this.status = yield* builtin(this, words);
      return;
    }
    const env = new Map(
      u.env.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    );
    for (const [name, value] of this.variables) env.set(name, value);
    for (const { name, value } of command.assignments) env.set(name, expand(value, this.valueOf));
    const environment = [...env].map(([name, value]) => `${name}=${value}`);
    const [name] = words;
    const paths = name.includes('/') ? [name] : PATHS.map((path) => path + name);
    for (const path of paths) yield* u.execve(path, words, environment);
    const isMissing = u.errno === ENOENT;
    this.status = isMissing ? NOT_FOUND : NO_EXEC;
    yield* this.complain(`${name}: ${isMissing ? 'not found' : strerror(u.errno)}`);
  }

  *#redirect(command: Command): Steps<boolean> {
    const { u } = this;
    for (const { fd, path, how } of command.redirections) {
      const name = expand(path, this.valueOf);
      const file = yield* u.open(name, OPENS[how]);
      if (file < 0) {
        yield* this.complain(`cannot open ${name}: ${strerror(u.errno)}`);
        return false;
      }
      if (file === fd) continue;
      yield* u.dup2(file, fd);
      yield* u.close(file);
    }
    return true;
  }

  // ---- jobs
  // --------------------------------------------------------------------------------------------------

  /** Waits until a process ends or stops, and takes the terminal back. */
  *waitFor(job: ShellJob | null, pid: number): Steps {
    const { u } = this;
    let found = yield* u.wait4(pid, job === null ? 0 : WUNTRACED);
    while (found.pid < 0 && u.errno === EINTR) found = yield* u.wait4(pid, job === null ? 0 : WUNTRACED);
    if (this.isInteractive) {
      yield* tcsetpgrp(u, yield* u.getpgrp());
      yield* u.ioctl(0, TIOCSETA, [this.#modes]);
    }
    if (found.pid < 0) {
      if (job !== null) this.jobs.remove(job);
      return;
    }
    this.status = exitCodeOf(found.status);
    if (job === null) return;
    job.status = found.status;
    if (isStopStatus(found.status)) {
      job.state = 'Stopped';
      yield* u.write(1, `\n${this.jobs.line(job)}\n`);
      return;
    }
    this.jobs.remove(job);
    const isSignalled = (found.status & 0x7f) !== 0;
    if (isSignalled) yield* u.write(1, `${deathOf(found.status)}\n`);
  }

  /** Lets a job go on, with the terminal or without. */
  *resume(job: ShellJob, isForeground: boolean): Steps {
    const { u } = this;
    job.state = 'Running';
    if (isForeground) yield* tcsetpgrp(u, job.pid);
    yield* u.killpg(job.pid, SIGCONT);
    if (isForeground) yield* this.waitFor(job, job.pid);
  }

  /** Looks what has become of the jobs, and tells of those that are done. */
  *notify(): Steps {
    const { u } = this;
    for (;;) {
      const { pid, status } = yield* u.wait4(-1, WNOHANG | WUNTRACED | WCONTINUED);
      if (pid <= 0) break;
      const job = this.jobs.byPid(pid);
      if (job === undefined) continue;
      job.status = status;
      if (isStopStatus(status)) job.state = 'Stopped';
      else job.state = isContinued(status) ? 'Running' : 'Done';
    }
    for (const job of this.jobs.all) {
      if (job.state !== 'Done') continue;
      if (this.isInteractive) yield* u.write(1, `${this.jobs.line(job)}\n`);
      this.jobs.remove(job);
    }
  }

  /** $? $$ $! and the environment. */
  readonly valueOf = (name: string): string => {
    if (name === '?') return String(this.status);
    if (name === '$') return String(this.#pid);
    if (name === '!') return this.lastBackground === 0 ? '' : String(this.lastBackground);
    return this.variables.get(name) ?? this.u.getenv(name) ?? '';
  };

  /** Job control needs the terminal in the foreground; a shell in the background waits for it. */
  *#takeTerminal(): Steps {
    const { u } = this;
    this.#pid = yield* u.getpid();
    const modes = [0];
    if ((yield* u.ioctl(0, TIOCGETA, modes)) < 0) return;
    [this.#modes] = modes;
    for (;;) {
      const group = [0];
      // A terminal, but not its own: lines and prompts, and no job control.
      if ((yield* u.ioctl(0, TIOCGPGRP, group)) < 0) return;
      if (group[0] === (yield* u.getpgrp())) break;
      yield* u.kill(0, SIGTTIN);
    }
    this.isInteractive = true;
    for (const signal of TTY_SIGNALS) yield* u.signal(signal, 'SIG_IGN');
    for (const signal of KEY_SIGNALS) yield* u.signal(signal, 'interrupted');
    // This one ends the read at the prompt.
    yield* u.sigaction(SIGINT, 'interrupted');
    yield* u.setpgid(0, 0);
    yield* tcsetpgrp(u, yield* u.getpgrp());
    const kind = u.getenv('TERM') ?? 'dumb';
    if (kind !== 'dumb') this.#editor = new LineEditor(u, this.history);
  }
}

function tcsetpgrp(u: User, pgid: number): Steps<number> {
  return u.ioctl(0, TIOCSPGRP, [pgid]);
}

/** WIFCONTINUED. */
function isContinued(status: number): boolean {
  return status === 0x13;
}
