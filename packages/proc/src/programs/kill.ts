/**
 * Owns /bin/kill: sends a signal to processes and, with a negative number, to process groups. A program of
 * the machine.
 *
 *     kill [-s name | -name | -number] pid ...        kill -l [number]
 */
import type { Steps } from '@smplab/lwkt';
import { strerror } from '../errno.ts';
import { isSignal, signalName, SIGTERM } from '../signal/signals.ts';
import type { GeneratorImage } from '../user/image.ts';
import type { User } from '../user/user.ts';
import { numberOf } from './getopt.ts';

const USAGE =
  'usage: kill [-s signal_name] pid ...\n       kill -l [exit_status]\n       kill -signal pid ...\n';
const EX_ERROR = 1;
/** An exit status above it names the signal that ended a program. */
const STATUS_SIGNAL = 128;

export const kill: GeneratorImage = {
  *main(u: User, ...argv: string[]) {
    const [first = '', second = '', ...others] = argv;
    if (argv.length === 0) return yield* fail(u, USAGE);
    if (first === '-l') return yield* list(u, second);
    if (first === '-s') {
      const signal = signalOf(second);
      if (signal === null) return yield* unknownSignal(u, second);
      return yield* send(u, signal, others);
    }
    if (first === '--' || !first.startsWith('-'))
      return yield* send(u, SIGTERM, argv.slice(first === '--' ? 1 : 0));
    const signal = signalOf(first.slice(1));
    if (signal === null) return yield* unknownSignal(u, first.slice(1));
    return yield* send(u, signal, argv.slice(argv[1] === '--' ? 2 : 1));
  },
};

function* send(u: User, signal: number, pids: readonly string[]): Steps<number> {
  if (pids.length === 0) return yield* fail(u, USAGE);
  let status = 0;
  for (const text of pids) {
    const pid = numberOf(text);
    if (pid === null) {
      status = yield* fail(u, `kill: illegal process id: ${text}\n`);
    } else if ((yield* u.kill(pid, signal)) < 0) {
      status = yield* fail(u, `kill: ${pid}: ${strerror(u.errno)}\n`);
    }
  }
  return status;
}

/** A signal by number, or by name with or without SIG; 0 is the test whether a process is there. */
function signalOf(text: string): number | null {
  const number = numberOf(text);
  if (number !== null) return number === 0 || isSignal(number) ? number : null;
  const name = text.toUpperCase().replace(/^SIG/, '');
  return signals().find((each) => signalName(each) === `SIG${name}`) ?? null;
}

function signals(): number[] {
  const all: number[] = [];
  for (let signal = 1; isSignal(signal); signal++) all.push(signal);
  return all;
}

function shortName(signal: number): string {
  return signalName(signal).replace(/^SIG/, '');
}

function* list(u: User, status: string): Steps<number> {
  if (status === '') {
    yield* u.print(signals().map(shortName).join(' '));
    return 0;
  }
  const number = numberOf(status);
  const signal = number === null ? -1 : number > STATUS_SIGNAL ? number - STATUS_SIGNAL : number;
  if (!isSignal(signal)) return yield* unknownSignal(u, status);
  yield* u.print(shortName(signal));
  return 0;
}

function* unknownSignal(u: User, text: string): Steps<number> {
  return yield* fail(
    u,
    `kill: unknown signal ${text}; valid signals:\n${signals().map(shortName).join(' ')}\n`,
  );
}

function* fail(u: User, text: string): Steps<number> {
  yield* u.write(2, text);
  return EX_ERROR;
}
