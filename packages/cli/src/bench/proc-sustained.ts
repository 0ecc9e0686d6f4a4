/**
 * Owns the program of the benchmark case `sustained`: processes live and die on both CPUs until the pids have
 * gone round, and each pid that comes again is checked, outside the kernel and its stamps: how long ago was
 * it reaped? A life that came sooner than promised by the clock of the machine, from before the wait to after
 * the fork, ends the run. What is shown is the shortest distance by the clock of the host, from after the
 * wait to before the fork: at least that long it was. (The scheduler of a busy host may make a gap between
 * the two.) A worker makes its children by sixteens, as make(1) does, and reads the clocks once for each: so
 * the distances are off by the time of sixteen lives, to the safe side.
 */
import { type ProcessScenario, processScenario, type User } from '@smplab/proc';
import { LOGGED } from './live-program.ts';

type Code<T = void> = Generator<unknown, T, unknown>;

/** One run: how many lives, among how many pids, with which distance. */
export interface Sustained {
  readonly name: string;
  readonly lives: number;
  readonly pidMax: number;
  readonly piddomDelay: number;
}

const MILLISECONDS = 1000;
const NANOSECONDS = 1e6;
const MICROSECONDS = 1e6;
const MEMORY_WORDS = 1 << 23;
const NEVER = 0x7fffffff;
const BATCH = 16;
const CPUS = 2;
/** The lives before the rate is taken, as a part of all. */
const FIRST_PART = 0.2;

/** Milliseconds of the host's steady clock, the same in every worker; never 0. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds % 1e6) * MILLISECONDS + Math.floor(nanoseconds / NANOSECONDS) + 1;
}

/** What is known of the reuse of pids, in kernel memory, because all CPUs share it. */
class Reuse {
  /** By pid: when it was reaped last, not after and not before; 0 for never. Then what was found. */
  constructor(
    readonly words: Int32Array,
    readonly table: number,
    readonly pidMax: number,
  ) {}

  reaped(pid: number, tick: number, time: number): void {
    this.words[this.table + 2 * pid] = time;
    this.words[this.table + 2 * pid + 1] = tick + 1;
  }

  /** The pid was given out, not before `time`; gives the milliseconds since it was reaped, or -1. */
  given(u: User, pid: number, time: number, least: number): number {
    const before = this.words[this.table + 2 * pid];
    if (before === 0) return -1;
    const ticks = u.ticks - (this.words[this.table + 2 * pid + 1] - 1);
    if (ticks < least * u.hz) {
      u.fail(`pid ${pid} came again after ${ticks} ticks of ${u.hz} a second, not after ${least} seconds`);
    }
    Atomics.add(this.words, this.table + 2 * this.pidMax, 1);
    return time - before;
  }

  /** The shortest distance of one worker. */
  add(least: number): void {
    const at = this.table + 2 * this.pidMax + 1;
    for (let seen = Atomics.load(this.words, at); seen === 0 || least < seen;) {
      const found = Atomics.compareExchange(this.words, at, seen, least);
      if (found === seen) return;
      seen = found;
    }
  }
}

/** By worker thread: where the words are. Set by the system call that every process makes first. */
const reuses = new Map<string, Reuse>();

function program({ name, lives, pidMax, piddomDelay }: Sustained): ProcessScenario {
  const first = lives * FIRST_PART;
  const reuse = (): Reuse => reuses.get(name) as Reuse;
  return processScenario(
    name,
    {
      cpus: CPUS,
      limits: { pidMax, piddomDelay, memoryWords: MEMORY_WORDS },
      systemCalls: {
        *reuse(k, given: number) {
          const { context } = k;
          const table = given === 0 ? context.allocateNow('reuse', 2 * pidMax + 2) : given;
          reuses.set(name, new Reuse(context.words, table, pidMax));
          return table;
        },
      },
    },
    {
      '/bin/sustained': {
        *main(u) {
          const table = yield* u.syscall('reuse', 0);
          // Compiling is not what is measured: the rate is that of the lives after the first ones.
          yield* onEachCpu(u, 'first', table);
          const start = now();
          const before = process.cpuUsage();
          yield* onEachCpu(u, 'rest', table);
          const { user, system } = process.cpuUsage(before);
          const { words } = reuse();
          const rates = [
            ((lives - first) * MILLISECONDS) / (now() - start),
            ((lives - first) * MICROSECONDS) / (user + system),
            words[table + 2 * pidMax],
            words[table + 2 * pidMax + 1],
          ];
          u.log(`${LOGGED}${rates.map((each) => each.toFixed(1)).join(' ')}`);
        },
        *first(u, table: number) {
          yield* u.syscall('reuse', table);
          yield* storm(u, reuse(), first / CPUS, piddomDelay);
        },
        *rest(u, table: number) {
          yield* u.syscall('reuse', table);
          yield* storm(u, reuse(), (lives - first) / CPUS, piddomDelay);
        },
        *leaf(u) {
          yield* u.exit();
        },
      },
    },
  );
}

/** Runs the entry as a process on each CPU, until all have ended. */
function* onEachCpu(u: User, entry: string, table: number): Code {
  for (let cpu = 0; cpu < CPUS; cpu++) {
    yield* u.lwp_setaffinity(0, -1, 1 << cpu);
    yield* u.fork(entry, table);
  }
  for (let cpu = 0; cpu < CPUS; cpu++) yield* u.wait();
}

function* storm(u: User, reuse: Reuse, lives: number, seconds: number): Code {
  const reaped = new Int32Array(BATCH);
  let least = NEVER;
  for (let life = 0; life < lives; life += BATCH) {
    const time = now();
    for (let child = 0; child < BATCH; child++) {
      const pid = yield* u.fork('leaf');
      if (pid < 0) u.fail(`fork: errno ${u.errno}`);
      const distance = reuse.given(u, pid, time, seconds);
      if (distance >= 0 && distance < least) least = distance;
    }
    const tick = u.ticks;
    for (let child = 0; child < BATCH; child++) reaped[child] = (yield* u.wait()).pid;
    const end = now();
    for (const pid of reaped) reuse.reaped(pid, tick, end);
  }
  if (least !== NEVER) reuse.add(least);
}

/** With the distance of the seed, and without, marked as such. */
export const SUSTAINED: readonly Sustained[] = [
  { name: 'sustained, reuse after 10 s', lives: 1_200_000, pidMax: 999_999, piddomDelay: 10 },
  { name: 'sustained, PIDDOM_DELAY 0', lives: 1_200_000, pidMax: 999_999, piddomDelay: 0 },
];

/** The same in seconds: few pids, which come again as soon as they may. */
export const SUSTAINED_QUICK: readonly Sustained[] = [
  { name: 'sustained quick, reuse after 1 s', lives: 16_000, pidMax: 4000, piddomDelay: 1 },
  { name: 'sustained quick, PIDDOM_DELAY 0', lives: 16_000, pidMax: 4000, piddomDelay: 0 },
];

/** All of them. */
export const SUSTAINED_PROGRAMS: readonly ProcessScenario[] = [...SUSTAINED, ...SUSTAINED_QUICK].map(program);
