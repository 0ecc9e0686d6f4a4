/**
 * Owns the report of a machine that has ended: why, and what each CPU did. Pure data, read from kernel
 * memory.
 */
import { GD, type Kernel } from '@smplab/lwkt';
import type { DriverName } from '../driver.ts';

/** What one CPU did. */
export interface CpuReport {
  readonly cpu: number;
  /** Worker thread it was; 0 if it never booted. */
  readonly threadId: number;
  /** Operations (modulo 2^32), context switches, messages sent, clock interrupts. */
  readonly operations: number;
  readonly switches: number;
  readonly messages: number;
  readonly ticks: number;
  readonly preemptions: number;
}

/** How a machine ended. */
export type MachineOutcome = 'halted' | 'failed' | 'time-limit' | 'interrupted' | 'refused' | 'boot-failed';

/** What is known of a machine that has ended. */
export interface MachineReport {
  readonly driver: DriverName;
  /**
   * halted: all threads have ended; failed: a CPU panicked, died or made no progress; time-limit,
   * interrupted: it was told to stop; refused: an image cannot be used; boot-failed: a CPU did not boot.
   */
  readonly outcome: MachineOutcome;
  /** For a failed machine: as an exploration would call it (panic, assertion, token-misuse ...). */
  readonly verdict: string | null;
  readonly message: string;
  /** CPU and thread at fault, if it was one. */
  readonly cpu: number | null;
  readonly thread: string | null;
  readonly stack: string;
  readonly cpus: readonly CpuReport[];
  readonly ticks: number;
  /** Time of the wall, boot included; null where no clock is read. */
  readonly seconds: number | null;
  /** Time from the moment all CPUs had booted: of the wall; under simulate that of the machine itself. */
  readonly runSeconds: number | null;
  /** Hash of the trace; null for a live machine, which has none. */
  readonly traceHash: string | null;
  /** Path of the crash dump of a failed machine. */
  readonly dump: string | null;
  /** What else a reader should know. */
  readonly notes: readonly string[];
}

/** The counters of every CPU. */
export function cpuReports(kernel: Kernel, threadIds: readonly number[]): CpuReport[] {
  const { words } = kernel;
  return Array.from({ length: kernel.ncpus }, (_, cpu) => {
    const gd = kernel.gdOf(cpu);
    return {
      cpu,
      threadId: threadIds[cpu] ?? 0,
      operations: words[gd + GD.gd_heartbeat] >>> 0,
      switches: words[gd + GD.gd_cnt_switch],
      messages: words[gd + GD.gd_cnt_ipiq],
      ticks: words[gd + GD.gd_cnt_ticks],
      preemptions: words[gd + GD.gd_cnt_preempt_hit],
    };
  });
}
