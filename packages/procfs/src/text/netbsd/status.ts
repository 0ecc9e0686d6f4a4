/**
 * Owns /proc/N/status of NetBSD (procfs_dostatus of procfs_status.c): one line of blanks and commas. The name
 * is not escaped: one with a blank in it breaks whoever parses the line. Runs in the thread that reads.
 *
 *     comm pid ppid pgid sid maj,min ctty,sldr start user system wmesg euid egid,groups
 */
import type { Context, Steps } from '@smplab/lwkt';
import { type ProcessFacts, processFacts } from '../process-facts.ts';
import type { Reading } from '../reading.ts';
import { sessionFlags, terminalOf, timeText, waitChannel } from '../status-parts.ts';
import { durationOf, timeOf } from '../timeval.ts';

/** Rendered for whoever reads. */
export function* procfs_dostatus(k: Context, { p }: Reading): Steps<string> {
  return statusLine(k, yield* processFacts(k, p));
}

function statusLine(k: Context, facts: ProcessFacts): string {
  const { comm, pid, ppid, pgid, sid, start, userTicks, systemTicks, uid, gid, groups } = facts;
  const times = [timeOf(k, start), durationOf(k, userTicks), durationOf(k, systemTicks)];
  return (
    `${comm} ${pid} ${ppid} ${pgid} ${sid} ${terminalOf(facts)} ${sessionFlags(facts)} ` +
    `${times.map((each) => timeText(each)).join(' ')} ${waitChannel(facts)} ` +
    `${uid} ${[gid, ...groups].join(',')}\n`
  );
}
