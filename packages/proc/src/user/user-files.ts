/**
 * Owns the part of `u` about descriptors and paths. Bytes travel as Uint8Array, texts as UTF-8.
 */
import type { Steps } from '@smplab/lwkt';
import * as file from '../file/calls.ts';
import { word } from './user-process.ts';
import { UserIds } from './user-ids.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Longer than any path. */
const PATH_ROOM = 4096;

export abstract class UserFiles extends UserIds {
  /** O_RDONLY 0, O_WRONLY 1, O_RDWR 2, O_NONBLOCK 4; gives a descriptor. */
  open(path: string, flags = 0): Steps<number> {
    return this.call(file.sys_open, path, flags);
  }

  close(fd: number): Steps<number> {
    return this.call(file.sys_close, word(this.k, 'close', fd));
  }

  /** Up to `count` bytes; null for an error. */
  *read(fd: number, count: number): Steps<Uint8Array | null> {
    const result: file.ReadResult = {};
    const got = yield* this.call(file.sys_read, word(this.k, 'read', fd), count, result);
    return got < 0 ? null : (result.bytes ?? new Uint8Array(0));
  }

  /** Gives how many bytes were taken. */
  write(fd: number, data: string | Uint8Array): Steps<number> {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    return this.call(file.sys_write, word(this.k, 'write', fd), bytes);
  }

  /** A line from a descriptor, without its end; null at the end of input or for an error. */
  *readLine(fd = 0): Steps<string | null> {
    const bytes = yield* this.read(fd, 1024);
    if (bytes === null || bytes.length === 0) return null;
    return decoder.decode(bytes).replace(/\n$/, '');
  }

  /** Writes a line to standard output. */
  print(text = ''): Steps<number> {
    return this.write(1, `${text}\n`);
  }

  dup(fd: number): Steps<number> {
    return this.call(file.sys_dup, word(this.k, 'dup', fd));
  }

  dup2(from: number, to: number): Steps<number> {
    return this.call(file.sys_dup2, word(this.k, 'dup2', from), word(this.k, 'dup2', to));
  }

  fcntl(fd: number, command: number, arg = 0): Steps<number> {
    return this.call(file.sys_fcntl, word(this.k, 'fcntl', fd), command, arg);
  }

  /** `data` are the words it takes; what it gives is put in their place. */
  ioctl(fd: number, command: number, data: number[] = []): Steps<number> {
    return this.call(file.sys_ioctl, word(this.k, 'ioctl', fd), command, data);
  }

  chdir(path: string): Steps<number> {
    return this.call(file.sys_chdir, path);
  }

  chroot(path: string): Steps<number> {
    return this.call(file.sys_chroot, path);
  }

  /** The current directory; null for an error. */
  *getcwd(): Steps<string | null> {
    const result: { path?: string } = {};
    return (yield* this.call(file.sys_getcwd, PATH_ROOM, result)) < 0 ? null : (result.path ?? '');
  }
}
