/**
 * Owns programs that behave badly: fork bombs, processes that never stop computing, with and without
 * operations. JavaScript, because the workers of live machines load it.
 */
/* eslint-disable require-yield -- one of them is bad because it has none */
import { processScenario } from '@smplab/proc';
import { LIMITS } from './actors.mjs';
import { say, statusText } from './teller.mjs';

const SIGKILL = 9;
const EAGAIN = 35;
const USER = 1001;
const WNOHANG = 1;
const RFMEM = (1 << 2) | (1 << 4) | (1 << 5);
const OPERATIONS = 3000;

function* bomb(u) {
  while ((yield* u.fork('bomb')) > 0);
  yield* u.exit(u.errno);
}

/** A child; init may still be counting out the last of those it has reaped, which nobody finds any more. */
function* forked(u) {
  for (;;) {
    const pid = yield* u.fork('ends');
    if (pid > 0 || u.errno !== EAGAIN) return pid;
  }
}

function* tenMore(u) {
  const pids = [];
  while (pids.length < 10) pids.push(yield* forked(u));
  for (const pid of pids) yield* u.wait4(pid);
  say(`ten more: ${pids.every((pid) => pid > 0)}`);
}

/** Every process of a user forks for ever; root ends that, and finds the machine as it was. */
export const forkBomb = processScenario(
  'fork bomb',
  { cpus: 2, limits: LIMITS },
  {
    '/bin/bomb': {
      *main(u) {
        const pid = yield* u.fork('begins');
        const { status } = yield* u.wait4(pid);
        say(`the first one ${statusText(status)}`);
        while ((yield* u.kill(-1, SIGKILL)) === 0) yield* u.nanosleep(1);
        say(`nobody is left: errno ${u.errno}`);
        // As many as before: no process is still counted.
        for (let round = 0; round < 3; round++) yield* tenMore(u);
      },
      *begins(u) {
        yield* u.setuid(USER);
        yield* bomb(u);
      },
      bomb,
      *ends(u) {
        yield* u.exit(0);
      },
    },
  },
);

/** Two processes compute on one CPU; a third one, on it too, sees both get on, and kills them. */
export const spinners = processScenario(
  'spinners',
  { cpus: 1, limits: LIMITS },
  {
    '/bin/spinners': {
      *main(u) {
        const pids = [yield* u.rfork(RFMEM, 'spin', 64), yield* u.rfork(RFMEM, 'spin', 68)];
        for (const address of [64, 68]) while ((yield* u.load(address)) < OPERATIONS) yield* u.nanosleep(1);
        for (const [at, pid] of pids.entries()) {
          const { pid: ended } = yield* u.wait4(pid, WNOHANG);
          say(`${at} still runs: ${ended === 0}`);
          yield* u.kill(pid, SIGKILL);
          const { status } = yield* u.wait4(pid);
          say(`${at} ${statusText(status)}`);
        }
      },
      *spin(u, address) {
        for (let done = 1; ; done++) yield* u.store(address, done);
      },
    },
  },
);

/** Computes without an operation. */
export const silent = processScenario(
  'silent',
  { cpus: 2, limits: LIMITS },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.fork('becomesSilent');
        yield* u.wait();
      },
      *becomesSilent(u) {
        yield* u.execve('/bin/silent');
      },
    },
    '/bin/silent': {
      *main() {
        for (;;);
      },
    },
  },
);
