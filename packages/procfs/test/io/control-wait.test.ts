import { describe, it } from 'mocha';
import { EBUSY, EINTR, ENOENT, ESRCH, kern } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { PFS } from '../../src/node/node-types.ts';
import { files } from './proc-files.ts';
import { type Nodes, transfers } from './transfer-program.ts';

const { PT_CONTINUE, PT_HERE } = kern;
const MNT_FORCE = 0x80000;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGTRAP = 5;
const SIGSTOP = 17;
const SIGUSR1 = 30;

function* says(u: VfsUser, nodes: Nodes, pid: number, message: string, answer = 0) {
  const given = yield* nodes.write(u, PFS.ctl, pid, message);
  u.assert(given === answer, `${message}: ${given}, not ${answer}`);
}

function* child(u: VfsUser) {
  for (;;) yield* u.pause();
}

function* stopper(u: VfsUser, _nodes: Nodes, pid: number) {
  yield* u.kill(pid, SIGSTOP);
}

function* killer(u: VfsUser, _nodes: Nodes, pid: number) {
  yield* u.kill(pid, SIGKILL);
}

/** `run` needs a process that has stopped: it is refused if `wait` has come back too early. */
const attaching = {
  child,
  *main(u: VfsUser, nodes: Nodes) {
    const pid = yield* u.fork('child');
    yield* says(u, nodes, pid, 'attach');
    yield* says(u, nodes, pid, 'wait');
    yield* says(u, nodes, pid, 'run');
    yield* says(u, nodes, pid, 'kill');
    yield* u.wait4(pid);
  },
};

describe('wait of ctl', () => {
  it('comes back when the process has stopped, and not before', transfers('wait', attaching));

  it(
    'came back at once in NetBSD (asSeed procfs-wait-zombie)',
    transfers('zombie', attaching, {
      cpus: 1,
      asSeed: ['procfs-wait-zombie'],
      search: { expects: 'assertion', schedules: 60 },
    }),
  );

  it(
    'slept in FreeBSD 14 while it was stopped, for ever (asSeed procfs-wait-inverted)',
    transfers(
      'asleep',
      {
        child,
        *main(u, nodes) {
          const pid = yield* u.fork('child');
          yield* says(u, nodes, pid, 'attach');
          yield* u.wait4(pid);
          yield* says(u, nodes, pid, 'wait');
        },
      },
      { asSeed: ['procfs-wait-inverted'], search: { expects: 'deadlock' } },
    ),
  );

  it(
    'waits for a process that is not traced too, until it stops or is gone',
    transfers('untraced', {
      child,
      stopper,
      killer,
      *main(u, nodes) {
        const pid = yield* u.fork('child');
        const stopper = yield* u.fork('stopper', pid);
        yield* says(u, nodes, pid, 'wait');
        yield* u.kill(pid, 19);
        const killer = yield* u.fork('killer', pid);
        yield* says(u, nodes, pid, 'wait', ESRCH);
        for (const each of [stopper, killer, pid]) yield* u.wait4(each);
      },
    }),
  );

  it(
    'ends with EBUSY when what is traced exits, and with EINTR for a signal',
    transfers('ended', {
      child,
      *waker(u, _nodes, pid) {
        yield* u.kill(pid, SIGUSR1);
      },
      killer,
      *handler() {
        // It interrupts, that is all.
      },
      *main(u, nodes) {
        const own = yield* u.getpid();
        yield* u.signal(SIGUSR1, 'handler');
        const pid = yield* u.fork('child');
        yield* says(u, nodes, pid, 'attach');
        yield* says(u, nodes, pid, 'wait');
        yield* says(u, nodes, pid, 'run');
        const waker = yield* u.fork('waker', own);
        const answer = yield* nodes.write(u, PFS.ctl, pid, 'wait');
        u.assert(answer === EINTR || answer === -1, `interrupted: ${answer}`);
        const killer = yield* u.fork('killer', pid);
        yield* says(u, nodes, pid, 'wait', EBUSY);
        for (const each of [waker, killer, pid]) yield* u.wait4(each);
      },
    }),
  );

  it(
    'lets the process exec, and sees it stop at its new program',
    transfers(
      'exec',
      {
        *child(u) {
          yield* u.ptrace(kern.PT_TRACE_ME, 0);
          yield* u.execve('/bin/text');
        },
        *main(u, nodes) {
          const pid = yield* u.fork('child');
          yield* says(u, nodes, pid, 'wait');
          const { status } = yield* u.wait4(pid);
          u.assert(status === ((SIGTRAP << 8) | 0x7f), `status ${status}`);
          yield* u.ptrace(PT_CONTINUE, pid, PT_HERE, SIGTERM);
          yield* u.wait4(pid);
        },
      },
      { texts: { '/bin/text': 'main: jmp main' } },
    ),
  );

  /** One process waits, another takes the file system away meanwhile. */
  const unmounting = {
    child,
    *waiter(u: VfsUser, nodes: Nodes, pid: number) {
      const answer = yield* nodes.write(u, PFS.ctl, pid, 'wait');
      u.assert(answer === 0 || answer === ENOENT, `wait: ${answer}`);
    },
    *main(u: VfsUser) {
      const pid = yield* u.fork('child');
      const waiter = yield* u.fork('waiter', pid);
      for (let left = 5; left > 0; left--) yield* u.sched_yield();
      u.assert((yield* u.unmount('/proc', MNT_FORCE)) === 0, `unmount: errno ${u.errno}`);
      yield* u.kill(pid, SIGSTOP);
      const { status } = yield* u.wait4(waiter);
      u.assert(status === 0, `waiter: status ${status}`);
      yield* u.kill(pid, SIGKILL);
      yield* u.wait4(pid);
    },
  };

  it('keeps nobody from suspending or unmounting the file system', files('unmount', unmounting));

  it(
    'kept the file system from being suspended for ever (asSeed procfs-wait-inside)',
    files('inside', unmounting, { asSeed: ['procfs-wait-inside'], search: { expects: 'deadlock' } }),
  );
});
