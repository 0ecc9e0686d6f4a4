/**
 * Owns the parts that several conformance programs share: children that play a simple part, waiting until a
 * partner is ready, and the scenario that runs groups of calls one after the other, each in a process of its
 * own.
 */
/* eslint-disable require-yield -- the end of a wait is all that some handlers are for */
import { processScenario } from '@smplab/proc';
import { bits, say, SIG, statusText } from './teller.mjs';

const SIG_BLOCK = 1;

/** Sizes that lines depend on, the same under every driver. */
export const LIMITS = {
  ...{ maxproc: 24, maxprocPerUid: 20, openFiles: 8, pageWords: 16, vmPages: 8, pidMax: 400 },
  // No pid is used a second time within a run: none of a process that is gone means another.
  ...{ piddomDelay: 10, argCacheLimit: 256, memoryWords: 1 << 20 },
};

// Processes of one group speak to each other by signals that all of them hold back but while they wait:
// SIGUSR1 from child to parent, SIGUSR2 from parent to child. Who has not been told to go on tells nothing,
// so lines of different processes always come in the same order.

/** Waits until a child has said that it is ready. */
export function awaitPartner(u) {
  return u.sigsuspend(~bits(SIG.USR1));
}

/** Says so to the parent. */
export function* tellReady(u) {
  yield* u.kill(yield* u.getppid(), SIG.USR1[1]);
}

/** Waits until the parent has said that it is this one's turn. */
export function awaitTurn(u) {
  return u.sigsuspend(~bits(SIG.USR2));
}

/** Says so to a child. */
export function giveTurn(u, [, pid]) {
  return u.kill(pid, SIG.USR2[1]);
}

/** Entries that every program has. */
export const ACTORS = {
  *caught() {},
  *told(u, signal) {
    say(`  handler of signal ${signal}`);
  },
  *ends(u, code) {
    yield* u.exit(code);
  },
  *waits(u) {
    for (;;) yield* u.pause();
  },
  /** Waits with every signal that can be caught held back. */
  *waitsDeaf(u) {
    yield* u.sigprocmask(SIG_BLOCK, -1);
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *readyAndWaits(u) {
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *stops(u, code) {
    yield* u.kill(yield* u.getpid(), SIG.STOP[1]);
    yield* u.exit(code);
  },
  /** Sleeps so many ticks, and ends. */
  *naps(u, ticks) {
    yield* u.nanosleep(ticks);
    yield* u.exit(3);
  },
};

/** What the programs of all areas may execute. */
const OTHERS = {
  '/bin/shown': {
    *main(u, ...args) {
      say(`  argv ${JSON.stringify(u.argv)} args ${JSON.stringify(args)} env ${JSON.stringify(u.env)}`);
      say(`  getenv(HOME) = ${u.getenv('HOME')}, getenv(NONE) = ${u.getenv('NONE')}`);
      yield* u.exit(5);
    },
  },
  '/bin/waits': {
    *main(u) {
      for (;;) yield* u.pause();
    },
  },
};

/** A scenario that runs groups of calls: each in a child, the next when the one before has ended. */
export function area(name, groups, actors = {}, programs = {}) {
  const main = function* (u) {
    yield* u.sigprocmask(SIG_BLOCK, bits(SIG.USR1, SIG.USR2));
    for (const signal of [SIG.USR1, SIG.USR2]) yield* u.sigaction(signal[1], 'caught');
    for (const group of Object.keys(groups)) {
      say(`# ${group}`);
      const pid = yield* u.fork(group);
      const { status } = yield* u.wait4(pid);
      if (status !== 0) say(`# ${group} ${statusText(status)}`);
      // Whoever is left over belongs to init now, which reaps it.
      while ((yield* u.kill(-1, SIG.KILL[1])) === 0) yield* u.nanosleep(1);
    }
  };
  const limits = { ...LIMITS, strands: 500, timeouts: 4000 };
  const options = { cpus: 2, limits, env: ['HOME=/'] };
  return processScenario(`conformance of ${name}`, options, {
    '/bin/conform': { main, ...ACTORS, ...actors, ...groups },
    ...OTHERS,
    ...programs,
  });
}
