/**
 * Owns what top shows: figures of the machine and the busiest processes, from texts of /proc. Pure. What a
 * tree does not have, as that of FreeBSD has nothing about the machine, is left out.
 */
import { libc } from '@smplab/proc';
import { cpuTime, type ProcRecord, terminalName } from './proc-table.ts';
import type { Names } from './users.ts';

/** Files about the machine; null for one that is not there. */
export interface MachineTexts {
  readonly loadavg: string | null;
  readonly uptime: string | null;
  readonly stat: string | null;
  readonly meminfo: string | null;
}

/** What /proc had at one time. */
export interface Sample {
  readonly ticks: number;
  readonly hz: number;
  readonly time: string;
  readonly texts: MachineTexts;
  readonly processes: readonly ProcRecord[];
}

const WIDTH = 79;
const CPU_STATES = ['user', 'nice', 'system', 'idle'] as const;
const COLUMNS = [
  { heading: 'PID' },
  { heading: 'USER', isText: true },
  { heading: 'TT', isText: true },
  { heading: 'WCHAN', isText: true },
  { heading: 'TIME' },
  { heading: 'CPU' },
  { heading: 'COMMAND', isText: true },
];

/** The lines of a display; percentages are of the time since the sample `before`, or since boot. */
export function topLines(now: Sample, before: Sample | null, user: Names, rows: number): string[] {
  const { texts, processes } = now;
  const running = processes.filter(({ wchan }) => wchan === 'nochan').length;
  const head = [
    [loads(texts.loadavg), up(texts.uptime), now.time].filter((each) => each !== '').join('    '),
    `${processes.length} processes: ${running} not waiting`,
    cpuStates(texts.stat, before?.texts.stat ?? null),
    memory(texts.meminfo),
  ];
  return [...head.filter((line) => line !== ''), '', ...table(now, before, user, rows)].map((line) =>
    line.slice(0, WIDTH),
  );
}

function table(now: Sample, before: Sample | null, user: Names, rows: number): string[] {
  const seconds = (now.ticks - (before?.ticks ?? 0)) / now.hz;
  const earlier = new Map(before?.processes.map((each) => [`${each.pid} ${each.start}`, usedBy(each)]));
  const shown = now.processes.map((each) => {
    const used = usedBy(each) - (earlier.get(`${each.pid} ${each.start}`) ?? 0);
    return { each, share: seconds > 0 ? (100 * used) / seconds : 0 };
  });
  shown.sort((a, b) => b.share - a.share || usedBy(b.each) - usedBy(a.each) || a.each.pid - b.each.pid);
  return libc.textTable(
    COLUMNS,
    shown
      .slice(0, rows)
      .map(({ each, share }) => [
        String(each.pid),
        user(each.uid),
        terminalName(each.tty),
        each.wchan === 'nochan' ? '-' : each.wchan,
        cpuTime(usedBy(each)),
        `${share.toFixed(1)}%`,
        each.args === '' ? `(${each.comm})` : each.args,
      ]),
  );
}

function usedBy({ user, system }: ProcRecord): number {
  return user + system;
}

function loads(text: string | null): string {
  const found = text?.split(' ').slice(0, 3) ?? [];
  return found.length === 0 ? '' : `load averages: ${found.join(', ')}`;
}

/** Days, hours, minutes and seconds. */
function up(text: string | null): string {
  if (text === null) return '';
  const seconds = Math.floor(Number(text.split(' ')[0]));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const time = [(seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `up ${Math.floor(seconds / 86_400)}+${time}`;
}

/** Of all CPUs together. */
function cpuStates(now: string | null, before: string | null): string {
  if (now === null) return '';
  const [all, earlier] = [statesIn(now), statesIn(before ?? '')];
  const spent = all.map((value, at) => value - earlier[at]);
  const whole = spent.reduce((sum, value) => sum + value, 0);
  const share = (value: number): string => ((100 * value) / Math.max(whole, 1)).toFixed(1);
  return `CPU states: ${spent.map((value, at) => `${share(value)}% ${CPU_STATES[at]}`).join(', ')}`;
}

/** The first `cpu` line of NetBSD is that of one CPU, so the others are added up. */
function statesIn(text: string): number[] {
  const sums = CPU_STATES.map(() => 0);
  for (const [, figures] of text.matchAll(/^cpu\d+ ([\d ]+)$/gm)) {
    for (const [at, figure] of figures.split(' ').slice(0, sums.length).entries()) sums[at] += Number(figure);
  }
  return sums;
}

function memory(text: string | null): string {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text ?? '')?.[1] ?? NaN);
  const [total, free] = [kilobytes('MemTotal'), kilobytes('MemFree')];
  if (Number.isNaN(total) || Number.isNaN(free)) return '';
  return `Memory: ${total}K total, ${total - free}K used, ${free}K free`;
}
