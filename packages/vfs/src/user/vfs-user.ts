/**
 * Owns `u` of programs that have file systems: system calls about paths go to vnodes, and there are more of
 * them. Each is a call under its BSD name: -1 (null where there is more to give) with `u.errno` set when it
 * fails. Runs in the thread of the lwp.
 */
import type { Steps } from '@smplab/lwkt';
import { User } from '@smplab/proc';
import { sys_access } from '../call/access.ts';
import {
  sys_chmod,
  sys_chown,
  sys_ftruncate,
  sys_truncate,
  sys_umask,
  sys_utimes,
} from '../call/attribute-calls.ts';
import { sys_fchdir, sys_vchdir, sys_vchroot, sys_vgetcwd } from '../call/directory-calls.ts';
import { sys_fsync } from '../call/fsync.ts';
import { sys_mount, sys_unmount } from '../call/mount-calls.ts';
import { mountroot } from '../call/mountroot.ts';
import {
  type LinkResult,
  sys_link,
  sys_mkdir,
  sys_mknod,
  sys_readlink,
  sys_rename,
  sys_rmdir,
  sys_symlink,
  sys_unlink,
} from '../call/name-calls.ts';
import { type DirentResult, SEEK_SET, sys_getdents, sys_lseek } from '../call/offset.ts';
import { sys_vopen } from '../call/open-vnode.ts';
import { type Stat, type StatResult, sys_fstat, sys_stat } from '../call/stat.ts';
import {
  type FileSystem,
  type FileSystemsResult,
  sys_fstatvfs,
  sys_getvfsstat,
  sys_statvfs,
} from '../call/statvfs.ts';
import { sys_kevent } from '../file/kevent.ts';
import { sys_kqueue } from '../file/kqueue.ts';
import type { Kevent } from '../file/kqueue-layout.ts';
import type { PairResult } from '../file/pair.ts';
import { sys_pipe2 } from '../file/pipe.ts';
import { sys_shutdown, sys_socketpair } from '../file/socketpair.ts';

const PATH_ROOM = 4096;

/** An entry of a directory. */
export interface DirectoryEntry {
  readonly ino: bigint;
  /** d_type: 4 a directory, 8 a file, 10 a symbolic link, 2 a device. */
  readonly type: number;
  readonly name: string;
}

/** A change of what a kqueue watches; what is left out is 0. */
export type KeventChange = Pick<Kevent, 'ident' | 'filter'> & Partial<Kevent>;

export class VfsUser extends User {
  override *enter(): Steps {
    yield* mountroot(this.k);
    yield* super.enter();
  }

  // ---- files ---------------------------------------------------------------------------------------------

  /** As in BSD; `mode` is that of a file that is made, less the mask. Gives a descriptor. */
  override open(path: string, flags = 0, mode = 0o666): Steps<number> {
    return this.call(sys_vopen, path, flags, mode);
  }

  /** Gives where the file is then. */
  lseek(fd: number, offset: number, whence = SEEK_SET): Steps<number> {
    return this.call(sys_lseek, fd, offset, whence);
  }

  stat(path: string): Steps<Stat | null> {
    return this.attributes(sys_stat, path, true);
  }

  lstat(path: string): Steps<Stat | null> {
    return this.attributes(sys_stat, path, false);
  }

  *fstat(fd: number): Steps<Stat | null> {
    const result: StatResult = {};
    return (yield* this.call(sys_fstat, fd, result)) < 0 ? null : (result.stat ?? null);
  }

  private *attributes(code: typeof sys_stat, path: string, follows: boolean): Steps<Stat | null> {
    const result: StatResult = {};
    return (yield* this.call(code, path, follows, result)) < 0 ? null : (result.stat ?? null);
  }

  chmod(path: string, mode: number): Steps<number> {
    return this.call(sys_chmod, path, mode);
  }

  /** An owner or group of -1 stays as it is. */
  chown(path: string, uid: number, gid: number): Steps<number> {
    return this.call(sys_chown, path, uid, gid);
  }

  /** Times of the last access and change, in seconds. */
  utimes(path: string, atime: number, mtime: number): Steps<number> {
    return this.call(sys_utimes, path, atime, mtime);
  }

  /** Whether the real user may read (4), write (2), execute (1) it; 0: whether it is there. */
  access(path: string, mode: number): Steps<number> {
    return this.call(sys_access, path, mode);
  }

  truncate(path: string, length: number): Steps<number> {
    return this.call(sys_truncate, path, length);
  }

  ftruncate(fd: number, length: number): Steps<number> {
    return this.call(sys_ftruncate, fd, length);
  }

  fsync(fd: number): Steps<number> {
    return this.call(sys_fsync, fd);
  }

  /** Bits that files made from now on do not get; gives those they did not get before. */
  umask(mask: number): Steps<number> {
    return this.call(sys_umask, mask);
  }

  /** The next entries of a directory, those that have room in so many bytes; none at its end. */
  *getdents(fd: number, bytes = 512): Steps<DirectoryEntry[] | null> {
    const result: DirentResult = {};
    if ((yield* this.call(sys_getdents, fd, bytes, result)) < 0) return null;
    const decoder = new TextDecoder();
    return (result.dirents ?? []).map(({ fileno, type, name }) => ({
      ino: fileno,
      type,
      name: decoder.decode(name),
    }));
  }

  // ---- names ---------------------------------------------------------------------------------------------

  mkdir(path: string, mode = 0o777): Steps<number> {
    return this.call(sys_mkdir, path, mode);
  }

  /** A device or a file, by the type in its mode. */
  mknod(path: string, mode: number, dev = 0): Steps<number> {
    return this.call(sys_mknod, path, mode, dev);
  }

  rmdir(path: string): Steps<number> {
    return this.call(sys_rmdir, path);
  }

  unlink(path: string): Steps<number> {
    return this.call(sys_unlink, path);
  }

  symlink(target: string, path: string): Steps<number> {
    return this.call(sys_symlink, target, path);
  }

  *readlink(path: string): Steps<string | null> {
    const result: LinkResult = {};
    if ((yield* this.call(sys_readlink, path, result)) < 0) return null;
    return new TextDecoder().decode(result.target);
  }

  link(path: string, to: string): Steps<number> {
    return this.call(sys_link, path, to);
  }

  rename(path: string, to: string): Steps<number> {
    return this.call(sys_rename, path, to);
  }

  // ---- directories and mounts ----------------------------------------------------------------------------

  override chdir(path: string): Steps<number> {
    return this.call(sys_vchdir, path);
  }

  fchdir(fd: number): Steps<number> {
    return this.call(sys_fchdir, fd);
  }

  override chroot(path: string): Steps<number> {
    return this.call(sys_vchroot, path);
  }

  override *getcwd(): Steps<string | null> {
    const result: { path?: string } = {};
    return (yield* this.call(sys_vgetcwd, PATH_ROOM, result)) < 0 ? null : (result.path ?? '');
  }

  /** Mounts a file system by its name; `data` are words of its own, `from` is what lists of mounts show. */
  mount(type: string, path: string, flags = 0, data: readonly number[] = [], from = type): Steps<number> {
    return this.call(sys_mount, { type, path, flags, data, from });
  }

  unmount(path: string, flags = 0): Steps<number> {
    return this.call(sys_unmount, path, flags);
  }

  /** The file system that a path leads to. */
  *statvfs(path: string): Steps<FileSystem | null> {
    const result: FileSystemsResult = { found: [] };
    return (yield* this.call(sys_statvfs, path, result)) < 0 ? null : (result.found[0] ?? null);
  }

  *fstatvfs(fd: number): Steps<FileSystem | null> {
    const result: FileSystemsResult = { found: [] };
    return (yield* this.call(sys_fstatvfs, fd, result)) < 0 ? null : (result.found[0] ?? null);
  }

  /** All that is mounted, in the order in which it was. */
  *getvfsstat(): Steps<readonly FileSystem[]> {
    const result: FileSystemsResult = { found: [] };
    yield* this.call(sys_getvfsstat, result);
    return result.found;
  }

  // ---- descriptors ---------------------------------------------------------------------------------------

  /** Two descriptors, to read from and to write to. */
  *pipe2(flags = 0): Steps<readonly [number, number] | null> {
    const result: PairResult = {};
    return (yield* this.call(sys_pipe2, flags, result)) < 0 ? null : (result.fds ?? null);
  }

  /** Two ends of a connection (AF_LOCAL is 1, SOCK_STREAM 1, SOCK_DGRAM 2). */
  *socketpair(domain: number, type: number, protocol = 0): Steps<readonly [number, number] | null> {
    const result: PairResult = {};
    const failed = (yield* this.call(sys_socketpair, domain, type, protocol, result)) < 0;
    return failed ? null : (result.fds ?? null);
  }

  /** A descriptor to wait for events with; a child of fork does not get it. */
  kqueue(): Steps<number> {
    return this.call(sys_kqueue);
  }

  /**
   * Makes changes to what a kqueue watches, then waits for events, `most` of them at most, so many ticks at
   * most (null: for ever).
   */
  *kevent(
    kq: number,
    changes: readonly KeventChange[],
    most = 0,
    timeout: number | null = null,
  ): Steps<readonly Kevent[] | null> {
    const whole = changes.map((change) => ({ flags: 0, fflags: 0, data: 0, udata: 0, ...change }));
    const events: Kevent[] = [];
    return (yield* this.call(sys_kevent, kq, { changes: whole, most, timeout }, events)) < 0 ? null : events;
  }

  /** Ends one direction of a connection (SHUT_RD 0, SHUT_WR 1) or both (2). */
  shutdown(fd: number, how: number): Steps<number> {
    return this.call(sys_shutdown, fd, how);
  }
}
