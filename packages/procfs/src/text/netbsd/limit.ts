/**
 * Owns /proc/N/limit (procfs_dolimit of procfs_limit.c) and the table of Linux beside it, limits (vnops
 * 1.231). Run in the thread that reads. The names of the second are those of Linux; what NetBSD does not
 * limit is not limited.
 */
import type { Context, Steps } from '@smplab/lwkt';
import type { Reading } from '../reading.ts';
import { type ResourceLimit, resourceLimits } from '../resource-limits.ts';

/** RLIM_STRINGS, by number. */
const NAMES = [
  ...['cpu', 'fsize', 'data', 'stack', 'core', 'rss', 'memlock', 'nproc', 'nofile', 'sbsize', 'as'],
  'nthr',
];
const INFINITY = '0x7fffffffffffffff';
const COLUMN = 20;

/** Name, current and maximum limit, each in 20 columns. */
export function* procfs_dolimit(k: Context, { p }: Reading): Steps<string> {
  const limits = yield* resourceLimits(k, p);
  const cell = (value: number | null): string => String(value ?? INFINITY).padStart(COLUMN);
  return limits
    .map(({ soft, hard }, which) => `${NAMES[which].padStart(COLUMN)} ${cell(soft)} ${cell(hard)}\n`)
    .join('');
}

const NO_LIMIT: ResourceLimit = { soft: null, hard: null };
const NONE = -1;

/** Name, number here or NONE, and unit, in the order of Linux. */
const LINUX: readonly (readonly [string, number, string])[] = [
  ['Max cpu time', 0, 'seconds'],
  ['Max file size', 1, 'bytes'],
  ['Max data size', 2, 'bytes'],
  ['Max stack size', 3, 'bytes'],
  ['Max core file size', 4, 'bytes'],
  ['Max resident set', 5, 'bytes'],
  ['Max processes', 7, 'processes'],
  ['Max open files', 8, 'files'],
  ['Max locked memory', 6, 'bytes'],
  ['Max address space', 10, 'bytes'],
  ['Max file locks', NONE, 'locks'],
  ['Max pending signals', NONE, 'signals'],
  ['Max msgqueue size', NONE, 'bytes'],
  ['Max nice priority', NONE, ''],
  ['Max realtime priority', NONE, ''],
  ['Max realtime timeout', NONE, 'us'],
];

export function* procfs_dolimits(k: Context, { p }: Reading): Steps<string> {
  const limits = yield* resourceLimits(k, p);
  const cell = (value: number | null): string => String(value ?? 'unlimited');
  const rows = LINUX.map(([name, which, unit]) => {
    const { soft, hard } = which === NONE ? NO_LIMIT : limits[which];
    return line(name, cell(soft), cell(hard), unit);
  });
  return [line('Limit', 'Soft Limit', 'Hard Limit', 'Units'), ...rows].join('');
}

function line(name: string, soft: string, hard: string, unit: string): string {
  return `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`;
}
