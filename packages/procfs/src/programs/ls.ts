/**
 * Owns /bin/ls: what is in directories, as 4.4BSD shows it (bin/ls/ls.c). A program of the machine. How a
 * list looks is in ls-columns.ts.
 *
 *     ls [-1AadFilrRSst] [file ...]
 */
import type { Steps } from '@smplab/lwkt';
import { libc } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { clockOf } from './local-time.ts';
import { type Listed, longLines, type LongForm, shortLines, totalOf } from './ls-columns.ts';
import { complain, EX_ERROR, joined, usage, type VfsProgram } from './program.ts';
import { readDirectory } from './reading.ts';
import { isType } from './strmode.ts';
import { userNames } from './users.ts';

const LETTERS = '1AadFilrRSst';
const TIOCGETA = 0x402c7413;

export const ls: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, LETTERS);
    if (error !== null) return yield* usage(u, 'ls', error, `ls [-${LETTERS}] [file ...]`);
    const list = new List(u, (letter) => given.has(letter));
    yield* list.all(rest.length === 0 ? ['.'] : rest);
    return list.status;
  },
};

class List {
  status = 0;
  /** Something was shown before. */
  #hasShown = false;
  #isTerminal = false;
  #long: LongForm | null = null;

  constructor(
    readonly u: VfsUser,
    readonly has: (letter: string) => boolean,
  ) {}

  /** Files together first, then directories, each with its name above if there is more than one operand. */
  *all(paths: readonly string[]): Steps {
    const { u, has } = this;
    this.#isTerminal = !has('1') && (yield* u.ioctl(1, TIOCGETA)) >= 0;
    if (has('l')) this.#long = { ...(yield* userNames(u)), clock: yield* clockOf(u) };
    u.errno = 0;
    const files: Listed[] = [];
    const directories: Listed[] = [];
    for (const path of this.#sorted(yield* this.#looked(paths, (path) => path, !has('l')))) {
      const isDirectory = isType(path.stat.st_mode, 'd') && !has('d');
      (isDirectory ? directories : files).push(path);
    }
    if (files.length > 0) yield* this.#show(files, false);
    const isNamed = paths.length > 1 || has('R');
    for (const { name } of directories) yield* this.#directory(name, isNamed);
  }

  *#directory(path: string, isNamed: boolean): Steps {
    const { u, has } = this;
    if (this.#hasShown) yield* u.print();
    if (isNamed && (this.#hasShown || !has('R'))) yield* u.print(`${path}:`);
    this.#hasShown = true;
    const entries = yield* readDirectory(u, path);
    if (entries === null) {
      this.status = yield* complain(u, 'ls', path);
      return;
    }
    const names = entries.map(({ name }) => name).filter((name) => this.#isShown(name));
    const found = this.#sorted(yield* this.#looked(names, (name) => joined(path, name), false));
    yield* this.#show(found, true);
    if (!has('R')) return;
    for (const { name, stat } of found) {
      if (isType(stat.st_mode, 'd') && name !== '.' && name !== '..')
        yield* this.#directory(joined(path, name), true);
    }
  }

  #isShown(name: string): boolean {
    if (this.has('a')) return true;
    return this.has('A') ? name !== '.' && name !== '..' : !name.startsWith('.');
  }

  /** What names stand for; those of operands are followed through symbolic links where -l does not ask. */
  *#looked(
    names: readonly string[],
    pathOf: (name: string) => string,
    follows: boolean,
  ): Steps<readonly Listed[]> {
    const { u } = this;
    const found: Listed[] = [];
    for (const name of names) {
      const path = pathOf(name);
      let stat = follows ? yield* u.stat(path) : null;
      stat ??= yield* u.lstat(path);
      if (stat === null) {
        this.status = yield* complain(u, 'ls', name);
        continue;
      }
      const isLink = this.has('l') && isType(stat.st_mode, 'l');
      found.push({ name, stat, target: isLink ? yield* u.readlink(path) : null });
    }
    return found;
  }

  *#show(found: readonly Listed[], isDirectory: boolean): Steps {
    const { u, has } = this;
    const form = { hasInode: has('i'), hasBlocks: has('s'), hasMarks: has('F') };
    this.#hasShown = true;
    if (isDirectory && (has('l') || has('s'))) yield* u.print(`total ${totalOf(found)}`);
    const lines =
      this.#long === null ? shortLines(found, form, this.#isTerminal) : longLines(found, form, this.#long);
    for (const line of lines) if ((yield* u.print(line)) < 0) this.status = EX_ERROR;
  }

  /** By name as bytes are ordered, by time or by size; -f is not there. */
  #sorted(found: readonly Listed[]): Listed[] {
    const byName = (a: Listed, b: Listed): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const order = (a: Listed, b: Listed): number => {
      if (this.has('t')) return b.stat.st_mtime - a.stat.st_mtime || byName(a, b);
      if (this.has('S')) return b.stat.st_size - a.stat.st_size || byName(a, b);
      return byName(a, b);
    };
    const sorted = [...found].sort(order);
    return this.has('r') ? sorted.reverse() : sorted;
  }
}
