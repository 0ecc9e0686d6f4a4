/**
 * Owns /proc/N/status of FreeBSD as of 2001-02-21 (procfs_dostatus of procfs_status.c, seed 002), and the
 * line of the README of 1993. Neither escapes the name. Runs in the thread that reads.
 *
 *     comm pid ppid pgid sid maj,min ctty,sldr start user system wmesg euid ruid rgid,groups jail
 *     comm pid ppid pgid sid maj,min ctty,sldr s us s us s us wmesg euid egid groups            (1993)
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ENOMEM } from '@smplab/proc';
import { type ProcessFacts, processFacts } from '../process-facts.ts';
import type { Reading } from '../reading.ts';
import { idList, sessionFlags, terminalOf, timeText, waitChannel } from '../status-parts.ts';
import { durationOf, timeOf } from '../timeval.ts';

/** sizeof(psbuf). */
const PSBUF_BYTES = 256;

/** 2001: real ids, groups of which the first is the effective one, prison or `-`; ENOMEM if it is long. */
export function* procfs_dostatus(k: Context, { p }: Reading): Steps<string | number> {
  const facts = yield* processFacts(k, p);
  const { session, used, cred } = facts;
  const ids = [cred.rgid, ...cred.groups].map((id) => id >>> 0).join(',');
  const line =
    `${beginning(facts, session.hasLeader ? session.sid : 0)} ${timesOf(k, facts, ',')} ` +
    `${waitChannel(used)} ${cred.uid >>> 0} ${cred.ruid >>> 0} ${ids} ${cred.jail ?? '-'}\n`;
  return line.length < PSBUF_BYTES ? line : ENOMEM;
}

/** 1993: blanks where later versions have commas. */
export function* procfs_dostatus1993(k: Context, { p }: Reading): Steps<string> {
  const facts = yield* processFacts(k, p);
  const { session, used, cred } = facts;
  return (
    `${beginning(facts, session.sid)} ${timesOf(k, facts, ' ')} ${waitChannel(used)} ` +
    `${cred.uid} ${idList(cred.gid, cred.groups, ' ')}\n`
  );
}

function beginning({ comm, pid, ppid, session }: ProcessFacts, sid: number): string {
  return `${comm} ${pid} ${ppid} ${session.pgid} ${sid} ${terminalOf(session)} ${sessionFlags(session)}`;
}

/** Start, user and system time; none of them is known of a process that is swapped out (PS_INMEM). */
function timesOf(k: Context, { isSwappedOut, start, used }: ProcessFacts, by: string): string {
  const none = { sec: -1, usec: -1 };
  const times = isSwappedOut
    ? [none, none, none]
    : [timeOf(k, start), durationOf(k, used.userTicks), durationOf(k, used.systemTicks)];
  return times.map((each) => timeText(each, by)).join(' ');
}
