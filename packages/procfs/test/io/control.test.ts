import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EBUSY, EINVAL, EOPNOTSUPP, ESRCH } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { signalOf } from '../../src/io/control.ts';
import { PFS } from '../../src/node/node-types.ts';
import { type Nodes, transfers } from './transfer-program.ts';

const EMSGSIZE = 40;
const EPERM = 1;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGSTOP = 17;
const SIGUSR1 = 30;

function* child(u: VfsUser) {
  for (;;) yield* u.pause();
}

/** The answer of a message. */
function* says(u: VfsUser, nodes: Nodes, pid: number, message: string, answer: number) {
  const given = yield* nodes.write(u, PFS.ctl, pid, message);
  u.assert(given === answer, `${message}: ${given}, not ${answer}`);
}

/** How a child has ended. */
function* ends(u: VfsUser, pid: number, status: number) {
  const ended = yield* u.wait4(pid);
  u.assert(ended.pid === pid && ended.status === status, `child ${ended.pid}: status ${ended.status}`);
}

describe('messages of ctl', () => {
  it('name signals in lower case, as FreeBSD calls them', () => {
    const names = ['hup', 'iot', 'abrt', 'emt', 'usr2', 'vtalrm', 'HUP', 'sighup', 'thr', '', 'constructor'];
    assert.deepEqual(names.map(signalOf), [1, 6, 6, 7, 31, 26, 0, 0, 0, 0, 0]);
  });

  it(
    'are short, exact, and written in one piece',
    transfers('messages', {
      *main(u, nodes) {
        const own = yield* u.getpid();
        yield* says(u, nodes, own, 'winch\n', 0);
        for (const message of ['Winch', 'winch ', 'winch\n\n', '', 'toString'])
          yield* says(u, nodes, own, message, EOPNOTSUPP);
        yield* says(u, nodes, own, 'attaching', EMSGSIZE);
        u.assert((yield* nodes.write(u, PFS.ctl, own, 'winch', 1)) === EINVAL, 'further on');
        u.assert((yield* nodes.read(u, PFS.ctl, own, 4)) === EOPNOTSUPP, 'read');
      },
    }),
  );

  it(
    'send signals to a process that is not traced',
    transfers('signals', {
      child,
      *main(u, nodes) {
        const pid = yield* u.fork('child');
        yield* says(u, nodes, pid, 'term\n', 0);
        yield* ends(u, pid, SIGTERM);
        yield* says(u, nodes, pid, 'term\n', ESRCH);
      },
    }),
  );

  it(
    'are refused where they make no sense, but for detach',
    transfers(
      'refused',
      {
        child,
        *stranger(u, nodes, pid) {
          yield* u.setuid(7);
          yield* says(u, nodes, pid, 'attach', EPERM);
        },
        *main(u, nodes) {
          const pid = yield* u.fork('child');
          const own = yield* u.getpid();
          yield* says(u, nodes, own, 'attach', EINVAL);
          yield* says(u, nodes, 1, 'attach', EINVAL);
          yield* says(u, nodes, pid, 'step', EBUSY);
          yield* says(u, nodes, pid, 'run', EBUSY);
          yield* says(u, nodes, pid, 'detach', 0);
          yield* ends(u, yield* u.fork('stranger', pid), 0);
          yield* says(u, nodes, pid, 'attach\n', 0);
          yield* says(u, nodes, pid, 'attach\n', EBUSY);
          yield* says(u, nodes, pid, 'kill', 0);
          yield* ends(u, pid, SIGKILL);
        },
      },
      { search: { schedules: 10 } },
    ),
  );

  /** A stranger traces a child of the first program, and leaves it to its parent again. */
  const detaching = {
    child,
    *tracer(u: VfsUser, nodes: Nodes, pid: number) {
      yield* says(u, nodes, pid, 'attach', 0);
      yield* says(u, nodes, pid, 'wait', 0);
      yield* says(u, nodes, pid, 'detach', 0);
    },
    *main(u: VfsUser, nodes: Nodes) {
      const pid = yield* u.fork('child');
      yield* ends(u, yield* u.fork('tracer', pid), 0);
      yield* says(u, nodes, pid, 'term', 0);
      yield* ends(u, pid, SIGTERM);
    },
  };

  it('trace a process and give it back to its parent', transfers('detach', detaching));

  /** A parent traces its own child. */
  const parent = {
    child,
    *main(u: VfsUser, nodes: Nodes) {
      const pid = yield* u.fork('child');
      yield* says(u, nodes, pid, 'attach', 0);
      yield* says(u, nodes, pid, 'wait', 0);
      yield* says(u, nodes, pid, 'detach', 0);
      yield* says(u, nodes, pid, 'term', 0);
      yield* ends(u, pid, SIGTERM);
    },
  };

  it('let a parent trace its child', transfers('parent', parent));

  it(
    'as of 1995 gave the child to nobody after that (asSeed procfs-attach-oppid)',
    transfers('oppid', parent, { asSeed: ['procfs-attach-oppid'], search: { expects: 'assertion' } }),
  );

  /** One process traces, another ends the trace. */
  const meddling = {
    child,
    *meddler(u: VfsUser, nodes: Nodes, pid: number) {
      yield* says(u, nodes, pid, 'detach', EBUSY);
    },
    *main(u: VfsUser, nodes: Nodes) {
      const pid = yield* u.fork('child');
      yield* says(u, nodes, pid, 'attach', 0);
      yield* says(u, nodes, pid, 'wait', 0);
      yield* ends(u, yield* u.fork('meddler', pid), 0);
      yield* says(u, nodes, pid, 'usr1', 0);
      yield* ends(u, pid, SIGUSR1);
    },
  };

  it('let nobody but the tracer end a trace', transfers('meddler', meddling));

  it(
    'let anybody do so in FreeBSD 14 (asSeed procfs-detach-anybody)',
    transfers('anybody', meddling, { asSeed: ['procfs-detach-anybody'], search: { expects: 'assertion' } }),
  );

  it(
    'leave nobody stopped who was let go before the stop came',
    transfers('early detach', {
      child,
      *main(u, nodes) {
        const pid = yield* u.fork('child');
        yield* says(u, nodes, pid, 'attach', 0);
        yield* says(u, nodes, pid, 'detach', 0);
        yield* u.kill(pid, SIGTERM);
        yield* ends(u, pid, SIGTERM);
      },
    }),
  );

  it(
    'end with the tracer: what it has stopped is killed',
    transfers('tracer exits', {
      child,
      *tracer(u, nodes, pid) {
        yield* says(u, nodes, pid, 'attach', 0);
        yield* says(u, nodes, pid, 'wait', 0);
      },
      *main(u) {
        // All descriptors of the writing end are gone when the child is.
        const [read, write] = (yield* u.pipe2()) ?? [-1, -1];
        const pid = yield* u.fork('child');
        yield* u.close(write);
        yield* u.wait4(yield* u.fork('tracer', pid));
        u.assert((yield* u.read(read, 1))?.length === 0, 'the child is gone');
      },
    }),
  );

  it(
    'stop a process that is traced at each signal, which the tracer changes',
    transfers('changed', {
      child,
      *main(u, nodes) {
        const pid = yield* u.fork('child');
        yield* says(u, nodes, pid, 'attach', 0);
        const { status } = yield* u.wait4(pid);
        u.assert(status === ((SIGSTOP << 8) | 0x7f), `status ${status}`);
        yield* says(u, nodes, pid, 'run', 0);
        yield* u.kill(pid, SIGUSR1);
        yield* says(u, nodes, pid, 'wait', 0);
        yield* says(u, nodes, pid, 'term', 0);
        yield* ends(u, pid, SIGTERM);
      },
    }),
  );
});
