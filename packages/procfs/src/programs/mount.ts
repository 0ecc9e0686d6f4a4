/**
 * Owns /sbin/mount and /sbin/umount: what is mounted, and changing it (sbin/mount/mount.c). Programs of the
 * machine.
 *
 *     mount                      mount -t type [-o options] what where
 *     umount [-f] where ...      umount -a
 */
import type { Steps } from '@smplab/lwkt';
import { libc } from '@smplab/proc';
import {
  type FileSystem,
  MNT_FORCE,
  MNT_LOCAL,
  MNT_NOATIME,
  MNT_NODEV,
  MNT_NOEXEC,
  MNT_NOSUID,
  MNT_RDONLY,
  MNT_SYNCHRONOUS,
  MNT_UPDATE,
  type VfsUser,
} from '@smplab/vfs';
import { complain, EX_ERROR, usage, type VfsProgram } from './program.ts';
import { mountWords } from './mount-words.ts';

const MOUNT_USAGE = 'mount [-ru] [-t type] [-o options] [what where]';
const UMOUNT_USAGE = 'umount [-f] where ...\n       umount -a';

/** Options, as they are given and shown. */
const OPTIONS: readonly (readonly [name: string, flag: number, shown: string])[] = [
  ['noatime', MNT_NOATIME, 'noatime'],
  ['nodev', MNT_NODEV, 'nodev'],
  ['noexec', MNT_NOEXEC, 'noexec'],
  ['nosuid', MNT_NOSUID, 'nosuid'],
  ['sync', MNT_SYNCHRONOUS, 'synchronous'],
  ['ro', MNT_RDONLY, 'read-only'],
  ['rdonly', MNT_RDONLY, ''],
  ['update', MNT_UPDATE, ''],
  ['rw', 0, ''],
  ['', MNT_LOCAL, 'local'],
];

export const mount: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, 'rut:o:');
    const [what, where] = rest;
    const type = given.get('t')?.at(-1);
    if (error !== null || (rest.length !== 0 && rest.length !== 2))
      return yield* usage(u, 'mount', error, MOUNT_USAGE);
    if (rest.length === 0) return yield* list(u, type);
    let flags = (given.has('r') ? MNT_RDONLY : 0) | (given.has('u') ? MNT_UPDATE : 0);
    const others: string[] = [];
    for (const name of (given.get('o') ?? []).flatMap((each) => each.split(','))) {
      const option = OPTIONS.find(([each]) => each !== '' && each === name);
      if (option === undefined) others.push(name);
      else flags |= option[1];
    }
    const words = mountWords(type ?? what, others);
    if (typeof words === 'string') {
      yield* u.write(2, `mount: ${words}\n`);
      return EX_ERROR;
    }
    if ((yield* u.mount(type ?? what, where, flags, words, what)) >= 0) return 0;
    return yield* complain(u, `mount_${type ?? what}`, `${what} on ${where}`);
  },
};

function* list(u: VfsUser, type: string | undefined): Steps<number> {
  for (const each of yield* u.getvfsstat()) {
    if (type === undefined || each.fstypename === type) yield* u.print(mountLine(each));
  }
  return 0;
}

/** `proc on /proc type procfs (local)`. */
function mountLine({ mntfromname, mntonname, fstypename, flag }: FileSystem): string {
  const shown = OPTIONS.filter(([, bit, text]) => text !== '' && (flag & bit) !== 0).map(
    ([, , text]) => text,
  );
  const options = shown.length === 0 ? '' : ` (${shown.join(', ')})`;
  return `${mntfromname} on ${mntonname} type ${fstypename}${options}`;
}

export const umount: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, 'af');
    if (error !== null || (rest.length === 0) !== given.has('a'))
      return yield* usage(u, 'umount', error, UMOUNT_USAGE);
    const all = (yield* u.getvfsstat()).map(({ mntonname }) => mntonname).filter((path) => path !== '/');
    let status = 0;
    for (const path of given.has('a') ? all.reverse() : rest) {
      if ((yield* u.unmount(path, given.has('f') ? MNT_FORCE : 0)) >= 0) continue;
      status = yield* complain(u, 'umount', path);
    }
    return status;
  },
};
