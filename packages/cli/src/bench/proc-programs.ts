/**
 * Owns the programs of the benchmark area `proc`. On every CPU one worker process does the same thing many
 * times; the first program takes the time around all of them, several times, and logs the best span: how many
 * a second, by the wall and by the CPU time of the whole machine. Other users of the machine only ever make a
 * span worse.
 */
import { kern, type ProcessScenario, processScenario, type User } from '@smplab/proc';
import { LOGGED } from './live-program.ts';

type Code<T = void> = Generator<unknown, T, unknown>;

const SPANS = 8;
const MILLION = 1e6;
/** Children a parent has at once, where it does not wait for each. */
const BATCH = 16;

/** One kind of work, and how often a worker does it in a span. */
interface Work {
  readonly name: string;
  readonly rounds: number;
  /** Operations of one round; default 1. */
  readonly operations?: number;
  /** Processes that sleep meanwhile; default none. */
  readonly sleepers?: number;
  readonly round: (u: User, cpu: number) => Code<unknown>;
}

const WORKS: readonly Work[] = [
  {
    name: 'fork+exit+wait',
    rounds: 6000,
    *round(u) {
      const pid = yield* u.fork('leaf');
      yield* u.wait4(pid);
    },
  },
  {
    name: 'fork+exit+wait by sixteens',
    rounds: 400,
    operations: BATCH,
    *round(u) {
      for (let child = 0; child < BATCH; child++) yield* u.fork('leaf');
      for (let child = 0; child < BATCH; child++) yield* u.wait();
    },
  },
  {
    name: 'fork+exec+exit+wait',
    rounds: 3000,
    *round(u) {
      const pid = yield* u.fork('executes');
      yield* u.wait4(pid);
    },
  },
  {
    name: 'pfind of an existing pid',
    rounds: 5000,
    sleepers: 256,
    *round(u) {
      yield* u.getpgid(2);
    },
  },
  {
    name: 'kill(pid, 0)',
    rounds: 3000,
    sleepers: 256,
    *round(u) {
      yield* u.kill(2, 0);
    },
  },
  {
    name: 'allproc_scan, per process',
    rounds: 20,
    operations: 259,
    sleepers: 256,
    *round(u) {
      yield* u.syscall('scan');
    },
  },
];

/** Processes that the machine has besides sleepers: kernel, init, the first program. */
const MEMORY_WORDS = 1 << 23;

function benchmark(work: Work, cpus: number, buckets: number): ProcessScenario {
  const { rounds, operations = 1, sleepers = 0 } = work;
  const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const name = `${work.name}, ${counted(cpus, 'CPU')}, ${counted(buckets, 'bucket')}`;
  const limits = { allprocHashSize: buckets, memoryWords: MEMORY_WORDS };
  return processScenario(
    name,
    {
      cpus,
      limits,
      systemCalls: {
        *scan(k) {
          yield* kern.allproc_scan(k.context, function* () {
            return 0;
          });
        },
      },
    },
    {
      '/bin/bench': {
        *main(u) {
          for (let i = 0; i < sleepers; i++) yield* u.fork('sleeper');
          let best: readonly [number, number] = [0, 0];
          for (let span = 0; span < SPANS; span++) {
            const rate = yield* measure(u, rounds * operations * cpus);
            if (rate[0] > best[0]) best = rate;
          }
          u.log(`${LOGGED}${best.map((each) => each.toFixed(1)).join(' ')}`);
          if (sleepers > 0) yield* u.kill(-1, kern.SIGKILL);
          while ((yield* u.wait()).pid > 0);
        },
        *worker(u, cpu: number) {
          for (let i = 0; i < rounds; i++) yield* work.round(u, cpu);
        },
        *sleeper(u) {
          yield* u.pause();
        },
        *leaf(u) {
          yield* u.exit();
        },
        *executes(u) {
          yield* u.execve('/bin/true');
        },
      },
      '/bin/true': {
        *main(u) {
          yield* u.exit();
        },
      },
    },
  );
}

/** Lets a worker on each CPU do its rounds. */
function* measure(u: User, operations: number): Code<readonly [number, number]> {
  const pids: number[] = [];
  const start = performance.now();
  const before = process.cpuUsage();
  for (let cpu = 0; cpu < u.ncpus; cpu++) {
    yield* u.lwp_setaffinity(0, -1, 1 << cpu);
    pids.push(yield* u.fork('worker', cpu));
  }
  for (const pid of pids) yield* u.wait4(pid);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  return [operations / seconds, (operations * MILLION) / (user + system)];
}

/** All of them: each kind of work on one CPU and on two, with 256 buckets and with one. */
export const PROC_PROGRAMS: readonly ProcessScenario[] = WORKS.flatMap((work) =>
  [1, 2].flatMap((cpus) => [256, 1].map((buckets) => benchmark(work, cpus, buckets))),
);
