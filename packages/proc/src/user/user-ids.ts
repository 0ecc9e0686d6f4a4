/**
 * Owns the part of `u` about who the process is for others: credentials, login name, prison, limits, and the
 * kernel's variables (sysctl).
 */
import type { Steps } from '@smplab/lwkt';
import { sys_getlogin, sys_setlogin } from '../cred/login.ts';
import { type Rlimit, sys_getrlimit, sys_setrlimit } from '../cred/plimit.ts';
import { sys_jail } from '../cred/prison.ts';
import * as prot from '../cred/prot.ts';
import { type SysctlResult, sys___sysctl } from '../sysctl/sysctl.ts';
import { UserSignals } from './user-signals.ts';

/** What a sysctl gave. */
export interface SysctlAnswer {
  /** 0, or -1 with `errno` set. */
  readonly result: number;
  /** Bytes that were given, or that would be needed. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

export abstract class UserIds extends UserSignals {
  getuid(): Steps<number> {
    return this.call(prot.sys_getuid);
  }

  geteuid(): Steps<number> {
    return this.call(prot.sys_geteuid);
  }

  getgid(): Steps<number> {
    return this.call(prot.sys_getgid);
  }

  getegid(): Steps<number> {
    return this.call(prot.sys_getegid);
  }

  setuid(uid: number): Steps<number> {
    return this.call(prot.sys_setuid, uid);
  }

  seteuid(uid: number): Steps<number> {
    return this.call(prot.sys_seteuid, uid);
  }

  setreuid(real: number, effective: number): Steps<number> {
    return this.call(prot.sys_setreuid, real, effective);
  }

  setresuid(real: number, effective: number, saved: number): Steps<number> {
    return this.call(prot.sys_setresuid, real, effective, saved);
  }

  setgid(gid: number): Steps<number> {
    return this.call(prot.sys_setgid, gid);
  }

  setegid(gid: number): Steps<number> {
    return this.call(prot.sys_setegid, gid);
  }

  setregid(real: number, effective: number): Steps<number> {
    return this.call(prot.sys_setregid, real, effective);
  }

  setresgid(real: number, effective: number, saved: number): Steps<number> {
    return this.call(prot.sys_setresgid, real, effective, saved);
  }

  /** Real, effective and saved user; null for an error. */
  *getresuid(): Steps<prot.ResIds | null> {
    const result: Partial<prot.ResIds> = {};
    return (yield* this.call(prot.sys_getresuid, result)) < 0 ? null : (result as prot.ResIds);
  }

  *getresgid(): Steps<prot.ResIds | null> {
    const result: Partial<prot.ResIds> = {};
    return (yield* this.call(prot.sys_getresgid, result)) < 0 ? null : (result as prot.ResIds);
  }

  setgroups(gids: readonly number[]): Steps<number> {
    return this.call(prot.sys_setgroups, gids);
  }

  /** Supplementary groups, at most `room` of them (0: as many as there are); null for an error. */
  *getgroups(room = 0): Steps<readonly number[] | null> {
    const result: { groups?: number[] } = {};
    const count = yield* this.call(prot.sys_getgroups, room, result);
    if (count < 0) return null;
    return room === 0 && count > 0 ? yield* this.getgroups(count) : (result.groups ?? []);
  }

  /** 1 if the process has, or had, privileges by a set-id image. */
  issetugid(): Steps<number> {
    return this.call(prot.sys_issetugid);
  }

  /** Login name of the session; null for an error. */
  *getlogin(): Steps<string | null> {
    const result: { name?: string } = {};
    return (yield* this.call(sys_getlogin, result)) < 0 ? null : (result.name ?? '');
  }

  setlogin(name: string): Steps<number> {
    return this.call(sys_setlogin, name);
  }

  /** Puts the process into a new prison; gives its number. */
  jail(host: string): Steps<number> {
    return this.call(sys_jail, host);
  }

  /** A limit of RLIMIT_*; null for an error. */
  *getrlimit(which: number): Steps<Rlimit | null> {
    const result: Partial<Rlimit> = {};
    return (yield* this.call(sys_getrlimit, which, result)) < 0 ? null : (result as Rlimit);
  }

  setrlimit(which: number, limit: Rlimit): Steps<number> {
    return this.call(sys_setrlimit, which, limit);
  }

  /**
   * Reads, and with `value` writes, a variable of the kernel by its numbers: as many bytes as `length` allows
   * (Infinity: all there are; null: only how many).
   */
  *__sysctl(
    name: readonly number[],
    length: number | null = Infinity,
    value: Uint8Array | null = null,
  ): Steps<SysctlAnswer> {
    const answer: SysctlResult = { oldlen: 0, bytes: new Uint8Array(0) };
    const old = length === null ? null : { length };
    const result = yield* this.call(sys___sysctl, name, old, value, answer);
    return { result, length: answer.oldlen, bytes: answer.bytes };
  }
}
