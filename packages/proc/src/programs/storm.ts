/**
 * Owns /bin/storm: on every CPU workers that fork, exec, exit, wait, make groups, signal them, and look at
 * the process table, for some seconds or some number of lives; then a report. What each has done it counts in
 * memory that all share. A program of the machine.
 *
 *     storm [-n lives] [-s seconds] [-w fork,exec,groups,ps] [-p seconds]
 *
 *     -w: only workers of these kinds      -p: tells how far it is, every so many seconds
 *
 *     memory, a page: STOP | worker 0: lives execs groups signals looks errors ... | worker 1: ...
 */
import type { Steps } from '@smplab/lwkt';
import { mallocInfoOf } from '../sysctl/malloc-info.ts';
import { RFFDG, RFMEM, RFPROC } from '../life/rfork-flags.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { getopt } from './getopt.ts';
import { type Tally, type Work, WORKS } from './storm-work.ts';
import { readVariable } from './variables.ts';

const USAGE = 'usage: storm [-n lives] [-s seconds] [-w fork,exec,groups,ps] [-p seconds]\n';
const EX_USAGE = 2;
const DEFAULT_SECONDS = 3;
/** Byte addresses: a page of its own. */
const PAGE = 4096;
const STOP = PAGE;
const WORD = 4;
const FIELDS = ['lives', 'execs', 'groups', 'signals', 'looks', 'errors'] as const;
const STRIDE = 32;
/** A worker tells what it has done after so many rounds, and asks whether to stop. */
const ROUNDS = 16;
const WORD_BITS = 32;
const NOTHING = useText(0, 0);

type Counts = Record<(typeof FIELDS)[number], number>;

interface Wanted {
  readonly lives: number;
  readonly seconds: number;
  readonly progress: number;
  /** Indices of WORKS. */
  readonly works: readonly number[];
}

export const storm: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const wanted = wantedOf(argv);
    if (typeof wanted === 'string') {
      yield* u.write(2, `storm: ${wanted}\n${USAGE}`);
      return EX_USAGE;
    }
    yield* u.store(STOP, 0);
    yield* warmUp(u);
    const before = yield* inUse(u);
    const start = u.ticks;
    const workers = yield* startWorkers(u, wanted.works);
    const failed = workers.length < u.ncpus * wanted.works.length;
    if (!failed) yield* untilDone(u, wanted, start, u.ncpus * WORKS.length);
    yield* u.store(STOP, 1);
    for (const pid of workers) yield* u.wait4(pid);
    const counts = yield* sum(u, u.ncpus * WORKS.length);
    if (failed) yield* u.write(2, 'storm: cannot fork its workers\n');
    yield* report(u, counts, (u.ticks - start) / u.hz, before, yield* inUse(u));
    return failed || counts.errors > 0 ? 1 : 0;
  },

  *worker(u: User, index: number) {
    const work: Work = WORKS[index % WORKS.length];
    const tally: Tally = { lives: 0, execs: 0, groups: 0, signals: 0, looks: 0, errors: 0, firstError: '' };
    for (let turn = 0; (yield* u.load(STOP)) === 0; turn += ROUNDS) {
      for (let round = 0; round < ROUNDS; round++) yield* work.round(u, tally, turn + round);
      for (const [at, field] of FIELDS.entries())
        yield* u.store(STOP + index * STRIDE + (at + 1) * WORD, tally[field]);
    }
    if (tally.firstError !== '')
      yield* u.write(2, `storm: ${work.name} on cpu${u.cpuid}: ${tally.firstError}\n`);
  },

  *leaf(u: User, code: number) {
    yield* u.exit(code);
  },

  *nap(u: User) {
    yield* u.nanosleep(1);
  },

  *executesTrue(u: User) {
    yield* u.execve('/bin/true', ['true']);
    return 127;
  },

  *executesFalse(u: User) {
    yield* u.execve('/bin/false', ['false']);
    return 127;
  },

  /** Both the parent and the member put it into its group, as a shell and its job do. */
  *member(u: User, leader: number) {
    yield* u.setpgid(0, leader);
    for (;;) yield* u.pause();
  },

  *session(u: User, code: number) {
    yield* u.setsid();
    yield* u.exit(code);
  },
};

/** What the options say; in words what is wrong with them. */
function wantedOf(argv: readonly string[]): Wanted | string {
  const { given, rest, error } = getopt(argv, 'n:s:p:w:');
  if (error !== null) return error;
  if (rest.length > 0) return `unexpected ${rest[0]}`;
  const lives = given.get('n')?.at(-1);
  const seconds = given.get('s')?.at(-1);
  const progress = given.get('p')?.at(-1);
  for (const text of [lives, seconds, progress]) {
    if (text !== undefined && !(Number(text) > 0 && Number(text) <= 1e9))
      return `a number above 0 is needed, not "${text}"`;
  }
  const names = given.get('w')?.at(-1)?.split(',') ?? WORKS.map(({ name }) => name);
  const works = names.map((name) => WORKS.findIndex((each) => each.name === name));
  if (works.includes(-1)) return `kinds of workers are ${WORKS.map(({ name }) => name).join(', ')}`;
  return {
    works,
    lives: lives === undefined ? Infinity : Number(lives),
    seconds: Number(seconds ?? (lives === undefined ? DEFAULT_SECONDS : Infinity)),
    progress: Number(progress ?? Infinity),
  };
}

/** The first timeout on a CPU starts a thread that stays (softclock): there is one on each. */
function* warmUp(u: User): Steps {
  for (let cpu = 0; cpu < u.ncpus; cpu++) {
    yield* placeOn(u, cpu);
    yield* u.wait4(yield* u.fork('nap'));
  }
}

/** What is forked from here on runs on that CPU. */
function* placeOn(u: User, cpu: number): Steps {
  const low = cpu < WORD_BITS ? 1 << cpu : 0;
  yield* u.lwp_setaffinity(0, -1, low, cpu < WORD_BITS ? 0 : 1 << (cpu - WORD_BITS));
}

/** One of each kind on every CPU: what a worker forks stays on its CPU. */
function* startWorkers(u: User, works: readonly number[]): Steps<number[]> {
  const pids: number[] = [];
  for (let cpu = 0; cpu < u.ncpus; cpu++) {
    yield* placeOn(u, cpu);
    for (const kind of works) {
      const pid = yield* u.rfork(RFPROC | RFFDG | RFMEM, 'worker', cpu * WORKS.length + kind);
      if (pid > 0) pids.push(pid);
    }
  }
  return pids;
}

function* untilDone(u: User, { lives, seconds, progress }: Wanted, start: number, workers: number): Steps {
  const end = start + seconds * u.hz;
  const nap = Math.max(1, Math.round(u.hz / 20));
  let told = start;
  for (;;) {
    const left = end - u.ticks;
    if (left <= 0) return;
    yield* u.nanosleep(Math.max(1, Math.min(nap, left)));
    const counts = yield* sum(u, workers);
    if (counts.lives >= lives) return;
    if (u.ticks - told < progress * u.hz) continue;
    told = u.ticks;
    const rate = grouped(perSecond(counts.lives, (u.ticks - start) / u.hz));
    yield* u.print(`${grouped(counts.lives)} lives, ${rate} a second, errors ${counts.errors}`);
  }
}

function* sum(u: User, workers: number): Steps<Counts> {
  const counts: Counts = { lives: 0, execs: 0, groups: 0, signals: 0, looks: 0, errors: 0 };
  for (let worker = 0; worker < workers; worker++) {
    for (const [at, field] of FIELDS.entries())
      counts[field] += yield* u.load(STOP + worker * STRIDE + (at + 1) * WORD);
  }
  return counts;
}

function* report(
  u: User,
  counts: Counts,
  seconds: number,
  before: Map<string, string>,
  after: Map<string, string>,
): Steps {
  yield* u.print(`storm on ${u.ncpus} CPU${u.ncpus === 1 ? '' : 's'}, ${seconds.toFixed(1)} s`);
  const names = { lives: 'process lives', execs: 'execs', groups: 'groups', signals: 'signals', looks: 'ps' };
  for (const [field, name] of Object.entries(names) as [keyof typeof names, string][]) {
    const rate = grouped(perSecond(counts[field], seconds));
    yield* u.print(`${name.padEnd(14)}${grouped(counts[field]).padStart(12)}${rate.padStart(10)} a second`);
  }
  const grown = [...after].filter(([name, use]) => use !== (before.get(name) ?? NOTHING));
  for (const [name, use] of grown)
    yield* u.print(`memory of ${name}: was ${before.get(name) ?? NOTHING}, is ${use}`);
  if (grown.length === 0) yield* u.print('kernel memory     as before');
  yield* u.print(`errors         ${String(counts.errors).padStart(11)}`);
}

/** What the kernel has allocated, by type. */
function* inUse(u: User): Steps<Map<string, string>> {
  const bytes = yield* readVariable(u, 'kern.malloc');
  const types = bytes === null ? [] : mallocInfoOf(bytes);
  return new Map(types.map(({ mi_name, mi_inuse, mi_memuse }) => [mi_name, useText(mi_inuse, mi_memuse)]));
}

function useText(blocks: number, words: number): string {
  return `${blocks} blocks, ${words} words`;
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? Math.round(count / seconds) : 0;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
