/**
 * Owns taking a crash dump apart: everything an inspection says, as one plain value, and parts of it. Pure.
 */
import type { Memory } from '@smplab/kmem';
import type { CrashReason } from '../crash-dump.ts';
import { CrashFile } from './crash-file.ts';
import { type CpuReport, cpuReports } from './cpu-report.ts';
import { type EventReport, eventReports } from './event-report.ts';
import { MachineMap } from './machine-map.ts';
import { type MemoryReport, memoryReport } from './memory-report.ts';
import {
  type MessageQueueReport,
  messageQueueReports,
  type SleepQueueReport,
  sleepQueueReports,
} from './queue-report.ts';
import { type ThreadReport, threadReports } from './thread-report.ts';
import { type TokenReport, tokenReports } from './token-report.ts';

/** The parts of an inspection that can be asked for, in their order. */
export const INSPECTION_PARTS = [
  'cpus',
  'threads',
  'tokens',
  'messages',
  'sleepers',
  'memory',
  'events',
] as const;
export type InspectionPart = (typeof INSPECTION_PARTS)[number];

export interface Inspection {
  readonly reason: CrashReason;
  readonly machine: {
    readonly cpus: number;
    readonly ticks: number;
    readonly hz: number;
    readonly isHalted: boolean;
    /** CPU that panicked first; null for none. */
    readonly panic: number | null;
  };
  /** What is wrong with the memory itself. */
  readonly remarks: readonly string[];
  readonly cpus: readonly CpuReport[];
  readonly threads: readonly ThreadReport[];
  readonly tokens: readonly TokenReport[];
  readonly messages: readonly MessageQueueReport[];
  readonly sleepers: readonly SleepQueueReport[];
  readonly memory: MemoryReport;
  readonly events: readonly EventReport[];
}

/** An inspection of which only some parts were asked for. */
export type PartialInspection = Pick<Inspection, 'reason' | 'machine' | 'remarks'> & Partial<Inspection>;

export interface InspectOptions {
  /** Only what concerns this CPU. */
  readonly cpu?: number;
  /** Only these parts; default all. */
  readonly parts?: readonly InspectionPart[];
}

/**
 * The memory of a dump, for parts that other packages add. @throws InputError when the file is no crash dump.
 */
export function dumpMemory(path: string): Memory {
  return CrashFile.open(path).memory;
}

/** @throws InputError when the file is no crash dump, is damaged, or has no such CPU. */
export function inspectionOf(path: string): Inspection {
  const file = CrashFile.open(path);
  const map = new MachineMap(file);
  const panic = map.kern('k_panic');
  const threads = threadReports(map);
  const parts = {
    cpus: cpuReports(map),
    threads,
    tokens: tokenReports(map, threads),
    messages: messageQueueReports(map),
    sleepers: sleepQueueReports(map),
    memory: memoryReport(map),
    events: eventReports(map),
  };
  return {
    reason: file.notes.reason,
    machine: {
      cpus: map.cpus.length,
      ticks: map.kern('k_ticks'),
      hz: map.kern('k_hz'),
      isHalted: map.kern('k_halt') !== 0,
      panic: panic === 0 ? null : panic - 1,
    },
    remarks: map.remarks,
    ...parts,
  };
}

/** The part of an inspection that the options ask for. */
export function selected(inspection: Inspection, options: InspectOptions): PartialInspection {
  const { cpu, parts = INSPECTION_PARTS } = options;
  const { reason, machine, remarks } = inspection;
  const wanted = cpu === undefined ? inspection : ofCpu(inspection, cpu);
  const chosen = INSPECTION_PARTS.filter((part) => parts.includes(part)).map((part) => [part, wanted[part]]);
  return { reason, machine, remarks, ...Object.fromEntries(chosen) } as PartialInspection;
}

function ofCpu(inspection: Inspection, cpu: number): Inspection {
  const isHere = (report: { readonly cpu: number }): boolean => report.cpu === cpu;
  const threads = inspection.threads.filter(isHere);
  const claimed = new Set(
    threads.flatMap(({ held, wanted }) => [...held, ...wanted].map(({ token }) => token)),
  );
  return {
    ...inspection,
    cpus: inspection.cpus.filter(isHere),
    threads,
    tokens: inspection.tokens.filter(({ token }) => claimed.has(token)),
    messages: inspection.messages.filter(({ source, target }) => source === cpu || target === cpu),
    sleepers: inspection.sleepers.filter(isHere),
    events: inspection.events.filter(isHere),
  };
}
