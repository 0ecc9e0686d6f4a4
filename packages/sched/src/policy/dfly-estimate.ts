/**
 * Owns how usched_dfly estimates what a thread uses: the part of the last second in which it ran, made up
 * for by how many threads want CPUs, and approached by a ninth at each recalculation, faster after a
 * start or a long sleep.
 */
import type { Task } from '../task/task.ts';
import { type Estimate, ESTCPUFREQ, ESTCPUMAX, limitEstcpu, NQS, priorityFor, queueOf } from './estcpu.ts';

/** What the policy knows of a thread. */
export interface Dfly extends Estimate {
  /** Part of a CPU, 0 to FSCALE. */
  pctcpu: number;
  /** Recalculations since its start or its last long sleep, up to `decay` (lwp_estfast). */
  estfast: number;
  /** Queue that it goes to (lwp_rqindex). */
  rqindex: number;
  /** Ticks of its turn (lwp_rrcount). */
  rrcount: number;
  /** What it counts for its CPU: 0 to 511, more or less by nice. */
  uload: number;
  /** Whether it counts there now (LWP_MP_ULOAD): from its waking up until it has slept for a while. */
  isCounted: boolean;
  /** The CPU that it is of (lwp_qcpu). */
  qcpu: number;
  /** Who woke it ran here (td_wakefromcpu); -1 is nowhere. */
  wakeFrom: number;
  isForked: boolean;
  isAsleep: boolean;
}

const FSCALE = 2048;
const PRIO_MAX = 20;

/** updatepcpu: the part of the last second, or of the time since the last look if that is longer. */
function updatePctcpu(data: Dfly, ticks: number): void {
  const part = Math.trunc((data.cpticks * FSCALE) / ticks);
  const rest = ESTCPUFREQ - ticks;
  data.pctcpu = rest <= 0 ? part : Math.trunc((part * ticks + data.pctcpu * rest) / ESTCPUFREQ);
}

/** How often ticks come in, and how many want how many CPUs. */
export interface DflySituation {
  readonly decay: number;
  readonly tick: number;
  readonly threads: number;
  readonly cpus: number;
}

/** dfly_recalculate_estcpu; false if it is of this tick already. */
export function recalculate(
  data: Dfly,
  slept: number,
  { decay, tick, threads, cpus }: DflySituation,
): boolean {
  if (slept > 1) {
    data.estcpu >>= 1;
    data.estfast = 0;
  } else {
    const ticks = tick - data.cpbase;
    if (ticks <= 0) return false;
    updatePctcpu(data, ticks);
    let target = Math.trunc((data.pctcpu * ESTCPUMAX) / FSCALE);
    if (threads > cpus) target += Math.trunc((target * (threads - cpus)) / cpus);
    const weight = data.estfast < decay ? ++data.estfast : Math.min(Math.max(decay, 1), 1024);
    data.estcpu = limitEstcpu(Math.trunc((data.estcpu * weight + target) / (weight + 1)));
  }
  data.cpbase = tick;
  data.cpticks = 0;
  return true;
}

/** dfly_resetpriority: the priority, the queue and the load that follow; whether the queue is another. */
export function resetPriority(task: Task<Dfly>): boolean {
  const { data } = task;
  const before = queueOf(data.priority);
  data.priority = priorityFor(task, data.estcpu);
  const load = Math.trunc(data.estcpu / NQS);
  data.uload = load - Math.trunc((load * task.nice) / (PRIO_MAX + 1));
  const after = queueOf(data.priority);
  if (before === after) return false;
  data.rqindex = after;
  return true;
}
