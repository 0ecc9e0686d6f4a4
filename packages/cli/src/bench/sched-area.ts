/**
 * Owns the area `sched` of the benchmark: events of scheduling per CPU second in the grain `tasks`,
 * operations per CPU second in the grain `kernel`, and what a large machine takes in memory. All in this
 * thread; of several spans the best counts.
 */
import { functionNumber, Registry, SimulatedMachine, uniformTiming } from '@smplab/lwkt';
import { MAIN } from '@smplab/machine';
import {
  KernelSimulation,
  type Policy,
  policyNamed,
  ProcessSimulation,
  Simulation,
  symmetric,
  TraceRecorder,
  type WorkloadHost,
} from '@smplab/sched';
import { type BenchEffort, FULL } from './explore-area.ts';
import { cpuSeconds } from './explore-measure.ts';
import type { BenchRow } from './row.ts';
import { sweepRows } from './sched-sweep.ts';
import { FAMILIES, TOKEN_PAIR } from './sched-programs.ts';

const POLICIES = ['rr', 'fifo', 'stride', 'cfs', 'eevdf', 'ule', '4bsd', 'dfly', 'bsd4'] as const;
const SPANS = 6;
const CPUS = 4;
const TASKS = 40;
const LARGE_CPUS = 64;
const LARGE_TASKS = 10_000;
const MEGABYTE = 1 << 20;

/** Things done per CPU second: `advance` does some, and gives how many it has done up to now. */
function rateOf(forSeconds: number, advance: () => number): number {
  let done = advance();
  let best = 0;
  for (let span = 0; span < SPANS; span++) {
    const start = cpuSeconds();
    const before = done;
    let used: number;
    do {
      done = advance();
      used = cpuSeconds() - start;
    } while (used < forSeconds / SPANS || used === 0);
    best = Math.max(best, (done - before) / used);
  }
  return best;
}

/** Tasks that compute for a millisecond or so, and sleep so long that the machine is a little overloaded. */
function load(host: WorkloadHost, tasks: number, sleepNs: number): void {
  for (let at = 0; at < tasks; at++) {
    const random = host.random(`task ${at}`);
    host.spawn({
      name: `task ${at}`,
      program: function* (t) {
        for (;;) {
          yield t.compute(100_000 + 2_000_000 * random.uniform());
          yield t.sleep(1_000 * Math.ceil((sleepNs / 1_000) * random.uniform()));
        }
      },
    });
  }
}

interface Options {
  readonly cpus?: number;
  readonly tasks?: number;
  readonly sleepNs?: number;
  readonly recorder?: TraceRecorder;
}

function tasksGrain(policy: string, options: Options = {}): () => number {
  const { cpus = CPUS, tasks = TASKS, sleepNs = 18_000_000, recorder } = options;
  const sim = new Simulation({
    policy: policyNamed(policy) as Policy<never>,
    topology: symmetric(cpus),
    ...(recorder && { listener: recorder }),
  });
  load(sim, tasks, sleepNs);
  let until = 0;
  return () => {
    sim.run((until += 20_000_000));
    return sim.events;
  };
}

function kernelGrain(policy: string): () => number {
  const sim = new KernelSimulation({
    policy: policyNamed(policy) as Policy<never>,
    topology: symmetric(CPUS),
  });
  load(sim, TASKS, 18_000_000);
  let until = 0;
  return () => {
    sim.run((until += 5_000_000));
    return sim.events;
  };
}

function processes(): () => number {
  const policy = policyNamed('eevdf') as Policy<never>;
  const sim = new ProcessSimulation({ scenario: FAMILIES, policy, topology: symmetric(CPUS) });
  let until = 0;
  return () => {
    sim.run((until += 200_000));
    return sim.events;
  };
}

function threads(): () => number {
  const registry = new Registry();
  TOKEN_PAIR.register(registry);
  const machine = new SimulatedMachine(TOKEN_PAIR.name, {
    cpus: 2,
    registry,
    main: functionNumber(MAIN),
    timing: uniformTiming(2),
  });
  let until = 0;
  return () => {
    machine.run((until += 100_000));
    return machine.operations;
  };
}

/** Measures the area; `onCase` hears which case is next. */
export async function schedArea(effort: BenchEffort, onCase: (name: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const measure = (name: string, metric: string, unit: string, make: () => () => number): void => {
    onCase(`sched ${name}`);
    rows.push({ area: 'sched', case: name, metric, value: rateOf(effort.seconds, make()), unit });
  };
  const events = 'events per CPU second';
  for (const policy of POLICIES) measure(`tasks, ${policy}`, events, 'events/s', () => tasksGrain(policy));
  measure('tasks, eevdf, recorded', events, 'events/s', () =>
    tasksGrain('eevdf', { recorder: new TraceRecorder('bench', symmetric(CPUS)) }),
  );
  const operations = 'operations per CPU second';
  measure('kernel, threads and a token', operations, 'operations/s', threads);
  measure('kernel, tasks, eevdf', operations, 'operations/s', () => kernelGrain('eevdf'));
  measure('kernel, processes, eevdf', operations, 'operations/s', processes);
  onCase('sched sweep');
  rows.push(...(await sweepRows(effort.seconds)));
  return effort.seconds < FULL.seconds ? rows : [...rows, ...largeRows(effort, onCase)];
}

/** Many tasks on many CPUs: too much for a quick look. */
function largeRows(effort: BenchEffort, onCase: (name: string) => void): BenchRow[] {
  const name = `tasks, ${LARGE_CPUS} CPUs, ${LARGE_TASKS} tasks, eevdf`;
  onCase(`sched ${name}`);
  const before = process.memoryUsage().rss;
  const large = { cpus: LARGE_CPUS, tasks: LARGE_TASKS, sleepNs: 400_000_000 };
  const value = rateOf(effort.seconds, tasksGrain('eevdf', large));
  const megabytes = (process.memoryUsage().rss - before) / MEGABYTE;
  const row = { area: 'sched', case: name };
  return [
    { ...row, metric: 'events per CPU second', value, unit: 'events/s' },
    { ...row, metric: 'megabytes more than before', value: megabytes, unit: 'MB' },
  ];
}
