/**
 * Owns /proc/N/stat and statm of NetBSD (procfs_do_pid_stat, _statm of procfs_linux.c): the 39 fields of an
 * old Linux in units of their own - the size in pages, what is resident in kilobytes, the start as wall-clock
 * ticks. Run in the thread that reads; kern.proc's record of the process and its first lwp is what they tell.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, listFirst, P } from '@smplab/proc';
import { memoryMap } from '../memory-map.ts';
import { NODEV, processFacts, type ThreadFacts } from '../process-facts.ts';
import { letGoOf, lookAt } from '../process-tokens.ts';
import type { Reading } from '../reading.ts';
import { resourceLimits } from '../resource-limits.ts';
import { durationOf, timeOf, type Timeval } from '../timeval.ts';

const { KL, KP, LSSLEEP, LSSTOP, SIDL, SSTOP, SZOMB } = kern;
const RLIMIT_RSS = 5;
const RLIM_INFINITY = '9223372036854775807';
const KILOBYTE = 1024;
/** Hundredths of a second are what UTIME2TICKS counts, whatever the clock of the machine is. */
const MICROSECONDS_A_TICK = 10_000;

export function* procfs_do_pid_stat(k: Context, { p }: Reading): Steps<string> {
  const map = yield* memoryMap(k, p);
  const limits = yield* resourceLimits(k, p);
  const facts = yield* processFacts(k, p);
  const { session, used } = facts;
  const isWithoutTerminal = session.tdev === NODEV;
  const ki = yield* recordOf(k, p);
  const text = map[0] ?? { start: 0, end: 0 };
  const field = (at: number): number => ki[at] >>> 0;
  const lwp = (at: number): number => field(KP.kp_lwp + at);
  const { pageWords, vmPages } = k.kernel.limits;
  const page = pageWords * kern.WORD_BYTES;
  const resident = Math.floor((ki[KP.kp_vm_rssize] * page) / KILOBYTE);
  const fields: (string | number)[] = [
    ...[facts.pid, `(${facts.comm})`, stateOf(ki), facts.ppid, session.pgid, session.sid],
    ...[isWithoutTerminal ? 0 : session.tdev, isWithoutTerminal ? 0 : ki[KP.kp_tpgid], field(KP.kp_flags)],
    ...[0, 0, 0, 0],
    ...timesOf(k, used),
    ...[ki[KP.kp_lwp + KL.kl_tdprio], ki[KP.kp_nice], ki[KP.kp_nthreads]],
    ...[runtimeOf(k, used).sec, ticksOf(timeOf(k, facts.start))],
    ...[ki[KP.kp_vm_map_size] / page, resident, limits[RLIMIT_RSS].soft ?? RLIM_INFINITY],
    ...[text.start, text.end, page * (vmPages - 1), 0, 0],
    ...[(ki[KP.kp_siglist] | ki[KP.kp_lwp + KL.kl_siglist]) >>> 0, 0],
    ...[field(KP.kp_sigignore), field(KP.kp_sigcatch)],
    ...[lwp(KL.kl_wchan), lwp(KL.kl_ru + 1), lwp(KL.kl_ru + 2)],
    ...[k.peek(p + P.p_sigparent), lwp(KL.kl_cpuid)],
  ];
  return `${fields.join(' ')}\n`;
}

/** Pages: of the space, in use, shared, of text, 0, of data and stack, 0. */
export function* procfs_do_pid_statm(k: Context, { p }: Reading): Steps<string> {
  const ki = yield* recordOf(k, p);
  const size = ki[KP.kp_vm_map_size] / (k.kernel.limits.pageWords * kern.WORD_BYTES);
  const data = ki[KP.kp_vm_dsize] + ki[KP.kp_vm_ssize];
  return `${[size, ki[KP.kp_vm_rssize], 0, ki[KP.kp_vm_tsize], 0, data, 0].join(' ')}\n`;
}

/** fill_kproc2: the process with its first lwp, at one moment. */
function* recordOf(k: Context, p: number): Steps<Int32Array> {
  const ki = kern.newKinfo();
  const tty = yield* lookAt(k, p);
  kern.fill_kinfo_proc(k, p, ki);
  const lp = listFirst(k, p + P.p_lwp_tree);
  if (lp !== 0) kern.fill_kinfo_lwp(k, lp, ki);
  yield* letGoOf(k, p, tty);
  return ki;
}

/** A letter of "0RRSTZXR8": what the process does, or its first lwp. */
function stateOf(ki: Int32Array): string {
  const stat = ki[KP.kp_stat];
  if (stat === SZOMB) return 'Z';
  if (stat === SIDL) return 'R';
  const lwp = ki[KP.kp_lwp + KL.kl_stat];
  if (stat === SSTOP || lwp === LSSTOP) return 'T';
  return lwp === LSSLEEP ? 'S' : 'R';
}

/** User and system time, its own and that of children waited for. */
function timesOf(k: Context, used: ThreadFacts): number[] {
  const { userTicks, systemTicks, childUserTicks, childSystemTicks } = used;
  return [userTicks, systemTicks, childUserTicks, childSystemTicks].map((each) =>
    ticksOf(durationOf(k, each)),
  );
}

function runtimeOf(k: Context, { userTicks, systemTicks }: ThreadFacts): Timeval {
  return durationOf(k, userTicks + systemTicks);
}

function ticksOf({ sec, usec }: Timeval): number {
  return Math.floor((sec * 1_000_000 + usec) / MICROSECONDS_A_TICK);
}
