import { describe, it } from 'mocha';
import { PT_CONTINUE, PT_TRACE_ME } from '../../src/signal/ptrace.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { once, scenario } from './runs.ts';

const UID = 5;
const GID = 6;

/** Fails unless the process has these ids: real, effective, saved, and whether it has changed them. */
function* is(u: User, uids: readonly number[], gids: readonly number[], changed: number) {
  const [uid, gid] = [yield* u.getresuid(), yield* u.getresgid()];
  const found = `${uid?.real},${uid?.effective},${uid?.saved}/${gid?.real},${gid?.effective},${gid?.saved}`;
  u.assert(found === `${uids.join()}/${gids.join()}`, `its ids are ${found}`);
  u.assert((yield* u.issetugid()) === changed, `issetugid is not ${changed}`);
}

const PROGRAMS: Readonly<Record<string, GeneratorImage>> = {
  '/bin/plain': {
    *main(u) {
      yield* is(u, [UID, UID, UID], [GID, GID, GID], 0);
    },
  },
  '/bin/setuid': {
    *main(u) {
      yield* is(u, [UID, 0, 0], [GID, GID, GID], 1);
      yield* u.seteuid(UID);
      u.assert((yield* u.seteuid(0)) === 0, 'the saved id is that of the owner');
      yield* u.setuid(UID);
      yield* is(u, [UID, UID, UID], [GID, GID, GID], 1);
      // Whoever is again who he was: the next program may be asked as any other.
      yield* u.execve('/bin/plain');
    },
  },
  '/bin/setgid': {
    *main(u) {
      yield* is(u, [UID, UID, UID], [GID, 0, 0], 1);
    },
  },
  '/bin/traced': {
    *main(u) {
      yield* is(u, [UID, UID, UID], [GID, GID, GID], 0);
    },
  },
};

const machine = scenario(
  'set-id programs',
  {
    '/bin/parent': {
      *main(u) {
        for (const entry of ['plain', 'setuid', 'setgid']) {
          const { status } = yield* u.wait4(yield* u.fork(entry));
          u.assert(status === 0, `${entry}: status ${status}`);
        }
        const pid = yield* u.fork('traced');
        const stopped = yield* u.wait4(pid);
        u.assert((stopped.status & 0xff) === 0x7f, `a traced process stops in exec: ${stopped.status}`);
        u.assert((yield* u.ptrace(PT_CONTINUE, pid, 1, 0)) === 0, 'it goes on');
        u.assert((yield* u.wait4(pid)).status === 0, 'to its end');
      },
      *plain(u) {
        yield* u.execve('/bin/plain');
      },
      *setuid(u) {
        yield* u.execve('/bin/setuid');
      },
      *setgid(u) {
        yield* u.execve('/bin/setgid');
      },
      *traced(u) {
        yield* u.ptrace(PT_TRACE_ME, 0);
        yield* u.execve('/bin/traced');
      },
    },
    ...PROGRAMS,
  },
  {
    uid: UID,
    gid: GID,
    modes: { '/bin/setuid': 0o4755, '/bin/setgid': 0o2755, '/bin/traced': 0o6755 },
  },
);

describe('the credentials of a program', () => {
  it('are its owner’s if it is set-id, unless it is traced, and its caller’s otherwise', once(machine));
});
