import type { Context, Steps } from '@smplab/lwkt';
import { EACCES, ENAMETOOLONG, ENOENT, ENOEXEC, ENOTDIR } from '@smplab/proc';
import { explores } from '@smplab/explore/mocha';
import { ELOOP } from '../../src/errno.ts';
import { M, MNT_NOEXEC, MNT_NOSUID } from '../../src/mount/mount-layout.ts';
import type { VfsUser } from '../../src/user/vfs-user.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { vfsScenario, type VfsScenarioOptions, type VfsUserEntry } from '../../src/vfs-scenario.ts';
import { fails, ok, put } from '../fixtures/vfs-program.ts';

const KERN = 1;
const KERN_PROC = 14;
const PID = 1;
const PATHNAME = 9;
const UID = 1001;

interface Test {
  readonly test: Readonly<Record<string, VfsUserEntry>>;
  /** What /bin/tool does: it exits with 7 unless this ends otherwise. */
  readonly tool?: VfsUserEntry;
  readonly options?: VfsScenarioOptions;
  readonly schedules?: number;
}

/** Explores /bin/test, which executes /bin/tool. */
function executes(name: string, { test, tool, options = {}, schedules = 10 }: Test) {
  const main: VfsUserEntry = function* (u) {
    if (tool !== undefined) yield* tool(u) as Steps<unknown>;
    yield* u.exit(7);
  };
  const scenario = vfsScenario(name, options, { '/bin/test': test, '/bin/tool': { main } });
  return explores(scenario, { strategy: 'random', schedules, shrink: false });
}

const PATHS = ['/bin/tool', '/link', '/hard', '/moved', 'there', '/d/../link', '/chain'];

/** Executes one of those; ends with the errno if it cannot. */
const child: VfsUserEntry = function* (u, at: number) {
  yield* u.execve(PATHS[at] ?? '');
  yield* u.exit(u.errno);
};

/** Gives the mount of the root a further flag, for which there is no call. */
function* flagRoot(u: VfsUser, flag: number): Steps {
  const { k } = u as unknown as { readonly k: Context };
  const mp = k.peek(vfs(k).g + VG.vg_rootmount);
  yield* k.storeRelaxed(mp + M.mnt_flag, k.peek(mp + M.mnt_flag) | flag);
}

describe('a program', () => {
  it(
    'is executed by whatever name leads to it',
    executes('names', {
      test: {
        *main(u) {
          yield* ok(u, u.mkdir('/d'), 'mkdir');
          yield* ok(u, u.symlink('bin/tool', '/link'), 'symlink');
          yield* ok(u, u.symlink('d/../link', '/chain'), 'symlink to that');
          yield* ok(u, u.link('/bin/tool', '/hard'), 'link');
          yield* ok(u, u.link('/bin/tool', '/d/there'), 'link');
          yield* ok(u, u.chdir('/d'), 'chdir');
          for (const at of [0, 1, 2, 4, 5, 6]) {
            const { status } = yield* u.wait4(yield* u.fork('child', at));
            u.assert(status === 7 << 8, `${PATHS[at]}: status ${status}`);
          }
          yield* ok(u, u.rename('/bin/tool', '/moved'), 'rename');
          u.assert((yield* u.wait4(yield* u.fork('child', 3))).status === 7 << 8, 'under its new name');
          const old = yield* u.wait4(yield* u.fork('child', 0));
          u.assert(old.status === ENOENT << 8, 'no longer under the old one');
        },
        child,
      },
    }),
  );

  it(
    'is known by the last name of its path, and by the path of its file',
    executes('name and path', {
      test: {
        *main(u) {
          yield* ok(u, u.symlink('/bin/tool', '/alias'), 'symlink');
          yield* u.execve('/alias');
        },
      },
      *tool(u) {
        const { bytes } = yield* u.__sysctl([KERN, KERN_PROC, PATHNAME, -1], 64);
        u.assert(new TextDecoder().decode(bytes) === '/bin/tool\0', 'its path');
        const { bytes: own } = yield* u.__sysctl([KERN, KERN_PROC, PID, yield* u.getpid()]);
        u.assert(new TextDecoder('latin1').decode(own).includes('\0alias\0'), 'its name');
        yield* u.exit(0);
      },
    }),
  );

  it(
    'cannot be executed where names, modes or its contents forbid it',
    executes('refusals', {
      test: {
        *main(u) {
          yield* fails(u, u.execve('/none'), ENOENT, 'nothing');
          yield* fails(u, u.execve(''), ENOENT, 'no path');
          yield* fails(u, u.execve('/bin/tool/x'), ENOTDIR, 'below a file');
          yield* fails(u, u.execve('/bin'), EACCES, 'a directory');
          yield* fails(u, u.execve('/dev/null'), EACCES, 'a device');
          yield* ok(u, u.symlink('/loop', '/loop'), 'symlink');
          yield* fails(u, u.execve('/loop'), ELOOP, 'a link to itself');
          yield* fails(u, u.execve(`/${'x'.repeat(1024)}`), ENAMETOOLONG, 'a long path');
          yield* put(u, '/data', 'no program');
          yield* fails(u, u.execve('/data'), EACCES, 'nobody may');
          yield* ok(u, u.chmod('/data', 0o755), 'chmod');
          yield* fails(u, u.execve('/data'), ENOEXEC, 'no program of the machine');
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          yield* ok(u, u.mount('ramfs', '/mnt', MNT_NOEXEC), 'mount');
          yield* put(u, '/mnt/data', 'no program');
          yield* ok(u, u.chmod('/mnt/data', 0o755), 'chmod');
          yield* fails(u, u.execve('/mnt/data'), EACCES, 'nothing is executed there');
          yield* ok(u, u.unmount('/mnt'), 'unmount');
          yield* ok(u, u.chmod('/bin/tool', 0o700), 'chmod');
          yield* ok(u, u.setuid(UID), 'setuid');
          yield* fails(u, u.execve('/bin/tool'), EACCES, 'not for users');
        },
      },
    }),
  );

  it(
    'is looked for below the root of the process',
    executes('chroot', {
      test: {
        *main(u) {
          yield* ok(u, u.mkdir('/jail'), 'mkdir');
          yield* ok(u, u.link('/bin/tool', '/jail/tool'), 'link');
          yield* ok(u, u.chroot('/jail'), 'chroot');
          yield* fails(u, u.execve('/bin/tool'), ENOENT, 'outside');
          yield* u.execve('/tool');
        },
      },
      *tool(u) {
        yield* u.exit(0);
      },
    }),
  );
});

describe('a set-id program', () => {
  const asUser: VfsUserEntry = function* (u) {
    yield* ok(u, u.setuid(UID), 'setuid');
    yield* u.execve('/bin/tool');
    yield* u.exit(1);
  };
  /** Ends with the effective user and group. */
  const tool: VfsUserEntry = function* (u) {
    const [uid, gid] = [yield* u.geteuid(), yield* u.getegid()];
    yield* u.exit(uid === UID ? (gid === 0 ? 7 : gid) : uid);
  };

  it(
    'runs as whoever owns it now, with the mode it has now',
    executes('set-id', {
      test: {
        *main(u) {
          u.assert((yield* u.wait4(yield* u.fork('asUser'))).status === 7 << 8, 'no set-id program yet');
          yield* ok(u, u.chown('/bin/tool', 42, 43), 'chown');
          yield* ok(u, u.chmod('/bin/tool', 0o4755), 'chmod');
          u.assert((yield* u.wait4(yield* u.fork('asUser'))).status === 42 << 8, 'as its owner');
          yield* ok(u, u.chmod('/bin/tool', 0o2755), 'chmod');
          u.assert((yield* u.wait4(yield* u.fork('asUser'))).status === 43 << 8, 'as its group');
        },
        asUser,
      },
      tool,
    }),
  );

  it(
    'is none where the mount says so',
    executes('nosuid', {
      options: { modes: { '/bin/tool': 0o4755 } },
      test: {
        *main(u) {
          u.assert(
            (yield* u.wait4(yield* u.fork('asUser'))).status === 0,
            'as root, by the mode of the boot',
          );
          yield* flagRoot(u, MNT_NOSUID);
          u.assert((yield* u.wait4(yield* u.fork('asUser'))).status === 7 << 8, 'as the user');
        },
        asUser,
      },
      tool,
    }),
  );
});

describe('exec against changes of names', () => {
  it(
    'finds the program or does not, and keeps nothing',
    executes('exec against rename', {
      test: {
        *main(u) {
          const pid = yield* u.fork('child', 0);
          yield* ok(u, u.rename('/bin/tool', '/moved'), 'rename');
          const { status } = yield* u.wait4(pid);
          u.assert(status === 7 << 8 || status === ENOENT << 8, `status ${status}`);
        },
        child,
      },
      schedules: 60,
    }),
  );
});
