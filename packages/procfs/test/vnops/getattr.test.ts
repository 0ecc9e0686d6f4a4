import type { Steps } from '@smplab/lwkt';
import { EACCES, kern } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { REGS_BYTES } from '../../src/io/regs.ts';
import { PROCFSMNT_LINUXCOMPAT } from '../../src/procfs-layout.ts';
import { kernelOf } from '../fixtures/kernel-code.ts';
import { fails, O_CREAT, O_RDWR, O_TRUNC, O_WRONLY, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };
const USER = 100;

/** A line as `mode nlink uid size`. */
function* is(u: VfsUser, path: string, expected: string): Steps {
  const stat = yield* u.lstat(path);
  u.assert(stat !== null, `lstat ${path}: errno ${u.errno}`);
  if (stat === null) return;
  const line = `${(stat.st_mode & 0o7777).toString(8)} ${stat.st_nlink} ${stat.st_uid} ${stat.st_size}`;
  u.assert(line === expected, `${path}: ${line}, not ${expected}`);
}

describe('VOP_GETATTR of procfs', () => {
  it(
    'tells what the table says, and whose process it is',
    runs(
      'getattr',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* is(u, '/proc', '555 1 0 512');
          yield* is(u, '/proc/sysvipc', '555 5 0 0');
          yield* is(u, '/proc/meminfo', '444 1 0 0');
          yield* is(u, '/proc/curproc', `555 1 0 ${`${pid}`.length}`);
          yield* ok(u, u.setresuid(USER, USER, USER), 'setresuid');
          yield* is(u, `/proc/${pid}`, `555 2 ${USER} 512`);
          yield* is(u, `/proc/${pid}/fd`, `500 2 ${USER} 512`);
          yield* is(u, `/proc/${pid}/status`, `444 1 ${USER} 0`);
          yield* is(u, `/proc/${pid}/environ`, `400 1 ${USER} 0`);
          yield* is(u, `/proc/${pid}/note`, `200 1 ${USER} 0`);
          yield* is(u, `/proc/${pid}/emul`, `444 1 ${USER} 6`);
          yield* is(u, `/proc/${pid}/cwd`, '555 1 0 1');
          yield* is(u, `/proc/${pid}/task/${pid}`, '555 1 0 2');
        },
      },
      { ...ONCE, flags: PROCFSMNT_LINUXCOMPAT },
    ),
  );

  it(
    'takes the bits of the owner from memory and registers of who has had other rights',
    runs(
      'getattr sugid',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* is(u, `/proc/${pid}/regs`, `600 1 0 ${REGS_BYTES}`);
          yield* ok(u, u.setresuid(USER, USER, USER), 'setresuid');
          const k = kernelOf(u);
          const isSugid = (k.peek(kern.curproc(k) + kern.P.p_flags) & kern.P_SUGID) !== 0;
          u.assert(isSugid, 'P_SUGID');
          yield* is(u, `/proc/${pid}/regs`, `0 1 ${USER} ${REGS_BYTES}`);
          yield* fails(u, u.open(`/proc/${pid}/mem`, O_RDWR), EACCES, 'open mem');
        },
      },
      ONCE,
    ),
  );

  it(
    'tells of descriptors what is open there, and who has opened it',
    runs(
      'getattr fd',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const dir = yield* ok(u, u.open('/bin'), 'open /bin');
          const stat = yield* u.lstat(`/proc/${pid}/fd/${dir}`);
          u.assert(stat !== null && stat.st_uid === 0, 'the opener');
          const pipe = (yield* u.pipe2()) ?? [-1, -1];
          yield* is(u, `/proc/${pid}/fd/${pipe[0]}`, '600 1 0 0');
        },
      },
      ONCE,
    ),
  );

  it(
    'has no lengths of directories in 1993',
    runs(
      'getattr readme',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* is(u, `/proc/${pid}`, '555 2 0 0');
          yield* is(u, '/proc/curproc', '555 2 0 0');
          yield* is(u, `/proc/${pid}/ctl`, '200 1 0 0');
        },
      },
      { ...ONCE, profile: 'readme' },
    ),
  );
});

describe('VOP_ACCESS and VOP_SETATTR of procfs', () => {
  it(
    'go by mode and owner; nothing is ever changed',
    runs(
      'access',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* u.fork('other', pid);
          yield* u.wait();
          for (const change of [u.chmod(`/proc/${pid}/status`, 0o777), u.chown(`/proc/${pid}/status`, 5, 5)])
            yield* ok(u, change, 'a change');
          yield* is(u, `/proc/${pid}/status`, '444 1 0 0');
          const fd = yield* ok(u, u.open(`/proc/${pid}/note`, O_WRONLY | O_TRUNC), 'emptied');
          yield* u.close(fd);
          yield* ok(u, u.open(`/proc/${pid}/note`, O_WRONLY | O_CREAT, 0o644), 'as a shell does');
        },
        *other(u, pid: number) {
          yield* ok(u, u.setresuid(USER, USER, USER), 'setresuid');
          for (const name of ['environ', 'map', 'auxv', 'note', 'fd'])
            yield* fails(u, u.open(`/proc/${pid}/${name}`), EACCES, name);
          yield* fails(u, u.stat(`/proc/${pid}/fd/0`), EACCES, 'what is in fd');
          yield* ok(u, u.open(`/proc/${pid}/status`), 'status');
          yield* fails(u, u.open(`/proc/${pid}/status`, O_WRONLY), EACCES, 'to write');
        },
      },
      ONCE,
    ),
  );
});
