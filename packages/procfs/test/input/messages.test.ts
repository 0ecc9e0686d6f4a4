import { EBUSY, EINVAL, EOPNOTSUPP, kern } from '@smplab/proc';
import { EMSGSIZE } from '@smplab/vfs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { O_WRONLY, ok, runs } from '../fixtures/procfs-program.ts';

const CTL_BYTES = 8;
const NOTE_BYTES = 64;
const SEEK_SET = 0;
/** Signals that do nothing to a process that has not asked for them. */
const HARMLESS = ['urg', 'cont', 'chld', 'info', 'winch'];
/** What procfs.md 1.8 lists besides, and what would end, stop or hold up the program here. */
const OTHERS =
  'attach wait hup int quit ill trap abrt iot emt fpe kill bus segv sys pipe alrm term stop tstp ttin ttou ' +
  'io xcpu xfsz vtalrm prof usr1 usr2';

/** What writing a message to ctl gives, of a process that nobody traces: procfs.md 1.8. */
function answerOf(bytes: Uint8Array, offset: number): number {
  if (offset !== 0) return EINVAL;
  if (bytes.length > CTL_BYTES) return EMSGSIZE;
  const message = String.fromCharCode(...bytes).replace(/\n$/, '');
  if (message === 'step' || message === 'run') return EBUSY;
  return message === 'detach' || HARMLESS.includes(message) ? 0 : EOPNOTSUPP;
}

const known = fc.constantFrom(...HARMLESS, 'detach', 'step', 'run');
const near = fc
  .tuple(
    known,
    fc.constantFrom('', '\n', '\n\n', ' ', '\0', '\r\n', 'x'),
    fc.constantFrom('', ' ', 'SIG', '\n'),
  )
  .map(([word, after, before]) => before + word + after);
const cased = known.map((word) => word.toUpperCase());
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const message = fc
  .oneof(near.map(bytesOf), cased.map(bytesOf), fc.uint8Array({ minLength: 1, maxLength: 100 }))
  .filter((bytes) => !OTHERS.split(' ').includes(String.fromCharCode(...bytes).replace(/\n$/, '')));
const offset = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, 8, 0x7fffffff));
const WRITES = fc.sample(fc.tuple(message, offset), { numRuns: 250, seed: 3 });

describe('any bytes', () => {
  it(
    'that are written to ctl do what the table says, or nothing and say why',
    runs(
      'any ctl',
      {
        *main(u) {
          const pid = yield* u.fork('target');
          for (const [bytes, from] of WRITES) {
            const fd = yield* ok(u, u.open(`/proc/${pid}/ctl`, O_WRONLY), 'open');
            if (from !== 0) yield* u.lseek(fd, from, SEEK_SET);
            const written = yield* u.write(fd, bytes);
            const expected = answerOf(bytes, from);
            const found = written < 0 ? u.errno : 0;
            u.assert(found === expected, `[${bytes.join(' ')}] at ${from}: ${found}, not ${expected}`);
            u.assert(written < 0 || written === bytes.length, `${written} bytes`);
            yield* u.close(fd);
          }
          u.assert((yield* u.kill(pid, 0)) === 0, 'it is there still');
          yield* u.kill(pid, kern.SIGKILL);
          const { status } = yield* u.wait4(pid);
          u.assert(status === kern.SIGKILL, `and ended by nothing else: ${status}`);
        },
        *target(u) {
          for (;;) yield* u.pause();
        },
      },
      { profile: 'freebsd', search: { schedules: 1, maxSteps: 10_000_000 } },
    ),
  );

  it(
    'that are written to note and notepg are refused by their length, their place, or at all',
    runs(
      'any note',
      {
        *main(u) {
          for (const name of ['note', 'notepg']) {
            for (const [bytes, from] of WRITES.slice(0, 60)) {
              const fd = yield* ok(u, u.open(`/proc/curproc/${name}`, O_WRONLY), 'open');
              if (from !== 0) yield* u.lseek(fd, from, SEEK_SET);
              const written = yield* u.write(fd, bytes);
              const expected = from !== 0 ? EINVAL : bytes.length > NOTE_BYTES ? EMSGSIZE : EOPNOTSUPP;
              u.assert(written < 0 && u.errno === expected, `${name}: ${u.errno}, not ${expected}`);
              yield* u.close(fd);
            }
          }
        },
      },
      { search: { schedules: 1, maxSteps: 10_000_000 } },
    ),
  );
});
