/** Owns what an inspection says of the CPUs: what each does, what is asked of it, and its counters. Pure. */
import {
  CPU_BOOTED,
  CPU_FAILED,
  CPU_HALTED,
  CPU_IDLE,
  CPU_OFF,
  CPU_RUNNING,
  CPU_WAITING,
  DOORBELL_HALT,
  DOORBELL_INTERRUPT,
  DOORBELL_IPI,
  DOORBELL_TICK,
  DOORBELL_WORD,
  RQF_AST_LWKT_RESCHED,
  RQF_INTPEND,
  RQF_IPIQ,
  RQF_TIMER,
  RQF_WAKEUP,
} from '@smplab/lwkt';
import { bitNames } from './crash-file.ts';
import type { CpuPlace, MachineMap } from './machine-map.ts';

const STATES = new Map([
  [CPU_BOOTED, 'booted'],
  [CPU_RUNNING, 'running'],
  [CPU_IDLE, 'idle'],
  [CPU_WAITING, 'waiting'],
  [CPU_HALTED, 'halted'],
  [CPU_FAILED, 'failed'],
]);

const REQUESTS = {
  IPIQ: RQF_IPIQ,
  INTPEND: RQF_INTPEND,
  TIMER: RQF_TIMER,
  RESCHED: RQF_AST_LWKT_RESCHED,
  WAKEUP: RQF_WAKEUP,
} as const;

const DOORBELL = {
  IPI: DOORBELL_IPI,
  TICK: DOORBELL_TICK,
  HALT: DOORBELL_HALT,
  WORD: DOORBELL_WORD,
  INTERRUPT: DOORBELL_INTERRUPT,
} as const;

/** The counters of a CPU: name here, field of struct globaldata. */
const COUNTERS = {
  switches: 'gd_cnt_switch',
  messages: 'gd_cnt_ipiq',
  avoided: 'gd_cnt_ipiq_avoided',
  preempted: 'gd_cnt_preempt_hit',
  unpreempted: 'gd_cnt_preempt_miss',
  collisions: 'gd_cnt_lock_colls',
  wakeups: 'gd_cnt_wakeup',
  ticks: 'gd_cnt_ticks',
} as const;

export interface CpuReport {
  readonly cpu: number;
  readonly state: string;
  /** Name of the current thread. */
  readonly current: string;
  /** Critical sections the current thread is in. */
  readonly critical: number;
  /** Sends within sends (gd_intr_nesting_level). */
  readonly nesting: number;
  /** Levels of processing messages. */
  readonly processing: number;
  readonly spinlocks: number;
  /** gd_reqflags. */
  readonly requests: readonly string[];
  readonly doorbell: readonly string[];
  /** Somebody has signalled messages. */
  readonly polled: boolean;
  /** Pending interrupt vectors. */
  readonly interrupts: readonly number[];
  /** Tick of the earliest timeout, null for none. */
  readonly timeout: number | null;
  /** Operations a live CPU has counted. */
  readonly heartbeat: number;
  readonly counters: Readonly<Record<keyof typeof COUNTERS, number>>;
}

export function cpuReports(map: MachineMap): CpuReport[] {
  return map.cpus.map((cpu) => cpuReport(map, cpu));
}

function cpuReport(map: MachineMap, cpu: CpuPlace): CpuReport {
  const current = map.gd(cpu, 'gd_curthread');
  const timeout = map.gd(cpu, 'gd_nexttimo');
  const counters = Object.entries(COUNTERS).map(([name, field]) => [name, map.gd(cpu, field) >>> 0]);
  return {
    cpu: cpu.cpuid,
    state: stateOf(map, cpu),
    current: map.threadName(current),
    critical: map.file.has('thread', current) ? map.td(current, 'td_critcount') : 0,
    nesting: map.gd(cpu, 'gd_intr_nesting_level'),
    processing: map.gd(cpu, 'gd_processing_ipiq'),
    spinlocks: map.gd(cpu, 'gd_spinlocks'),
    requests: bitNames(map.gd(cpu, 'gd_reqflags'), REQUESTS),
    doorbell: bitNames(map.gd(cpu, 'gd_doorbell'), DOORBELL),
    polled: map.gd(cpu, 'gd_npoll') !== 0,
    interrupts: vectors(map.gd(cpu, 'gd_intpend')),
    timeout: timeout === -1 ? null : timeout,
    heartbeat: map.gd(cpu, 'gd_heartbeat') >>> 0,
    counters: Object.fromEntries(counters) as CpuReport['counters'],
  };
}

/** Explored CPUs keep no state of their own: who runs says it. */
function stateOf(map: MachineMap, cpu: CpuPlace): string {
  const state = map.gd(cpu, 'gd_state');
  if (state !== CPU_OFF) return STATES.get(state) ?? `state ${state}`;
  const current = map.gd(cpu, 'gd_curthread');
  if (current === 0) return 'off';
  return current === map.gd(cpu, 'gd_idlethread') ? 'idle' : 'running';
}

function vectors(mask: number): number[] {
  return Array.from({ length: 32 }, (_, vector) => vector).filter((vector) => (mask & (1 << vector)) !== 0);
}
