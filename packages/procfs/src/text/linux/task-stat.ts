/**
 * Owns /proc/N/stat and statm of Linux (do_task_stat of fs/proc/array.c): one line of 52 fields, in units of
 * Linux; of a thread under task/ its own times. The name is in parentheses and not escaped. Runs in the
 * thread that reads. Every page of an address space that exists is resident: there is nothing else in it.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ESRCH, kern } from '@smplab/proc';
import type { Reading } from '../reading.ts';
import { resourceLimits } from '../resource-limits.ts';
import { linuxSet, linuxSignal } from './signal-set.ts';
import { type TaskFacts, taskFacts } from './task-facts.ts';
import { pageBytes, userTicks } from './user-ticks.ts';

const NORMAL_PRIORITY = 20;
const RLIMIT_RSS = 5;
/** RLIM_INFINITY of Linux. */
const UNLIMITED = '18446744073709551615';
const { TEXT_BASE } = kern;

export function* proc_pid_stat(k: Context, { p, fd }: Reading): Steps<string | number> {
  const limits = yield* resourceLimits(k, p);
  const facts = yield* taskFacts(k, p, fd);
  if (facts === null) return ESRCH;
  return line(k, facts, limits[RLIMIT_RSS].soft);
}

/** Size, resident, of files, of text, 0, of data, 0: in pages. */
export function* proc_pid_statm(k: Context, { p }: Reading): Steps<string | number> {
  const facts = yield* taskFacts(k, p);
  if (facts === null) return ESRCH;
  const { pages, textBytes } = facts;
  const text = Math.min(pages, Math.ceil(textBytes / pageBytes(k)));
  return `${pages} ${pages} 0 ${text} 0 ${pages - text} 0\n`;
}

function line(k: Context, facts: TaskFacts, rssLimit: number | null): string {
  const ticks = (count: number): number => userTicks(k, count);
  const text = facts.textBytes;
  const fields: readonly (number | string)[] = [
    ...[facts.state, facts.ppid, facts.pgid, facts.sid, facts.tty, facts.ttyGroup, facts.flags],
    // Page faults are not counted.
    ...[0, 0, 0, 0],
    ...[facts.userTicks, facts.systemTicks, facts.childUserTicks, facts.childSystemTicks].map(ticks),
    ...[NORMAL_PRIORITY + facts.nice, facts.nice, facts.threads, 0, ticks(facts.start)],
    ...[facts.pages * pageBytes(k), facts.pages, rssLimit ?? UNLIMITED],
    ...(text === 0 ? [0, 0] : [TEXT_BASE, TEXT_BASE + text]),
    // Start of the stack, stack pointer, program counter: of those Linux tells only a debugger.
    ...[0, 0, 0],
    ...[facts.pending, facts.blocked, facts.ignored, facts.caught].map(linuxSet),
    // Whether it waits, swapped pages of it and of its children.
    ...[facts.wmesg === '' ? 0 : 1, 0, 0],
    ...[linuxSignal(facts.exitSignal), facts.cpu],
    // Real-time priority and policy, delays, time as a guest, addresses of data, break, arguments.
    ...Array.from<number>({ length: 12 }).fill(0),
    facts.exitStatus,
  ];
  return `${facts.tid} (${facts.comm}) ${fields.join(' ')}\n`;
}
