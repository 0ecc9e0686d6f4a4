/**
 * Owns the programs of the benchmark area `procfs`. On every CPU one worker process does the same thing many
 * times; the first program takes the time around all of them, several times, and logs the best span. Other
 * users of the machine only ever make a span worse.
 */
import { procfsScenario, type ProcfsScenarioOptions } from '@smplab/procfs';
import { kern } from '@smplab/proc';
import type { VfsScenario, VfsUser } from '@smplab/vfs';
import { LOGGED } from './live-program.ts';

type Code<T = void> = Generator<unknown, T, unknown>;

const SPANS = 6;
const MILLION = 1e6;
const MEMORY_WORDS = 1 << 23;
/** Room for any text that is read here. */
const TEXT_BYTES = 4096;
const DIRECTORY_BYTES = 8192;
/** Whom set-id programs are started by. */
const SOMEBODY = 1000;
const SET_ID = { uid: SOMEBODY, gid: SOMEBODY, modes: { '/bin/setid': 0o4755 } } as const;
/** Executions of a set-id program in a span. */
const EXECS = 60;
const HALF = 0.5;
const NINETY_NINE = 0.99;

/** One kind of work, and how often a worker does it in a span. */
interface Work {
  readonly name: string;
  readonly rounds: number;
  /** Processes that sleep meanwhile; default none. */
  readonly sleepers?: number;
  readonly options?: ProcfsScenarioOptions;
  readonly round: (u: VfsUser, own: number) => Code<number>;
}

/** Opens, reads and closes a file: 1. */
function* readOnce(u: VfsUser, path: string): Code<number> {
  const fd = yield* u.open(path);
  const bytes = yield* u.read(fd, TEXT_BYTES);
  u.assert(bytes !== null && bytes.length > 0, `${path} has a text`);
  yield* u.close(fd);
  return 1;
}

/** Lists a directory: how many entries it has. */
function* listOnce(u: VfsUser, path: string): Code<number> {
  const fd = yield* u.open(path);
  let entries = 0;
  for (;;) {
    const some = yield* u.getdents(fd, DIRECTORY_BYTES);
    u.assert(some !== null, `${path} can be listed`);
    if (some === null || some.length === 0) break;
    entries += some.length;
  }
  yield* u.close(fd);
  return entries;
}

const WORKS: readonly Work[] = [
  {
    name: 'open+read+close of /proc/N/status',
    rounds: 3000,
    round: (u, own) => readOnce(u, `/proc/${own}/status`),
  },
  {
    name: 'open+read+close of /proc/N/stat (linux)',
    rounds: 2000,
    options: { profile: 'linux' },
    round: (u, own) => readOnce(u, `/proc/${own}/stat`),
  },
  {
    name: 'stat of /proc/N/status',
    rounds: 5000,
    *round(u, own) {
      u.assert((yield* u.stat(`/proc/${own}/status`)) !== null, 'it is there');
      return 1;
    },
  },
  {
    name: 'readdir of 1,000 processes, per entry',
    rounds: 3,
    sleepers: 1000,
    round: (u) => listOnce(u, '/proc'),
  },
];

/** Lets a worker on each CPU do its rounds: how many a second, by the wall and by CPU seconds. */
function* measure(u: VfsUser, operations: (done: number) => number): Code<readonly [number, number]> {
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
  const count = operations(pids.length);
  return [count / seconds, (count * MILLION) / (user + system)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function log(u: VfsUser, numbers: readonly number[]): void {
  u.log(`${LOGGED}${numbers.map((each) => each.toFixed(1)).join(' ')}`);
}

function workProgram({ name, rounds, sleepers = 0, options = {}, round }: Work, cpus: number): VfsScenario {
  const limits = { memoryWords: MEMORY_WORDS };
  return procfsScenario(
    `${name}, ${counted(cpus, 'CPU')}`,
    { ...options, cpus, limits },
    {
      '/bin/bench': {
        *main(u) {
          for (let i = 0; i < sleepers; i++) yield* u.fork('sleeper');
          // The one entry a process has in each listing, and those that are always there, count as well.
          const perRound = yield* round(u, yield* u.getpid());
          let best: readonly [number, number] = [0, 0];
          for (let span = 0; span < SPANS; span++) {
            const rate = yield* measure(u, (workers) => workers * rounds * perRound);
            if (rate[0] > best[0]) best = rate;
          }
          log(u, best);
          if (sleepers > 0) yield* u.kill(-1, kern.SIGKILL);
          while ((yield* u.wait()).pid > 0);
        },
        *worker(u) {
          const own = yield* u.getpid();
          for (let i = 0; i < rounds; i++) yield* round(u, own);
        },
        *sleeper(u) {
          yield* u.pause();
        },
      },
    },
  );
}

/** Work on one CPU and on two. */
export const PROCFS_PROGRAMS: readonly VfsScenario[] = WORKS.flatMap((work) =>
  [1, 2].map((cpus) => workProgram(work, cpus)),
);

// ---- set-id programs
// ---------------------------------------------------------------------------------------------------

/** How many vnodes of other processes are on the mount while a set-id program is started. */
export const VNODE_COUNTS: readonly number[] = [0, 100, 1000, 4000];
/** Files of a process that anybody may look at. */
const LOOKED_AT: readonly string[] = ['status', 'cmdline', 'emul', 'limit', 'map', 'maps', 'mem', 'note'];

function execProgram(revoke: '1.117' | '1.112', vnodes: number): VfsScenario {
  const name = `set-id exec, ${vnodes} vnodes, ${revoke}`;
  const limits = { memoryWords: MEMORY_WORDS };
  // Each process that is looked at has a directory as well.
  const sleepers = Math.ceil(vnodes / (LOOKED_AT.length + 1));
  return procfsScenario(
    name,
    { ...SET_ID, revoke, cpus: 1, limits, maxVnodes: 2 * vnodes + 1000 },
    {
      '/bin/bench': {
        *main(u) {
          const pids: number[] = [];
          for (let i = 0; i < sleepers; i++) pids.push(yield* u.fork('sleeper'));
          for (const pid of pids) for (const file of LOOKED_AT) yield* u.stat(`/proc/${pid}/${file}`);
          let best = 0;
          for (let span = 0; span < SPANS; span++) {
            const start = performance.now();
            for (let i = 0; i < EXECS; i++) {
              const pid = yield* u.fork('executes');
              yield* u.wait4(pid);
            }
            best = Math.max(best, (EXECS * 1000) / (performance.now() - start));
          }
          log(u, [best, best]);
          yield* u.kill(-1, kern.SIGKILL);
          while ((yield* u.wait()).pid > 0);
        },
        *executes(u) {
          yield* u.execve('/bin/setid');
        },
        *sleeper(u) {
          yield* u.pause();
        },
      },
      '/bin/setid': {
        *main(u) {
          yield* u.exit();
        },
      },
    },
  );
}

/** Both ways to revoke, for each number of vnodes. */
export const EXEC_PROGRAMS: readonly VfsScenario[] = VNODE_COUNTS.flatMap((vnodes) =>
  (['1.112', '1.117'] as const).map((revoke) => execProgram(revoke, vnodes)),
);

// ---- readers while the mount is suspended
// -------------------------------------------------------------------------------------------------------

const READS = 6000;

/** Time of each of many reads of the second CPU, in microseconds: median, 99th percentile, longest. */
function* readTimes(u: VfsUser): Code<readonly number[]> {
  const own = yield* u.getpid();
  const times: number[] = [];
  for (let i = 0; i < READS; i++) {
    const start = performance.now();
    yield* readOnce(u, `/proc/${own}/status`);
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(part * (READS - 1))];
  return [at(HALF), at(NINETY_NINE), at(1)];
}

function latencyProgram(suspends: boolean): VfsScenario {
  const does = suspends ? 'executes set-id programs somebody looks at' : 'rests';
  const name = `reads on CPU 1 while CPU 0 ${does}`;
  const limits = { memoryWords: MEMORY_WORDS };
  return procfsScenario(
    name,
    { ...SET_ID, cpus: 2, limits },
    {
      '/bin/bench': {
        *main(u) {
          yield* u.lwp_setaffinity(0, -1, 2);
          const reader = yield* u.fork('reader');
          yield* u.lwp_setaffinity(0, -1, 1);
          while (suspends && (yield* u.wait4(reader, kern.WNOHANG)).pid === 0) yield* revokedOnce(u);
          while ((yield* u.wait()).pid > 0);
        },
        *reader(u) {
          yield* readTimes(u);
          log(u, yield* readTimes(u));
        },
        *executes(u, from: number) {
          // Not before somebody looks.
          yield* u.read(from, 1);
          yield* u.execve('/bin/setid');
        },
      },
      '/bin/setid': {
        *main(u) {
          yield* u.exit();
        },
      },
    },
  );
}

/** A process executes a set-id program while its status is open elsewhere: that takes a suspension. */
function* revokedOnce(u: VfsUser): Code {
  const ends = yield* u.pipe2();
  if (ends === null) return u.fail('no pipe');
  const pid = yield* u.fork('executes', ends[0]);
  const fd = yield* u.open(`/proc/${pid}/status`);
  yield* u.write(ends[1], '!');
  yield* u.wait4(pid);
  for (const each of [fd, ...ends]) yield* u.close(each);
}

/** The same reads, left alone and disturbed. */
export const LATENCY_PROGRAMS: readonly VfsScenario[] = [latencyProgram(false), latencyProgram(true)];
