/**
 * Owns the smaller texts of Linux about a process (fs/proc/base.c): cmdline, environ, comm, wchan, io,
 * oom_score, auxv. Run in the thread that reads; the process neither execs nor exits meanwhile.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { CR, ESRCH, kern, P } from '@smplab/proc';
import { argumentBytes, commOf, environmentBytes, hasNoProgram, titleBytes } from '../command-line.ts';
import type { Reading } from '../reading.ts';
import { taskFacts } from './task-facts.ts';
import { pageBytes, USER_HZ } from './user-ticks.ts';

/** Nothing for what runs no program: that is how tools know it. */
export function* proc_pid_cmdline(k: Context, { p }: Reading): Steps<string> {
  if (hasNoProgram(k, p)) return '';
  const title = yield* titleBytes(k, p);
  return title === '' ? argumentBytes(k, p) : title;
}

export function* proc_pid_environ(k: Context, { p }: Reading): Steps<string> {
  return hasNoProgram(k, p) ? '' : environmentBytes(k, p);
}

export function* proc_pid_comm(k: Context, { p }: Reading): Steps<string> {
  return `${yield* commOf(k, p)}\n`;
}

/** What it sleeps for, without an end of line; `0` if it does not. */
export function* proc_pid_wchan(k: Context, { p }: Reading): Steps<string | number> {
  const facts = yield* taskFacts(k, p);
  return facts === null ? ESRCH : facts.wmesg === '' ? '0' : facts.wmesg;
}

/** The kernel counts no bytes of processes. */
export function* proc_pid_io(): Steps<string> {
  const names = ['rchar', 'wchar', 'syscr', 'syscw', 'read_bytes', 'write_bytes', 'cancelled_write_bytes'];
  return names.map((name) => `${name}: 0\n`).join('');
}

export function* proc_pid_oom_score(): Steps<string> {
  return '0\n';
}

const AT_NULL = 0;
const AT_PAGESZ = 6;
const AT_UID = 11;
const AT_EUID = 12;
const AT_GID = 13;
const AT_EGID = 14;
const AT_CLKTCK = 17;
const AT_SECURE = 23;

/** Pairs of words, little end first. This kernel gives programs no vector: it is what one would say. */
export function* proc_pid_auxv(k: Context, { p }: Reading): Steps<string> {
  if (hasNoProgram(k, p)) return '';
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const cr = k.get(p + P.p_ucred);
  const id = (field: number): number => k.get(cr + field);
  const isSecure = (k.peek(p + P.p_flags) & kern.P_SUGID) !== 0;
  const pairs = [
    [AT_PAGESZ, pageBytes(k)],
    [AT_CLKTCK, USER_HZ],
    [AT_UID, id(CR.cr_ruid)],
    [AT_EUID, id(CR.cr_uid)],
    [AT_GID, id(CR.cr_rgid)],
    [AT_EGID, id(CR.cr_gid)],
    [AT_SECURE, isSecure ? 1 : 0],
    [AT_NULL, 0],
  ];
  yield* k.reltoken(p + P.p_token);
  return String.fromCharCode(...new Uint8Array(Int32Array.from(pairs.flat()).buffer));
}
