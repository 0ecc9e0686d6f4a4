import type { Steps } from '@smplab/lwkt';
import { EINVAL, ENOENT, kern } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { PROCFSMNT_LINUXCOMPAT } from '../../src/procfs-layout.ts';
import { kernelOf } from '../fixtures/kernel-code.ts';
import { fails, names, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };
const RECORD = 32;

function* lists(u: VfsUser, path: string, expected: string): Steps {
  const found = yield* names(u, path);
  u.assert(found === expected, `${path}: ${found}, not ${expected}`);
}

/** What is listed has the number and the type that stat tells. */
function* agrees(u: VfsUser, path: string): Steps {
  const fd = yield* ok(u, u.open(path), path);
  const entries = (yield* u.getdents(fd, 4096)) ?? [];
  for (const { name, ino } of entries) {
    // The real files have real numbers, and the root of a mount that of what it covers.
    if (name === 'file' || name === '..' || path.endsWith('/fd')) continue;
    const stat = yield* u.lstat(`${path}/${name}`);
    u.assert(stat !== null, `${path}/${name}: errno ${u.errno}`);
    u.assert(stat?.st_ino === ino, `${path}/${name}: ${stat?.st_ino}, listed as ${ino}`);
  }
  yield* u.close(fd);
}

/** Slots of the caller's table of descriptors. */
function* slots(u: VfsUser): Steps<number> {
  const k = kernelOf(u);
  const own = kern.curproc(k);
  yield* k.gettoken(own + kern.P.p_token);
  const nfiles = k.peek(k.get(own + kern.P.p_fd) + kern.FD.fd_nfiles);
  yield* k.reltoken(own + kern.P.p_token);
  return nfiles;
}

describe('VOP_READDIR of procfs', () => {
  it(
    'lists the caller, the processes and their nodes in the order of the table',
    runs(
      'readdir netbsd',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const child = yield* u.fork('sleeps');
          const found = (yield* names(u, '/proc')).split(' ');
          u.assert(found[0] === 'curproc' && found[1] === 'self', found.join(' '));
          const pids = found.slice(2).map(Number);
          u.assert(pids.includes(pid) && pids.includes(child), pids.join(' '));
          const nodes =
            'fd cwd emul root auxv cmdline environ exe file limit map maps mem note notepg regs status';
          yield* lists(u, `/proc/${pid}`, nodes);
          yield* agrees(u, '/proc');
          yield* agrees(u, `/proc/${pid}`);
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
          yield* fails(u, u.open(`/proc/${child}`), ENOENT, 'a process that is gone');
        },
        *sleeps(u) {
          yield* u.pause();
        },
      },
      ONCE,
    ),
  );

  it(
    'lists the names of Linux on mounts that have them',
    runs(
      'readdir linux names',
      {
        *main(u) {
          const found = yield* names(u, '/proc');
          const machine = 'meminfo cpuinfo stat uptime mounts devices loadavg version sysvipc sys';
          u.assert(found.endsWith(` ${machine}`), found);
          yield* lists(u, '/proc/sysvipc', 'msg sem shm');
          const limits = 'msg_default msg_max msgsize_default msgsize_max queues_max';
          yield* lists(u, '/proc/sys/fs/mqueue', limits);
          yield* lists(u, '/proc/curproc/task', `${yield* u.getpid()}`);
          for (const path of [
            '/proc',
            '/proc/sysvipc',
            '/proc/sys/fs',
            '/proc/curproc/.',
            '/proc/curproc/task',
          ])
            yield* agrees(u, path);
        },
      },
      { ...ONCE, flags: PROCFSMNT_LINUXCOMPAT },
    ),
  );

  it(
    'gives records of 32 bytes one by one, from any of them on',
    runs(
      'readdir records',
      {
        *main(u) {
          const fd = yield* ok(u, u.open('/proc/curproc'), 'open');
          yield* fails(u, u.getdents(fd, RECORD - 1), EINVAL, 'no room for one');
          const found: string[] = [];
          for (;;) {
            const some = (yield* u.getdents(fd, RECORD)) ?? [];
            u.assert(some.length <= 1, 'one at a time');
            if (some.length === 0) break;
            found.push(some[0].name);
          }
          u.assert(found.slice(0, 3).join() === '.,..,fd' && found.at(-1) === 'status', found.join());
          u.assert((yield* u.lseek(fd, 2)) === 2, 'lseek');
          const again = (yield* u.getdents(fd, 2 * RECORD)) ?? [];
          u.assert(again.map(({ name }) => name).join() === 'fd,cwd', 'from entry 2 on');
          u.assert((yield* u.lseek(fd, 1000)) === 1000, 'beyond the end');
          u.assert((yield* u.getdents(fd))?.length === 0, 'nothing there');
        },
      },
      ONCE,
    ),
  );

  for (const asSeed of [[], ['procfs-last-two-fds']] as const)
    it(
      asSeed.length === 0
        ? 'lists every descriptor that is open'
        : 'does not list the last two slots in NetBSD (procfs-last-two-fds)',
      runs(
        `readdir fd ${asSeed.length}`,
        {
          *main(u) {
            const dir = yield* ok(u, u.open('/proc/curproc/fd'), 'open');
            let last = dir;
            while (last < (yield* slots(u)) - 1) last = yield* ok(u, u.dup(dir), 'dup');
            const listed = ((yield* u.getdents(dir, 4096)) ?? []).map(({ name }) => name).slice(2);
            const expected = Array.from(
              { length: asSeed.length === 0 ? last + 1 : last - 1 },
              (_, fd) => `${fd}`,
            );
            u.assert(listed.join() === expected.join(), `${listed.join()}, not ${expected.join()}`);
          },
        },
        { ...ONCE, asSeed },
      ),
    );

  it(
    'lists the tree of Linux with its threads',
    runs(
      'readdir linux tree',
      {
        *main(u) {
          const pid = yield* u.getpid();
          for (const path of ['/proc', `/proc/${pid}`, `/proc/${pid}/task`, '/proc/net', '/proc/sys/kernel'])
            yield* agrees(u, path);
          const [tid] = (yield* names(u, `/proc/${pid}/task`)).split(' ');
          yield* lists(u, `/proc/${pid}/task/${tid}`, 'comm stat status');
          yield* agrees(u, `/proc/${pid}/task/${tid}`);
        },
      },
      { ...ONCE, profile: 'linux' },
    ),
  );

  it(
    'lists zombies in the README, each with its number',
    runs(
      'readdir readme',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const child = yield* u.fork('dies');
          while (!(yield* names(u, '/proc')).split(' ').includes(`${child}`)) yield* u.sched_yield();
          const k = kernelOf(u);
          for (let zombie = 0; zombie === 0;) {
            zombie = yield* kern.zpfind(k, child);
            if (zombie !== 0) yield* kern.prele(k, zombie);
            else yield* u.sched_yield();
          }
          const found = (yield* names(u, '/proc')).split(' ');
          u.assert(found.includes(`${child}`), found.join(' '));
          u.assert((yield* u.stat(`/proc/${pid}`))?.st_ino === BigInt((pid + 1) * 8 + 1), 'its number');
          yield* lists(u, '/proc/curproc', 'ctl file mem note notepg regs status');
          yield* u.wait();
        },
        *dies(u) {
          yield* u.exit(0);
        },
      },
      { ...ONCE, profile: 'readme' },
    ),
  );
});
