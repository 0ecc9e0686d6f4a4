import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

const MNT_RDONLY = 0x1;
const MNT_NOSUID = 0x8;
const MNT_NOATIME = 0x4000000;

describe('/proc/mounts of NetBSD', () => {
  it(
    'has a line for each mount, told from the root of who reads',
    renders('mounts', NETBSD_TEXTS, {
      *main(u, render) {
        for (const path of ['/usr', '/usr/local', '/usr/local/etc']) yield* u.mkdir(path, 0o755);
        u.assert((yield* u.mount('ramfs', '/usr/local', MNT_NOSUID | MNT_NOATIME)) === 0, `errno ${u.errno}`);
        yield* u.mkdir('/usr/local/etc', 0o755);
        u.assert((yield* u.mount('ramfs', '/usr/local/etc', MNT_RDONLY)) === 0, `errno ${u.errno}`);
        const root = 'ramfs / ramfs rw 0 0\n';
        const local = 'ramfs /usr/local ramfs rw,nosuid,noatime 0 0\n';
        const etc = 'ramfs /usr/local/etc ramfs ro 0 0\n';
        same(u, yield* render(u, PFS.mounts), root + local + etc, 'all mounts');
        yield* u.wait4(yield* u.fork('inLocal'));
        yield* u.wait4(yield* u.fork('inUsr'));
      },
      *inLocal(u, render) {
        yield* u.chroot('/usr/local');
        const mounts = 'ramfs / ramfs rw,nosuid,noatime 0 0\nramfs /etc ramfs ro 0 0\n';
        same(u, yield* render(u, PFS.mounts), mounts, 'from the root of a mount');
      },
      *inUsr(u, render) {
        yield* u.chroot('/usr');
        const mounts = 'ramfs /local ramfs rw,nosuid,noatime 0 0\nramfs /local/etc ramfs ro 0 0\n';
        const made = 'ramfs / ramfs rw 0 0\n';
        same(u, yield* render(u, PFS.mounts), mounts + made, 'from a directory, with a line made up');
      },
    }),
  );
});
