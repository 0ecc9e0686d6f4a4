/**
 * Owns the global settings of an rt-app file: those that mean something in virtual time, and a word on each
 * of the others that asks for something.
 */
import type { Fields } from './fields.ts';
import type { LooseEntry } from './loose-json.ts';
import { readPolicy, type RtPolicy } from './scheduling.ts';

export interface RtGlobal {
  readonly durationNs: number;
  readonly policy: RtPolicy;
  /** Mutexes inherit priorities. */
  readonly isPi: boolean;
  /** What a loop of work takes; phases report thousands of them as "perf". */
  readonly nsPerLoop: number;
  readonly isSlackCumulative: boolean;
  readonly isLogged: boolean;
}

const FLAGS = ['pi_enabled', 'lock_pages', 'gnuplot', 'cumulative_slack'] as const;
const TEXTS = ['logdir', 'log_basename', 'io_device'] as const;
const OTHERS = [
  'duration',
  'calibration',
  'default_policy',
  'log_size',
  'ftrace',
  'mem_buffer_size',
] as const;
/** Of older versions, which today's rt-app passes over. */
const OLD = ['spacing', 'frag', 'fragment'] as const;
const KEYS = [...OTHERS, ...FLAGS, ...TEXTS, ...OLD];

const S = 1_000_000_000;

export function readGlobal(fields: Fields, entry: LooseEntry | undefined): RtGlobal {
  const found =
    entry === undefined
      ? new Map<string, LooseEntry>()
      : fields.byKey(fields.object(entry), '"global"', KEYS);
  const [duration, calibration, policy, logSize, ftrace, buffer] = OTHERS.map((key) => found.get(key));
  const [isPi, , isPlotted, isSlackCumulative] = FLAGS.map((key) => {
    const flag = found.get(key);
    return flag !== undefined && fields.flag(flag);
  });
  for (const key of TEXTS) readText(fields, found.get(key));
  for (const key of OLD) {
    const old = found.get(key);
    if (old !== undefined) fields.warn(old.at, `"${key}" is of older versions of rt-app, and is left out`);
  }
  if (isPlotted) warn(fields, found.get('gnuplot'), 'no plots are made: the log has what they show');
  if (ftrace !== undefined) readFtrace(fields, ftrace);
  if (buffer !== undefined) fields.whole(buffer, 1);
  return {
    durationNs: duration === undefined ? Infinity : fields.times(duration, 0) * S,
    policy: readPolicy(fields, policy) ?? 'SCHED_OTHER',
    isPi,
    nsPerLoop: readCalibration(fields, calibration),
    isSlackCumulative,
    isLogged: logSize === undefined || readLogSize(fields, logSize),
  };
}

function warn(fields: Fields, entry: LooseEntry | undefined, what: string): void {
  if (entry !== undefined) fields.warn(entry.at, `"${entry.key}": ${what}`);
}

function readText(fields: Fields, entry: LooseEntry | undefined): void {
  if (entry !== undefined && entry.value.kind !== 'null') fields.text(entry);
}

function readFtrace(fields: Fields, entry: LooseEntry): void {
  const { value } = entry;
  const isAsked = value.kind === 'flag' ? value.value : !['none', ''].includes(fields.text(entry));
  if (isAsked) warn(fields, entry, 'a trace is recorded by the experiment, not from here');
}

/** ns per loop; a CPU to measure it on stands for 1. */
function readCalibration(fields: Fields, entry: LooseEntry | undefined): number {
  if (entry === undefined) return 1;
  if (entry.value.kind === 'number') return Math.max(1, fields.whole(entry, 0));
  if (!/^CPU\d+$/.test(fields.text(entry)))
    fields.fail(
      entry.value.at,
      `"calibration" is "${fields.text(entry)}": ns per loop or "CPU" with a number is needed`,
    );
  return 1;
}

function readLogSize(fields: Fields, entry: LooseEntry): boolean {
  if (entry.value.kind === 'number') return fields.whole(entry, 0) > 0;
  return fields.text(entry).toLowerCase() !== 'disable';
}
