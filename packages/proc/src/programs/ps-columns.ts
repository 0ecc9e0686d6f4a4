/**
 * Owns the columns of ps(1): what each keyword prints of a record. Pure; the layouts are those of BSD.
 */
import { DEV_CONSOLE, DEV_TTYV0 } from '../file/filedesc-layout.ts';
import { KI_SLEADER, type KinfoProcRecord, NOUDEV } from '../sysctl/kinfo.ts';
import { LSRUN, LSSLEEP, LSSTOP, LWP_SINTR } from '../table/lwp.ts';
import {
  P_CONTROLT,
  P_PPWAIT,
  P_SYSTEM,
  P_TRACED,
  P_WEXIT,
  SCORE,
  SIDL,
  SSTOP,
  SZOMB,
} from '../table/proc.ts';
import type { Column } from './text-table.ts';

/** A record with what ps found out besides. */
export interface PsRow {
  readonly ki: KinfoProcRecord;
  /** Its command line; '' for none. */
  readonly args: string;
}

/** What the machine is like. */
export interface PsMachine {
  readonly ncpus: number;
  readonly hz: number;
  readonly pageBytes: number;
  readonly ticks: number;
}

/** Seconds of sleep after which a process counts as idle (MAXSLP). */
const MAXSLP = 20;
const SECONDS_A_MINUTE = 60;
const KILOBYTE = 1024;

type Print = (row: PsRow, machine: PsMachine) => string;

interface Keyword extends Column {
  readonly print: Print;
}

const number = (heading: string, of: (row: PsRow) => number): Keyword => ({
  heading,
  print: (row) => String(of(row)),
});
const text = (heading: string, print: Print): Keyword => ({ heading, isText: true, print });

/** All keywords, by the names `ps -o` takes. */
const KEYWORDS = {
  pid: number('PID', ({ ki }) => ki.kp_pid),
  ppid: number('PPID', ({ ki }) => ki.kp_ppid),
  pgid: number('PGID', ({ ki }) => ki.kp_pgid),
  sess: number('SESS', ({ ki }) => ki.kp_sid),
  jobc: number('JOBC', ({ ki }) => ki.kp_jobc),
  tpgid: number('TPGID', ({ ki }) => ki.kp_tpgid),
  jid: number('JID', ({ ki }) => ki.kp_jailid),
  uid: number('UID', ({ ki }) => ki.kp_uid),
  ruid: number('RUID', ({ ki }) => ki.kp_ruid),
  tid: number('TID', ({ ki }) => ki.kp_lwp.kl_tid),
  nlwp: number('NLWP', ({ ki }) => ki.kp_nthreads),
  cpu: number('CPU', ({ ki }) => ki.kp_lwp.kl_cpuid),
  pri: number('PRI', ({ ki }) => ki.kp_lwp.kl_tdprio),
  ni: number('NI', ({ ki }) => ki.kp_nice),
  flags: { heading: 'F', print: ({ ki }) => (ki.kp_flags >>> 0).toString(16) },
  vsz: number('VSZ', ({ ki }) => Math.ceil(ki.kp_vm_map_size / KILOBYTE)),
  rss: { heading: 'RSS', print: ({ ki }, machine) => kilobytes(ki.kp_vm_rssize, machine) },
  user: text('USER', ({ ki }) => userName(ki.kp_uid)),
  login: text('LOGIN', ({ ki }) => (ki.kp_login === '' ? '-' : ki.kp_login)),
  wchan: text('WCHAN', wchan),
  state: text('STAT', state),
  stat: text('STAT', state),
  tty: text('TT', ({ ki }) => ttyName(ki.kp_tdev)),
  tt: text('TT', ({ ki }) => ttyName(ki.kp_tdev)),
  time: { heading: 'TIME', print: ({ ki }, { hz }) => duration(ki.kp_lwp.kl_uticks, hz) },
  start: { heading: 'STARTED', print: ({ ki }, { hz }) => duration(ki.kp_start, hz) },
  etime: { heading: 'ELAPSED', print: ({ ki }, { hz, ticks }) => duration(ticks - ki.kp_start, hz) },
  comm: text('COMM', ({ ki }) => ki.kp_comm),
  ucomm: text('UCOMM', ({ ki }) => ki.kp_comm),
  command: text('COMMAND', command),
  args: text('COMMAND', command),
} as const satisfies Readonly<Record<string, Keyword>>;

export type PsKeyword = keyof typeof KEYWORDS;

/** The formats of -l, -u, -j and of none of them. */
export const PS_DEFAULT: readonly PsKeyword[] = ['pid', 'tt', 'stat', 'time', 'command'];
export const PS_LONG: readonly PsKeyword[] = [
  ...(['uid', 'pid', 'ppid', 'cpu', 'pri', 'ni', 'vsz', 'rss', 'wchan'] as const),
  ...(['stat', 'tt', 'time', 'command'] as const),
];
export const PS_USER: readonly PsKeyword[] = [
  ...(['user', 'pid', 'vsz', 'rss', 'tt', 'stat', 'start', 'time', 'command'] as const),
];
export const PS_JOBS: readonly PsKeyword[] = [
  ...(['user', 'pid', 'ppid', 'pgid', 'sess', 'jobc', 'stat', 'tt', 'time', 'command'] as const),
];

export function isKeyword(name: string): name is PsKeyword {
  return Object.hasOwn(KEYWORDS, name);
}

/** The columns of keywords. */
export function psColumns(keywords: readonly PsKeyword[]): Column[] {
  return keywords.map((each) => KEYWORDS[each]);
}

/** The cells of a row. */
export function psCells(keywords: readonly PsKeyword[], row: PsRow, machine: PsMachine): string[] {
  return keywords.map((each) => KEYWORDS[each].print(row, machine));
}

/** The name of a user: there is no password file. */
function userName(uid: number): string {
  return uid === 0 ? 'root' : String(uid);
}

/** A terminal as ps shortens it. */
function ttyName(dev: number): string {
  if (dev === NOUDEV) return '??';
  if (dev === DEV_CONSOLE) return 'con';
  return dev >= DEV_TTYV0 && dev < DEV_CONSOLE ? `v${dev - DEV_TTYV0}` : `#${dev.toString(16)}`;
}

function command({ ki, args }: PsRow): string {
  if (ki.kp_stat === SZOMB) return '<defunct>';
  return args === '' ? `(${ki.kp_comm})` : args;
}

function wchan({ ki: { kp_lwp: lwp } }: PsRow): string {
  return lwp.kl_wchan === 0 || lwp.kl_wmesg === '' ? '-' : lwp.kl_wmesg;
}

function kilobytes(pages: number, { pageBytes }: PsMachine): string {
  return String(Math.ceil((pages * pageBytes) / KILOBYTE));
}

/** Minutes, seconds and hundredths of a number of ticks. */
function duration(ticks: number, hz: number): string {
  const hundredths = Math.floor((ticks * 100) / hz);
  const seconds = Math.floor(hundredths / 100);
  const rest = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / SECONDS_A_MINUTE);
  return `${minutes}:${rest(seconds % SECONDS_A_MINUTE)}.${rest(hundredths % 100)}`;
}

/** The letters of STAT: what it does, on which CPU, and what is special about it. */
function state({ ki }: PsRow, { ncpus, hz }: PsMachine): string {
  let letters = activity(ki, hz);
  if (ki.kp_stat !== SZOMB && ncpus > 1) letters += String(ki.kp_lwp.kl_cpuid);
  if (ki.kp_nice < 0) letters += '<';
  else if (ki.kp_nice > 0) letters += 'N';
  const flags = ki.kp_flags;
  if ((flags & P_TRACED) !== 0) letters += 'X';
  if ((flags & P_WEXIT) !== 0 && ki.kp_stat !== SZOMB) letters += 'E';
  if ((flags & P_PPWAIT) !== 0) letters += 'V';
  if ((flags & P_SYSTEM) !== 0) letters += 'L';
  if ((ki.kp_auxflags & KI_SLEADER) !== 0) letters += 's';
  if ((flags & P_CONTROLT) !== 0 && ki.kp_pgid === ki.kp_tpgid) letters += '+';
  return ki.kp_jailid === 0 ? letters : `${letters}J`;
}

function activity(ki: KinfoProcRecord, hz: number): string {
  const { kp_lwp: lwp, kp_stat: stat } = ki;
  if (stat === SSTOP) return 'T';
  if (stat === SZOMB) return 'Z';
  if (stat === SCORE) return 'C';
  if (stat === SIDL) return 'I';
  if (lwp.kl_stat === LSRUN) return 'R';
  if (lwp.kl_stat === LSSTOP) return 'T';
  // Process 0 has no lwp at all.
  if (lwp.kl_stat !== LSSLEEP) return 'D';
  if ((lwp.kl_flags & LWP_SINTR) !== 0) return lwp.kl_slptime >= MAXSLP * hz ? 'I' : 'S';
  return (ki.kp_flags & P_SYSTEM) !== 0 ? 'B' : 'D';
}
