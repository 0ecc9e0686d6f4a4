import type { Steps } from '@smplab/lwkt';
import { EINVAL } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { fails, O_CREAT, O_WRONLY, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };

function* leads(u: VfsUser, path: string, expected: string): Steps {
  const target = yield* u.readlink(path);
  u.assert(target === expected, `${path} leads to ${target} (errno ${u.errno}), not to ${expected}`);
  const stat = yield* u.lstat(path);
  u.assert(stat !== null, `lstat ${path}: errno ${u.errno}`);
}

describe('VOP_READLINK of procfs', () => {
  it(
    'leads to the caller, to directories of a process, to its program',
    runs(
      'readlink',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* leads(u, '/proc/curproc', `${pid}`);
          yield* leads(u, '/proc/self', 'curproc');
          const self = yield* u.lstat('/proc/self');
          u.assert(self?.st_size === `${pid}`.length, `self is as long as the pid: ${self?.st_size}`);
          yield* ok(u, u.mkdir('/d', 0o755), 'mkdir');
          yield* ok(u, u.mkdir('/d/e', 0o755), 'mkdir');
          yield* ok(u, u.chdir('/d/e'), 'chdir');
          yield* leads(u, `/proc/${pid}/cwd`, '/d/e');
          yield* leads(u, `/proc/${pid}/root`, '/');
          yield* leads(u, `/proc/${pid}/exe`, '/bin/test');
          u.assert((yield* u.lstat(`/proc/${pid}/exe`))?.st_size === 9, 'length of exe');
          yield* fails(u, u.readlink(`/proc/${pid}/status`), EINVAL, 'no link');
        },
      },
      ONCE,
    ),
  );

  it(
    'shows directories that cannot be reached, and those of procfs, as the root',
    runs(
      'readlink root',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* ok(u, u.chdir(`/proc/${pid}`), 'chdir');
          yield* leads(u, `/proc/${pid}/cwd`, '/');
          u.assert((yield* u.stat('fd')) !== null, 'looked up from there');
        },
      },
      ONCE,
    ),
  );

  it(
    'leads from descriptors to directories, and from other kinds nowhere',
    runs(
      'readlink fd',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const dir = yield* ok(u, u.open('/bin'), 'open /bin');
          yield* leads(u, `/proc/${pid}/fd/${dir}`, '/bin');
          const pipe = (yield* u.pipe2()) ?? [-1, -1];
          yield* fails(u, u.readlink(`/proc/${pid}/fd/${pipe[0]}`), EINVAL, 'a pipe');
          const queue = yield* ok(u, u.kqueue(), 'kqueue');
          yield* leads(u, `/proc/${pid}/fd/${queue}`, '[kqueue]');
        },
      },
      ONCE,
    ),
  );

  it(
    'leads everywhere in the tree of Linux',
    runs(
      'readlink linux',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* leads(u, '/proc/self', `${pid}`);
          const pipe = (yield* u.pipe2()) ?? [-1, -1];
          const target = yield* u.readlink(`/proc/${pid}/fd/${pipe[0]}`);
          u.assert(target !== null && /^pipe:\[\d+\]$/.test(target), `${target}`);
          const file = yield* ok(u, u.open('/bin/test'), 'open the program');
          yield* leads(u, `/proc/${pid}/fd/${file}`, '/bin/test');
          const other = yield* ok(u, u.open('/x', O_WRONLY | O_CREAT, 0o600), 'open');
          u.assert((yield* u.lstat(`/proc/${pid}/fd/${other}`)) !== null, 'a file without a known name');
        },
      },
      { ...ONCE, profile: 'linux' },
    ),
  );
});
