import { EACCES } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { ok, runs } from '../fixtures/procfs-program.ts';

type Code<T = void> = Generator<unknown, T, unknown>;

/** procfs.md 1.1: files of a process by their mode. */
const MODES: Readonly<Record<number, readonly string[]>> = {
  0o444: ['cmdline', 'emul', 'limit', 'status'],
  0o400: ['auxv', 'environ', 'map', 'maps'],
  0o600: ['mem', 'regs'],
  0o200: ['note', 'notepg'],
};
/** open's access modes, with the bits of a mode that they need. */
const ACCESSES = [
  [0, 4],
  [1, 2],
  [2, 6],
] as const;
const OWNER = 7;
const STRANGER = 9;
const PID_ROOM = 1000;

/**
 * procfs.md 1.1 and 1.6: root passes; the owner by the first bits of the mode, everybody else by the last. A
 * process that has raised its rights belongs to whom it has become, and its memory has no owner's bits.
 */
function answerOf(uid: number, isRaised: boolean, mode: number, bits: number): number {
  if (uid === 0) return 0;
  const isOwner = uid === OWNER && !isRaised;
  const allowed = isOwner ? mode >> 6 : mode & 7;
  return (allowed & bits) === bits ? 0 : EACCES;
}

/** Opens every file of a process in every way, and says where that goes otherwise than it should. */
function* problemsOf(u: VfsUser, uid: number, pid: number, isRaised: boolean): Code<string[]> {
  const problems: string[] = [];
  for (const [mode, names] of Object.entries(MODES)) {
    for (const name of names) {
      for (const [access, bits] of ACCESSES) {
        const fd = yield* u.open(`/proc/${pid}/${name}`, access);
        const found = fd < 0 ? u.errno : 0;
        const expected = answerOf(uid, isRaised, Number(mode), bits);
        if (found !== expected)
          problems.push(`user ${uid}, ${name}, open ${access}: ${found}, not ${expected}`);
        if (fd >= 0) yield* u.close(fd);
      }
    }
  }
  return problems;
}

const checkers = {
  *checker(u: VfsUser, given: number): Code {
    const [uid, pid] = [Math.floor(given / PID_ROOM) >> 1, given % PID_ROOM];
    const isRaised = (Math.floor(given / PID_ROOM) & 1) === 1;
    yield* become(u, uid);
    const problems = yield* problemsOf(u, uid, pid, isRaised);
    u.assert(problems.length === 0, problems.join('\n'));
  },
};

function* become(u: VfsUser, uid: number): Code {
  if (uid === 0) return;
  yield* ok(u, u.setgroups([]), 'setgroups');
  yield* ok(u, u.setgid(uid), 'setgid');
  yield* ok(u, u.setuid(uid), 'setuid');
}

/** A target, which says when it is ready, is looked at by root, its owner and somebody else. */
function* lookedAt(u: VfsUser, entry: string, isRaised: boolean): Code {
  const ends = (yield* u.pipe2()) ?? [-1, -1];
  const target = yield* u.fork(entry, ends[1]);
  yield* u.read(ends[0], 1);
  for (const uid of [0, OWNER, STRANGER]) {
    const kind = 2 * uid + (isRaised ? 1 : 0);
    const { status } = yield* u.wait4(yield* u.fork('checker', kind * PID_ROOM + target));
    u.assert(status === 0, `the checker of user ${uid} ends with ${status}`);
  }
  yield* u.kill(target, 9);
  yield* u.wait4(target);
}

const READY = {
  *main(u: VfsUser): Code {
    // The end of the pipe that the one before it had at 4.
    yield* u.write(4, '!');
    for (;;) yield* u.pause();
  },
};

describe('files of a process', () => {
  it(
    'are opened by root, the owner and others as their modes say',
    runs(
      'opened',
      {
        *main(u) {
          yield* lookedAt(u, 'target', false);
        },
        *target(u, end: number) {
          yield* become(u, OWNER);
          u.assert(end === 4, 'the pipe');
          yield* u.execve('/bin/ready');
        },
        ...checkers,
      },
      { programs: { '/bin/ready': READY }, search: { schedules: 1, maxSteps: 10_000_000 } },
    ),
  );

  it(
    'belong to whom it has become, once it has executed a set-id program',
    runs(
      'opened, set-id',
      {
        *main(u) {
          yield* lookedAt(u, 'target', true);
        },
        *target(u, end: number) {
          yield* become(u, OWNER);
          u.assert(end === 4, 'the pipe');
          yield* u.execve('/bin/ready');
        },
        ...checkers,
      },
      {
        programs: { '/bin/ready': READY },
        modes: { '/bin/ready': 0o4755 },
        search: { schedules: 1, maxSteps: 10_000_000 },
      },
    ),
  );
});
