import { EBADF, EINVAL, EIO, ENOENT } from '@smplab/proc';
import { fails, ok, put, runs } from '../fixtures/vfs-program.ts';

const MNT_NOSUID = 8;
const MNT_LOCAL = 0x1000;
const MNT_ROOTFS = 0x4000;
const MNT_FORCE = 0x80000;

describe('what file systems tell', () => {
  it(
    'is asked by a path or a descriptor in them',
    runs('statvfs', {
      *main(u) {
        const root = yield* u.statvfs('/bin/test');
        u.assert(root?.mntonname === '/' && root.mntfromname === 'ramfs', 'names of the root');
        u.assert(root?.flag === (MNT_ROOTFS | MNT_LOCAL) && root.fstypename === 'ramfs', 'the root');
        yield* ok(u, u.mkdir('/mnt'), 'mkdir');
        yield* ok(u, u.mount('ramfs', '/mnt', MNT_NOSUID, [4096], '/dev/ram'), 'mount');
        const before = yield* u.statvfs('/mnt');
        yield* put(u, '/mnt/f', 'x'.repeat(2000));
        const after = yield* u.statvfs('/mnt/f');
        u.assert(after?.mntonname === '/mnt' && after.mntfromname === '/dev/ram', 'names');
        u.assert(after?.flag === (MNT_NOSUID | MNT_LOCAL), `flags ${after?.flag}`);
        u.assert(before !== null && after !== null && before.bfree > after.bfree, 'less is free');
        u.assert((after?.bsize ?? 0) * (after?.blocks ?? 0) === 4 * 4096, 'all there is');
        u.assert(after?.files === 2 && after.namemax === 63 && after.bavail === after.bfree, 'the rest');
        u.assert(
          after?.fsid === (yield* u.stat('/mnt/f'))?.st_dev && after?.fsid !== root?.fsid,
          'its number',
        );
        const fd = yield* ok(u, u.open('/mnt/f'), 'open');
        u.assert(JSON.stringify(yield* u.fstatvfs(fd)) === JSON.stringify(after), 'by descriptor');
        yield* ok(u, u.unmount('/mnt', MNT_FORCE), 'unmount');
        yield* fails(u, u.fstatvfs(fd), EIO, 'what is gone');
        yield* fails(u, u.statvfs('/none'), ENOENT, 'nothing');
        yield* fails(u, u.fstatvfs(9), EBADF, 'no descriptor');
        const [end] = (yield* u.pipe2()) ?? [-1];
        yield* fails(u, u.fstatvfs(end), EINVAL, 'a pipe');
      },
    }),
  );

  it(
    'is told of all that are mounted, in their order',
    runs('getvfsstat', {
      *main(u) {
        yield* ok(u, u.mkdir('/b'), 'mkdir');
        yield* ok(u, u.mkdir('/a'), 'mkdir');
        yield* ok(u, u.mount('ramfs', '/b'), 'mount');
        yield* ok(u, u.mount('ramfs', '/a', 0, [], 'second'), 'mount');
        const all = yield* u.getvfsstat();
        const names = all.map(({ mntonname, mntfromname }) => `${mntonname}:${mntfromname}`).join(' ');
        u.assert(names === '/:ramfs /b:ramfs /a:second', names);
        yield* ok(u, u.unmount('/b'), 'unmount');
        u.assert(
          (yield* u.getvfsstat()).map(({ mntonname }) => mntonname).join(' ') === '/ /a',
          'without it',
        );
        yield* ok(u, u.unmount('/a'), 'unmount');
      },
    }),
  );

  it(
    'is of a file system that is there, while others unmount it',
    runs(
      'getvfsstat against unmount',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/a'), 'mkdir');
          yield* ok(u, u.mount('ramfs', '/a'), 'mount');
          const pid = yield* u.fork('other');
          const all = (yield* u.getvfsstat()).map(({ mntonname }) => mntonname).join(' ');
          u.assert(all === '/' || all === '/ /a', all);
          const one = yield* u.statvfs('/a');
          u.assert(one !== null || u.errno === EIO || u.errno === ENOENT, `statvfs: errno ${u.errno}`);
          yield* u.wait4(pid);
          yield* u.unmount('/a');
        },
        *other(u) {
          yield* u.unmount('/a');
        },
      },
      { search: { schedules: 60 } },
    ),
  );
});
