/**
 * Owns the parts that the status lines of NetBSD, FreeBSD and the README have in common (procfs_dostatus):
 * the terminal, the flags of the session, what is waited for, times, lists of ids. Pure.
 */
import { NODEV, type SessionFacts, type ThreadFacts } from './process-facts.ts';
import type { Timeval } from './timeval.ts';

const MINOR_BITS = 8;
const MINOR = 0xff;

/** `major,minor` of the terminal; `-1,-1` for none. */
export function terminalOf({ tdev }: SessionFacts): string {
  return tdev === NODEV ? '-1,-1' : `${tdev >> MINOR_BITS},${tdev & MINOR}`;
}

/** Whether the session has a terminal and the process leads it. */
export function sessionFlags({ hasTerminal, isLeader }: SessionFacts): string {
  if (hasTerminal) return isLeader ? 'ctty,sldr' : 'ctty';
  return isLeader ? 'sldr' : 'noflags';
}

/** What it waits for. */
export function waitChannel({ wmesg }: ThreadFacts): string {
  return wmesg === '' ? 'nochan' : wmesg;
}

/** Seconds and microseconds. */
export function timeText({ sec, usec }: Timeval, separator = ','): string {
  return `${sec}${separator}${usec}`;
}

/** An id and others behind it. */
export function idList(first: number, others: readonly number[], separator = ','): string {
  let text = String(first);
  for (const each of others) text += `${separator}${each}`;
  return text;
}
