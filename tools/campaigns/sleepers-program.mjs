/**
 * Owns the programs of the campaign of sleepers (sleepers.ts): the first one forks processes that sleep for
 * ever, as many as it is told, and says what ps, fork and kill take meanwhile. JavaScript, because built
 * workers load it.
 */
import { performance } from 'node:perf_hooks';
import { kern, processScenario } from '@smplab/proc';

const given = new URL(import.meta.url).searchParams;
const count = Number(given.get('count') ?? 1000);
/** Each is the parent of so many: a list of children is walked when one ends. */
const FAMILY = 1000;

/** Milliseconds that a piece of work takes. */
function* timed(work) {
  const start = performance.now();
  yield* work;
  return performance.now() - start;
}

function* lives(u, rounds) {
  for (let at = 0; at < rounds; at++) yield* u.wait4(yield* u.fork('leaf'));
}

function* kills(u, rounds) {
  for (let at = 0; at < rounds; at++) {
    if ((yield* u.kill(3, 0)) < 0) u.fail(`kill(3, 0): errno ${u.errno}`);
  }
}

function* ps(u) {
  const { length } = yield* u.__sysctl([1, 14, 0], null);
  u.log(`ps: kern.proc.all needs ${Math.round(length / 2 ** 20)} MB`);
  const { bytes, result } = yield* u.__sysctl([1, 14, 0], length);
  u.log(`ps: ${result < 0 ? `errno ${u.errno}` : `${bytes.length} bytes`}`);
}

export const sleepers = processScenario(
  'sleepers',
  { cpus: 2, haltsWithFirst: true },
  {
    '/bin/sleepers': {
      *main(u) {
        let made = 0;
        const start = performance.now();
        while (made < count) {
          const wanted = Math.min(FAMILY, count - made);
          const parent = yield* u.fork('family', wanted - 1);
          if (parent < 0) break;
          made += wanted;
          // Its family is complete when it stops.
          yield* u.wait4(parent, 2);
          if (made % 20000 === 0)
            u.log(`${made} sleepers after ${Math.round((performance.now() - start) / 1000)} s`);
        }
        u.log(`made ${made}`);
        u.log('measured');
        yield* u.sleep(1);
        u.log(`fork+exit+wait ${((yield* timed(lives(u, 100))) / 100).toFixed(3)} ms`);
        u.log(`kill(pid, 0) ${((yield* timed(kills(u, 1000))) / 1000).toFixed(4)} ms`);
        u.log(`ps ${(yield* timed(ps(u))).toFixed(0)} ms`);
      },
      *family(u, wanted) {
        for (let at = 0; at < wanted; at++) {
          if ((yield* u.fork('sleeper')) < 0) u.fail(`fork: errno ${u.errno}`);
        }
        yield* u.kill(yield* u.getpid(), kern.SIGSTOP);
        yield* u.pause();
      },
      *sleeper(u) {
        yield* u.pause();
      },
      *leaf(u) {
        yield* u.exit();
      },
    },
  },
);
