/**
 * Owns the oracle of visibility (procfs.md 4, vii): in a machine where nobody else runs, what a directory
 * lists is what can be looked up in it, and what can be looked up has attributes, for the same credentials. A
 * client of procfs: runs in the process that looks.
 */
import type { VfsUser } from '@smplab/vfs';
import type { NodeRow } from '../node/node-table.ts';
import { NODE_TABLES } from '../node/node-table.ts';

type Code<T = void> = Generator<unknown, T, unknown>;

const LIST_BYTES = 2048;

/** Names of a directory, without `.` and `..`. */
function* listed(u: VfsUser, fd: number): Code<string[]> {
  const names: string[] = [];
  for (;;) {
    const some = yield* u.getdents(fd, LIST_BYTES);
    if (some === null || some.length === 0) break;
    names.push(...some.map(({ name }) => name));
  }
  return names.filter((name) => name !== '.' && name !== '..');
}

/**
 * Disagreements of a directory of procfs, a line each: names that are listed and cannot be found, and names
 * of `others` (such as pids, or all names of the tree) that are found and not listed.
 */
export function* visibilityProblems(u: VfsUser, path: string, others: readonly string[]): Code<string[]> {
  const fd = yield* u.open(path);
  if (fd < 0) return [];
  const names = yield* listed(u, fd);
  const problems: string[] = [];
  for (const name of names) {
    if ((yield* u.lstat(`${path}/${name}`)) === null)
      problems.push(`${path} lists ${name}, which cannot be found (errno ${u.errno})`);
  }
  for (const name of others) {
    if (names.includes(name)) continue;
    if ((yield* u.lstat(`${path}/${name}`)) !== null)
      problems.push(`${path} does not list ${name}, which is found`);
  }
  // Not before: it may be one of what is listed.
  yield* u.close(fd);
  return problems;
}

/** All names that directories of a tree may have. */
export function namesOf(profile: number): readonly string[] {
  const rows: readonly NodeRow[] = NODE_TABLES[profile];
  return [...new Set(rows.map(({ name }) => name).filter((name) => name !== ''))];
}
