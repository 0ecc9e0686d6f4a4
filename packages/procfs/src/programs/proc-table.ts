/**
 * Owns reading the process table from a mounted procfs, as BSD's clients of it do: the line of /proc/N/status
 * in any of its three dialects, and /proc/N/cmdline. Runs in the program. A process that ends or execs
 * meanwhile is left out.
 */
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { joined } from './program.ts';
import { readDirectory, readText } from './reading.ts';

/** What a status line says; times are seconds. */
export interface ProcStatus {
  readonly comm: string;
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Major and minor number of the terminal; `-1,-1` for none. */
  readonly tty: string;
  readonly isLeader: boolean;
  readonly start: number;
  readonly user: number;
  readonly system: number;
  /** `nochan` if it waits for nothing. */
  readonly wchan: string;
  readonly uid: number;
}

/** With its command line; '' for none. */
export interface ProcRecord extends ProcStatus {
  readonly args: string;
}

/**
 * The name may have blanks in it, so the fields are found from the end: NetBSD and FreeBSD have commas in
 * times and groups, the README of 1993 blanks.
 */
const STATUS = new RegExp(
  '^(?<comm>.*) (?<pid>-?\\d+) (?<ppid>-?\\d+) (?<pgid>-?\\d+) (?<sid>-?\\d+) (?<tty>-?\\d+,-?\\d+) ' +
    '(?<flags>noflags|ctty|sldr|ctty,sldr) (?<start>-?\\d+[ ,]-?\\d+) (?<user>-?\\d+[ ,]-?\\d+) ' +
    '(?<system>-?\\d+[ ,]-?\\d+) (?<wchan>\\S+) (?<uid>\\d+) [\\d, -]+(?: \\S+)?\\n$',
  's',
);
const MICROSECONDS = 1_000_000;

/** Null for what is no such line. */
export function parseStatus(text: string): ProcStatus | null {
  const found = STATUS.exec(text)?.groups;
  if (found === undefined) return null;
  const seconds = (time: string): number => {
    const [sec, usec] = time.split(/[ ,]/).map(Number);
    return sec < 0 ? 0 : sec + usec / MICROSECONDS;
  };
  return {
    comm: found['comm'],
    pid: Number(found['pid']),
    ppid: Number(found['ppid']),
    pgid: Number(found['pgid']),
    sid: Number(found['sid']),
    tty: found['tty'],
    isLeader: found['flags'].endsWith('sldr'),
    start: seconds(found['start']),
    user: seconds(found['user']),
    system: seconds(found['system']),
    wchan: found['wchan'],
    uid: Number(found['uid']),
  };
}

/** One process; null if it is not there (any more), or cannot be looked at now. */
export function* readProcess(u: VfsUser, proc: string, pid: number): Steps<ProcRecord | null> {
  const directory = joined(proc, String(pid));
  const status = parseStatus((yield* readText(u, joined(directory, 'status'))) ?? '');
  if (status === null) return null;
  const args = (yield* readText(u, joined(directory, 'cmdline'))) ?? '';
  return { ...status, args: args.replace(/\0+$/, '').replaceAll('\0', ' ') };
}

/** All processes that the caller may see, by pid; null with `u.errno` set if there is no procfs. */
export function* readProcesses(u: VfsUser, proc: string): Steps<ProcRecord[] | null> {
  const entries = yield* readDirectory(u, proc);
  if (entries === null) return null;
  const found: ProcRecord[] = [];
  for (const { name } of entries) {
    const record = /^\d+$/.test(name) ? yield* readProcess(u, proc, Number(name)) : null;
    if (record !== null) found.push(record);
  }
  return found.sort((a, b) => a.pid - b.pid);
}

/** A terminal as ps shortens it. */
export function terminalName(tty: string): string {
  if (tty === '-1,-1') return '??';
  if (tty === '12,255') return 'con';
  return tty.startsWith('12,') ? `v${tty.slice(3)}` : tty;
}

/** Minutes, seconds and hundredths. */
export function cpuTime(seconds: number): string {
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const rest = (value: number): string => String(value % 100).padStart(2, '0');
  return `${Math.floor(hundredths / 6000)}:${rest(Math.floor(hundredths / 100) % 60)}.${rest(hundredths)}`;
}
