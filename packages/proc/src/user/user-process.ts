/**
 * Owns the part of `u` about processes: making, replacing, ending and waiting for them, who is who, and
 * scheduling. Each method is a system call under its BSD name: -1 with `u.errno` set when it fails.
 */
import type { Steps } from '@smplab/lwkt';
import { sys_execve } from '../life/exec.ts';
import { sys_exit } from '../life/exit.ts';
import { sys_fork, sys_rfork, sys_vfork } from '../life/fork.ts';
import { sys_extexit, sys_lwp_create, sys_lwp_gettid } from '../life/lwp-calls.ts';
import { sys_lwp_setaffinity } from '../life/placement.ts';
import { sys_procctl } from '../life/reaper.ts';
import { sys_nanosleep, sys_sched_yield } from '../life/sleep.ts';
import { execStrings } from '../life/strings.ts';
import { type WaitResult, sys_wait4 } from '../life/wait.ts';
import { curproc } from '../proc-kernel.ts';
import {
  sys_getpgid,
  sys_getpgrp,
  sys_getpid,
  sys_getppid,
  sys_getsid,
  sys_setpgid,
  sys_setsid,
} from '../table/prot.ts';
import { misused, UserBase } from './user-base.ts';

/** What `wait4` found. */
export interface Waited {
  /** The process, 0 with WNOHANG if there is none yet, -1 for an error. */
  readonly pid: number;
  readonly status: number;
}

export abstract class UserProcess extends UserBase {
  // ---- making and replacing ------------------------------------------------------------------------------

  /** A child that runs the named entry with a word; gives its pid. */
  fork(name: string, arg = 0): Steps<number> {
    return this.call(sys_fork, this.entry(name), word(this.k, 'fork', arg));
  }

  /** A child that shares the address space; returns when it has executed an image or ended. */
  vfork(name: string, arg = 0): Steps<number> {
    return this.call(sys_vfork, this.entry(name), word(this.k, 'vfork', arg));
  }

  /** A child that shares what the flags say (RFPROC, RFMEM, RFFDG, RFSIGSHARE ...). */
  rfork(flags: number, name: string, arg = 0): Steps<number> {
    return this.call(sys_rfork, flags, this.entry(name), word(this.k, 'rfork', arg));
  }

  /** Puts another program in place of this one: returns only if it fails. */
  execve(path: string, argv: readonly string[] = [path], env: readonly string[] = this.env): Steps<number> {
    return this.call(
      sys_execve,
      texts(this.k, path),
      argv.map((each) => texts(this.k, each)),
      env,
    );
  }

  /** Ends the process. */
  exit(code = 0): Steps<never> {
    return sys_exit(this.k, word(this.k, 'exit', code));
  }

  /** A further thread of the process, at the named entry; gives its number. */
  lwp_create(name: string, arg = 0): Steps<number> {
    return this.call(sys_lwp_create, this.entry(name), word(this.k, 'lwp_create', arg));
  }

  lwp_gettid(): Steps<number> {
    return this.call(sys_lwp_gettid);
  }

  /** Ends this thread of the process only. */
  extexit(): Steps<number> {
    return this.call(sys_extexit);
  }

  /** CPUs on which children of this lwp are placed, as two words of bits. */
  lwp_setaffinity(pid: number, tid: number, mask: number, high = 0): Steps<number> {
    return this.call(sys_lwp_setaffinity, pid, tid, mask, high);
  }

  /** Reaper control: PROC_REAP_ACQUIRE, PROC_REAP_RELEASE, PROC_REAP_STATUS. */
  procctl(command: number): Steps<number> {
    return this.call(sys_procctl, command);
  }

  // ---- waiting ------------------------------------------------------------------------------------------

  /** Waits for a child: `pid` as wait4(2), WNOHANG, WUNTRACED, WCONTINUED. */
  *wait4(pid: number, options = 0): Steps<Waited> {
    const result: WaitResult = { status: 0 };
    const found = yield* this.call(sys_wait4, pid, options, result);
    return { pid: found, status: result.status };
  }

  /** Waits for any child. */
  wait(): Steps<Waited> {
    return this.wait4(-1);
  }

  /** Sleeps for a number of ticks; 0, or -1 with EINTR. */
  nanosleep(ticks: number): Steps<number> {
    return this.call(sys_nanosleep, word(this.k, 'nanosleep', ticks));
  }

  /** Sleeps for seconds of the machine's clock. */
  sleep(seconds: number): Steps<number> {
    return this.nanosleep(Math.max(1, Math.round(seconds * this.hz)));
  }

  sched_yield(): Steps<number> {
    return this.call(sys_sched_yield);
  }

  // ---- who is who ---------------------------------------------------------------------------------------

  getpid(): Steps<number> {
    return this.call(sys_getpid);
  }

  getppid(): Steps<number> {
    return this.call(sys_getppid);
  }

  getpgrp(): Steps<number> {
    return this.call(sys_getpgrp);
  }

  getpgid(pid: number): Steps<number> {
    return this.call(sys_getpgid, pid);
  }

  getsid(pid: number): Steps<number> {
    return this.call(sys_getsid, pid);
  }

  setpgid(pid: number, pgid: number): Steps<number> {
    return this.call(sys_setpgid, pid, pgid);
  }

  setsid(): Steps<number> {
    return this.call(sys_setsid);
  }

  /** Arguments of the program, its own name first. */
  get argv(): readonly string[] {
    return execStrings(this.k, curproc(this.k)).argv;
  }

  /** Its environment, as `NAME=value`. */
  get env(): readonly string[] {
    return execStrings(this.k, curproc(this.k)).env;
  }

  /** The value of a name of the environment. */
  getenv(name: string): string | undefined {
    const found = this.env.find((each) => each.startsWith(`${name}=`));
    return found?.slice(name.length + 1);
  }
}

/** Arguments are words: what else is passed is a slip of the program. */
export function word(k: UserBase['k'], call: string, value: unknown): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  return misused(k, `u.${call} was given ${String(value)}: arguments are int32 words`);
}

function texts(k: UserBase['k'], value: unknown): string {
  return typeof value === 'string'
    ? value
    : misused(k, `u.execve was given ${String(value)}: texts are needed`);
}
