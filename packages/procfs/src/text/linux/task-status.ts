/**
 * Owns /proc/N/status of Linux (proc_pid_status of fs/proc/array.c): a line for each figure, `Name:\tvalue`.
 * Runs in the thread that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ESRCH, kern } from '@smplab/proc';
import type { Reading } from '../reading.ts';
import { stateName } from './lwp-state.ts';
import { signalDigits } from './signal-set.ts';
import { type TaskFacts, taskFacts } from './task-facts.ts';
import { kilobytes, pageBytes } from './user-ticks.ts';

/** Linux writes the slots of the table in multiples of 64. */
const SLOTS = 64;
const COLUMN = 8;
const CAPABILITIES_NONE = '0'.repeat(16);
const CAPABILITIES_ALL = '000001ffffffffff';
const { P_SYSTEM } = kern;

type Row = readonly [string, string | number];

export function* proc_pid_status(k: Context, { p, fd }: Reading): Steps<string | number> {
  const facts = yield* taskFacts(k, p, fd);
  if (facts === null) return ESRCH;
  // What has no program of its own has no memory to tell of.
  const hasMemory = facts.state !== 'Z' && (k.peek(p + kern.P.p_flags) & P_SYSTEM) === 0;
  const rows: readonly Row[] = [
    ...identity(facts),
    ...ids(k, facts),
    ...(hasMemory ? memory(k, facts) : []),
    ['Threads', facts.threads],
    ...signals(facts),
    ...rights(facts),
    ...placement(k, facts),
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

function identity(facts: TaskFacts): Row[] {
  return [
    ['Name', facts.comm],
    ['Umask', '0022'],
    ['State', stateName(facts.state)],
    ['Tgid', facts.pid],
    ['Ngid', 0],
    ['Pid', facts.tid],
    ['PPid', facts.ppid],
    ['TracerPid', facts.tracer],
  ];
}

/** The last of four ids is that for files: the effective one. */
function ids(k: Context, { uids, gids, groups }: TaskFacts): Row[] {
  return [
    ['Uid', [...uids, uids[1]].join('\t')],
    ['Gid', [...gids, gids[1]].join('\t')],
    ['FDSize', Math.ceil(k.kernel.limits.openFiles / SLOTS) * SLOTS],
    ['Groups', groups.map((each) => `${each} `).join('')],
  ];
}

function memory(k: Context, { pages, textBytes }: TaskFacts): Row[] {
  const size = pages * pageBytes(k);
  const amount = (bytes: number): string => `${String(kilobytes(bytes)).padStart(COLUMN)} kB`;
  const own: readonly (readonly [string, number])[] = [
    ['VmPeak', size],
    ['VmSize', size],
    ['VmLck', 0],
    ['VmPin', 0],
    ['VmHWM', size],
    ['VmRSS', size],
    ['RssAnon', size],
    ['RssFile', 0],
    ['RssShmem', 0],
    ['VmData', Math.max(0, size - textBytes)],
    ['VmStk', 0],
    ['VmExe', textBytes],
    ['VmLib', 0],
    ['VmPTE', k.kernel.limits.vmPages * kern.WORD_BYTES],
    ['VmSwap', 0],
  ];
  return own.map(([name, bytes]) => [name, amount(bytes)]);
}

function signals(facts: TaskFacts): Row[] {
  const sets: readonly (readonly [string, number])[] = [
    ['SigPnd', facts.pending],
    ['ShdPnd', facts.sharedPending],
    ['SigBlk', facts.blocked],
    ['SigIgn', facts.ignored],
    ['SigCgt', facts.caught],
  ];
  return [['SigQ', '0/0'], ...sets.map(([name, set]): Row => [name, signalDigits(set)])];
}

/** Root may do everything, everybody else nothing of it. */
function rights({ uids }: TaskFacts): Row[] {
  const of = (uid: number): string => (uid === 0 ? CAPABILITIES_ALL : CAPABILITIES_NONE);
  return [
    ['CapInh', CAPABILITIES_NONE],
    ['CapPrm', of(uids[2])],
    ['CapEff', of(uids[1])],
    ['CapBnd', CAPABILITIES_ALL],
    ['CapAmb', CAPABILITIES_NONE],
    ['NoNewPrivs', 0],
    ['Seccomp', 0],
  ];
}

function placement(k: Context, { voluntary, involuntary }: TaskFacts): Row[] {
  const { ncpus } = k.kernel;
  return [
    ['Cpus_allowed', (2n ** BigInt(ncpus) - 1n).toString(16)],
    ['Cpus_allowed_list', ncpus === 1 ? '0' : `0-${ncpus - 1}`],
    ['voluntary_ctxt_switches', voluntary],
    ['nonvoluntary_ctxt_switches', involuntary],
  ];
}
