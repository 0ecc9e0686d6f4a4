/**
 * Owns paths as bytes: whole paths packed into words, as path objects have them, and the components of a path
 * that a program gives. Pure.
 */
import { NC_PATH_BYTES } from './filedesc-layout.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Words of a packed path. */
export const PATH_WORDS = NC_PATH_BYTES >> 2;
/** Bytes of a path as a program gives it, at most (MAXPATHLEN less its NUL). */
export const MAXPATHLEN = 1023;

/** A whole path as words, NUL at the end; null if it does not fit. */
export function packPath(path: string): Int32Array | null {
  const bytes = new Uint8Array(NC_PATH_BYTES);
  const { read } = encoder.encodeInto(path, bytes.subarray(0, NC_PATH_BYTES - 1));
  return read === path.length ? new Int32Array(bytes.buffer) : null;
}

/** The text of a packed path. */
export function unpackPath(words: Int32Array, at: number): string {
  const bytes = new Uint8Array(words.slice(at, at + PATH_WORDS).buffer);
  return decoder.decode(bytes.subarray(0, bytes.indexOf(0)));
}

/** Whether a packed path stands at a word. */
export function isPathAt(words: Int32Array, at: number, path: Int32Array): boolean {
  for (let word = 0; word < PATH_WORDS; word++) if (words[at + word] !== path[word]) return false;
  return true;
}

/** Bytes of a text. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The components of a path; `.` and empty ones are left out. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((each) => each !== '' && each !== '.');
}

/** A path whose last component must be a directory: it ends in a slash, or in a dot. */
export function mustBeDirectory(path: string): boolean {
  return /(^|\/)(\.{1,2})?$/.test(path);
}

/** The path of a name in a directory. */
export function childPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** The path of the directory a path lies in. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
