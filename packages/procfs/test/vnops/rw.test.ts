import type { Steps } from '@smplab/lwkt';
import { EBUSY, EINVAL, EOPNOTSUPP, ESRCH, kern, U, uioBytes, uioFree, uioMake } from '@smplab/proc';
import { EFBIG, FSCRED, VOP_READ, VOP_WRITE, vrele, type VfsUser } from '@smplab/vfs';
import fc from 'fast-check';
import { PROCFSMNT_LINUXCOMPAT } from '../../src/procfs-layout.ts';
import type { PfsType } from '../../src/node/node-types.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { contents, fails, O_RDWR, O_WRONLY, ok, rest, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };

/** Offsets and lengths, some of them near the text. */
const PLACES = fc.sample(
  fc.tuple(fc.oneof(fc.integer(), fc.integer({ min: -5, max: 3000 })), fc.integer({ min: 0, max: 16_384 })),
  { numRuns: 40, seed: 8 },
);

/** What reading or writing a node gives to the kernel itself: the bytes, or the errno. */
function* moves(
  u: VfsUser,
  type: PfsType,
  pid: number,
  count: number,
  offset: number,
  isWrite = false,
): Steps<string | number> {
  const k = kernelOf(u);
  const vp = yield* nodeAt(k, type, pid);
  u.assert(vp > 0, `${type}: ${vp}`);
  const uio = yield* uioMake(k, count);
  k.words[uio + U.uio_offset] = offset;
  const error = yield* (isWrite ? VOP_WRITE : VOP_READ)(k, vp, uio, 0, FSCRED);
  const bytes = String.fromCharCode(...uioBytes(k, uio));
  const moved = k.words[uio + U.uio_offset] - offset;
  if (error === 0 && !isWrite) u.assert(moved === bytes.length, `${type}: moved by ${moved}`);
  yield* uioFree(k, uio);
  yield* vrele(k, vp);
  return error === 0 ? bytes : error;
}

describe('procfs_rw', () => {
  it(
    'gives a text piece by piece, and its end',
    runs(
      'rw pieces',
      {
        *main(u) {
          const whole = yield* contents(u, '/proc/curproc/limit');
          const fd = yield* ok(u, u.open('/proc/curproc/limit'), 'open');
          let text = '';
          for (;;) {
            const some = (yield* u.read(fd, 7)) ?? new Uint8Array();
            if (some.length === 0) break;
            text += String.fromCharCode(...some);
          }
          u.assert(text === whole && whole.length > 100, text);
          yield* u.lseek(fd, whole.length - 3);
          u.assert((yield* rest(u, fd)) === whole.slice(-3), 'the end');
          yield* u.lseek(fd, 0x7fffffff);
          u.assert((yield* rest(u, fd)) === '', 'beyond the end');
        },
      },
      ONCE,
    ),
  );

  it(
    "gives FreeBSD's map at once, or says that there is too little room for it",
    runs(
      'rw map',
      {
        *main(u) {
          yield* u.store(64, 1);
          const whole = yield* contents(u, '/proc/curproc/map');
          u.assert(whole.startsWith('0x') && whole.endsWith(' default\n'), `map: ${whole}`);
          const fd = yield* ok(u, u.open('/proc/curproc/map'), 'open');
          yield* fails(u, u.read(fd, whole.length - 1), EFBIG, 'a byte too few');
          u.assert((yield* u.read(fd, whole.length))?.length === whole.length, 'just enough');
          u.assert((yield* rest(u, fd)) === '', 'no more');
        },
      },
      { ...ONCE, profile: 'freebsd' },
    ),
  );

  it(
    'gives texts of the process of the kernel, which has no lwps',
    runs(
      'rw process 0',
      {
        *main(u) {
          const text = yield* contents(u, '/proc/0/status');
          u.assert(text.startsWith('kernel 0 0 '), `status: ${text}`);
          u.assert((yield* u.stat('/proc/0/limit')) !== null, 'and it can be looked at');
        },
      },
      ONCE,
    ),
  );

  it(
    'gives the slice of any offset and length, and nothing of a negative one',
    runs(
      'rw slices',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const whole = yield* moves(u, 'limit', pid, 16_384, 0);
          for (const [offset, count] of PLACES) {
            const some = yield* moves(u, 'limit', pid, count, offset);
            const expected = offset < 0 ? EINVAL : `${whole}`.slice(offset, offset + count);
            u.assert(some === expected, `${count} from ${offset}: ${some}`);
          }
        },
      },
      ONCE,
    ),
  );

  it(
    'goes by the direction of the node, also for root',
    runs(
      'rw direction',
      {
        *main(u) {
          const pid = yield* u.getpid();
          for (const name of ['status', 'map', 'limit', 'auxv', 'emul']) {
            const fd = yield* ok(u, u.open(`/proc/${pid}/${name}`, O_RDWR), name);
            yield* fails(u, u.write(fd, 'x'), EOPNOTSUPP, `write ${name}`);
            yield* u.close(fd);
          }
          for (const name of ['meminfo', 'uptime', 'version']) {
            const fd = yield* ok(u, u.open(`/proc/${name}`, O_RDWR), name);
            yield* fails(u, u.write(fd, 'x'), EOPNOTSUPP, `write ${name}`);
            yield* u.close(fd);
          }
          const note = yield* ok(u, u.open(`/proc/${pid}/note`, O_RDWR), 'note');
          yield* fails(u, u.read(note, 4), EINVAL, 'read note');
          const dir = yield* ok(u, u.open(`/proc/${pid}`), 'directory');
          yield* fails(u, u.read(dir, 4), EOPNOTSUPP, 'read a directory');
        },
      },
      { ...ONCE, flags: PROCFSMNT_LINUXCOMPAT },
    ),
  );

  it(
    'fails in the order of the original: offset, process, exec or exit, rights',
    runs(
      'rw order',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const k = kernelOf(u);
          const own = kern.curproc(k);
          u.assert((yield* moves(u, 'status', 999, 10, -1)) === EINVAL, 'offset');
          u.assert((yield* moves(u, 'status', 999, 10, 0)) === ESRCH, 'no process');
          yield* kern.reflock_enter(k, own);
          u.assert((yield* moves(u, 'status', pid, 10, 0)) === EBUSY, 'execs');
          u.assert((yield* moves(u, 'status', pid, 10, 0, true)) === EBUSY, 'execs, write');
          yield* kern.reflock_exit(k, own);
          u.assert(kern.reflock_readers(k, own) === 0, 'nobody looks at it any more');
        },
      },
      ONCE,
    ),
  );

  it(
    'tells a signal through ctl, without the looks of the caller being kept',
    runs(
      'rw ctl',
      {
        *main(u) {
          const pid = yield* u.fork('sleeps');
          const fd = yield* ok(u, u.open(`/proc/${pid}/ctl`, O_WRONLY), 'ctl');
          u.assert((yield* u.write(fd, 'kill\n')) === 5, `kill: errno ${u.errno}`);
          yield* u.wait();
          const k = kernelOf(u);
          u.assert(kern.reflock_readers(k, kern.curproc(k)) === 0, 'looks');
        },
        *sleeps(u) {
          yield* u.pause();
        },
      },
      { ...ONCE, profile: 'freebsd' },
    ),
  );
});
