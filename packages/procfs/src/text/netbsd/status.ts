/**
 * Owns /proc/N/status of NetBSD (procfs_dostatus of procfs_status.c): one line of blanks and commas. The name
 * is not escaped: one with a blank in it breaks whoever parses the line. Runs in the thread that reads.
 *
 *     comm pid ppid pgid sid maj,min ctty,sldr start user system wmesg euid egid,groups
 */
import type { Context, Steps } from '@smplab/lwkt';
import { curproc } from '@smplab/proc';
import { emulationOf } from '../../node/emulation.ts';
import { type ProcessFacts, processFacts } from '../process-facts.ts';
import type { Reading } from '../reading.ts';
import { type ResourceLimit, resourceLimits } from '../resource-limits.ts';
import { idList, sessionFlags, terminalOf, timeText, waitChannel } from '../status-parts.ts';
import { durationOf, timeOf } from '../timeval.ts';

const KILOBYTE = 1024;
const RLIMIT_DATA = 2;
const RLIMIT_RSS = 5;
/** RLIM_INFINITY in kilobytes. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Linux binaries see lines as Linux has them, whatever the mount says. */
export function* procfs_dostatus(k: Context, { p }: Reading): Steps<string> {
  const facts = yield* processFacts(k, p);
  return emulationOf(k, curproc(k)) === 'linux'
    ? linuxLines(facts, yield* resourceLimits(k, p))
    : statusLine(k, facts);
}

function statusLine(k: Context, facts: ProcessFacts): string {
  const { comm, pid, ppid, session, used, cred } = facts;
  const start = timeText(timeOf(k, facts.start));
  const user = timeText(durationOf(k, used.userTicks));
  const system = timeText(durationOf(k, used.systemTicks));
  return (
    `${comm} ${pid} ${ppid} ${session.pgid} ${session.sid} ${terminalOf(session)} ` +
    `${sessionFlags(session)} ${start} ${user} ${system} ${waitChannel(used)} ` +
    `${cred.uid} ${idList(cred.gid, cred.groups)}\n`
  );
}

/** procfs_status_linux: what is told of memory are limits, and nobody is ever traced. */
function linuxLines({ comm, pid, ppid, cred }: ProcessFacts, limits: readonly ResourceLimit[]): string {
  const kilobytes = (name: string, { soft }: ResourceLimit): string => {
    const value = soft === null ? UNLIMITED : Math.floor(soft / KILOBYTE);
    return `${name}:\t${String(value).padStart(8)} kB\n`;
  };
  return (
    `Name:\t${comm}\nPid:\t${pid}\nPPid:\t${ppid}\nTracerPid:\t0\n` +
    `Groups:\t${cred.groups.map((group) => `${group} `).join('')}\n` +
    kilobytes('VmPeak', limits[RLIMIT_DATA]) +
    kilobytes('VmSize', limits[RLIMIT_DATA]) +
    kilobytes('VmRSS', limits[RLIMIT_RSS])
  );
}
