/**
 * Owns what an inspection says of queues: messages between CPUs that were not taken or are being run, and the
 * sleepers of each CPU. Pure.
 */
import type { FieldType } from '@smplab/kmem';
import { cutList } from './cut-list.ts';
import type { CpuPlace, MachineMap } from './machine-map.ts';

const MOST_BUCKETS = 1 << 20;
const ENTRY_WORDS = 3;

/** One message by its function and arguments. */
interface MessageReport {
  readonly function: string;
  readonly arguments: readonly string[];
}

export interface MessageQueueReport {
  readonly source: number;
  readonly target: number;
  /** Messages the target has not taken. */
  readonly depth: number;
  /** The target is running a message of this queue. */
  readonly isRunning: boolean;
  /** The source waits for room. */
  readonly isDraining: boolean;
  readonly pending: readonly MessageReport[];
}

export interface SleepQueueReport {
  readonly cpu: number;
  readonly bucket: number;
  readonly sleepers: readonly {
    readonly thread: string;
    readonly ident: number;
    readonly identName: string;
    readonly message: string;
  }[];
  /** Whether wakeups on other CPUs know that somebody sleeps here. */
  readonly isMasked: boolean;
}

/** The queues with something in them. */
export function messageQueueReports(map: MachineMap): MessageQueueReport[] {
  const reports: MessageQueueReport[] = [];
  const { size } = map.file.layout('lwkt_ipiq');
  const first = map.kern('k_ipiq');
  if (first === 0) return reports;
  for (const source of map.cpus) {
    for (const target of map.cpus) {
      const ip = first + (source.cpuid * map.kern('k_ncpus') + target.cpuid) * size;
      const report = map.file.has('lwkt_ipiq', ip) ? messageQueue(map, ip, source.cpuid, target.cpuid) : null;
      if (report !== null) reports.push(report);
    }
  }
  return reports;
}

function messageQueue(
  map: MachineMap,
  ip: number,
  source: number,
  target: number,
): MessageQueueReport | null {
  const read = (field: string): number => map.file.field('lwkt_ipiq', ip, field);
  const rindex = read('ip_rindex');
  const depth = (read('ip_windex') - rindex) | 0;
  const isRunning = read('ip_xindex') !== rindex;
  const isDraining = read('ip_drain') !== 0;
  if (depth === 0 && !isRunning && !isDraining) return null;
  const room = arrayLength(map.file.layout('lwkt_ipiq').fields['ip_info']);
  if (depth < 0 || depth > room) {
    map.remarks.push(
      `the queue from cpu${source} to cpu${target} has ${depth} messages, and room for ${room}`,
    );
  }
  const info = ip + map.file.offset('lwkt_ipiq', 'ip_info');
  const shown = Math.max(0, Math.min(depth, room));
  const pending = Array.from({ length: shown }, (_, index) => {
    const entry = info + ((rindex + index) & (room - 1)) * ENTRY_WORDS;
    return {
      function: map.file.functionName(map.file.word(entry)),
      arguments: [1, 2].map((at) => map.describe(map.file.word(entry + at))),
    };
  });
  return { source, target, depth, isRunning, isDraining, pending };
}

function arrayLength(type: FieldType | undefined): number {
  return type?.kind === 'array' ? type.length : 0;
}

/** The buckets with somebody in them. */
export function sleepQueueReports(map: MachineMap): SleepQueueReport[] {
  const buckets = map.kern('k_sleep_buckets');
  if (buckets < 0 || buckets > MOST_BUCKETS) {
    map.remarks.push(`k_sleep_buckets is ${buckets}`);
    return [];
  }
  return map.cpus.flatMap((cpu) => {
    const hash = map.gd(cpu, 'gd_tsleep_hash');
    const reports: SleepQueueReport[] = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const first = map.file.word(hash + 2 * bucket);
      if (first !== 0) reports.push(sleepQueue(map, cpu, bucket, first));
    }
    return reports;
  });
}

function sleepQueue(map: MachineMap, cpu: CpuPlace, bucket: number, first: number): SleepQueueReport {
  const { items, cut } = cutList(map.file, 'thread', first, 'td_sleepq');
  if (cut !== null) map.remarks.push(`sleep queue ${bucket} of cpu${cpu.cpuid} ${cut}`);
  const masks = map.kern('k_sleep_masks') + 2 * bucket;
  const mask = map.file.word(masks + (cpu.cpuid >> 5));
  return {
    cpu: cpu.cpuid,
    bucket,
    isMasked: (mask & (1 << (cpu.cpuid & 31))) !== 0,
    sleepers: items.map((td) => {
      const ident = map.td(td, 'td_wchan');
      return {
        thread: map.threadName(td),
        ident,
        identName: map.describe(ident),
        message: map.file.text('thread', td, 'td_wmesg'),
      };
    }),
  };
}
