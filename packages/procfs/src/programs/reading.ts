/**
 * Owns reading files and directories to their end, as fread(3) and readdir(3) do. Runs in the program.
 */
import type { Steps } from '@smplab/lwkt';
import type { DirectoryEntry, VfsUser } from '@smplab/vfs';

const PART = 4096;
const O_DIRECTORY = 0x8000000;

/** The text of a file; null with `u.errno` set if it cannot be read. */
export function* readText(u: VfsUser, path: string): Steps<string | null> {
  const fd = yield* u.open(path);
  if (fd < 0) return null;
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const bytes = yield* u.read(fd, PART);
    if (bytes === null || bytes.length === 0) {
      const { errno } = u;
      yield* u.close(fd);
      u.errno = errno;
      return bytes === null ? null : text + decoder.decode();
    }
    text += decoder.decode(bytes, { stream: true });
  }
}

/** All entries of a directory; null with `u.errno` set if it cannot be read. */
export function* readDirectory(u: VfsUser, path: string): Steps<DirectoryEntry[] | null> {
  const fd = yield* u.open(path, O_DIRECTORY);
  if (fd < 0) return null;
  const found: DirectoryEntry[] = [];
  for (;;) {
    const entries = yield* u.getdents(fd, PART);
    if (entries === null || entries.length === 0) {
      const { errno } = u;
      yield* u.close(fd);
      u.errno = errno;
      return entries === null ? null : found;
    }
    found.push(...entries);
  }
}
