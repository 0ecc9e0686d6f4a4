/**
 * Owns the programs that change names and attributes of files: mkdir, rmdir, rm, ln, mv, chmod, touch.
 * Each is a program of the machine, with the options that people type.
 */
import type { Steps } from '@smplab/lwkt';
import { libc } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { basename, complain, EX_ERROR, eachOperand, joined, usage, type VfsProgram } from './program.ts';
import { readDirectory } from './reading.ts';
import { isType } from './strmode.ts';

const ENOENT = 2;
/** O_CREAT and O_WRONLY. */
const CREATE = 0x201;

export const mkdir = eachOperand('mkdir', 'p', 'mkdir [-p] directory ...', function* (u, path, { has }) {
  if (!has('p')) return (yield* u.mkdir(path)) < 0 ? yield* complain(u, 'mkdir', path) : 0;
  const parts = path.replace(/\/+$/, '').split('/');
  for (let length = 1; length <= parts.length; length++) {
    const part = parts.slice(0, length).join('/');
    const isThere = part === '' || (yield* u.mkdir(part)) >= 0 || (yield* isDirectory(u, part));
    if (!isThere) return yield* complain(u, 'mkdir', part);
  }
  return 0;
});

/** After a failure: whether that is all right, as there is a directory. */
function* isDirectory(u: VfsUser, path: string): Steps<boolean> {
  const { errno } = u;
  const stat = yield* u.stat(path);
  u.errno = errno;
  return stat !== null && isType(stat.st_mode, 'd');
}

export const rmdir = eachOperand('rmdir', '', 'rmdir directory ...', function* (u, path) {
  return (yield* u.rmdir(path)) < 0 ? yield* complain(u, 'rmdir', path) : 0;
});

export const rm = eachOperand('rm', 'dfrR', 'rm [-dfrR] file ...', function* (u, path, { has }) {
  return yield* remove(u, path, { isForced: has('f'), isDeep: has('r') || has('R'), takesEmpty: has('d') });
});

interface Removal {
  readonly isForced: boolean;
  readonly isDeep: boolean;
  readonly takesEmpty: boolean;
}

function* remove(u: VfsUser, path: string, how: Removal): Steps<number> {
  const stat = yield* u.lstat(path);
  if (stat === null) {
    return how.isForced && u.errno === ENOENT ? 0 : yield* complain(u, 'rm', path);
  }
  if (!isType(stat.st_mode, 'd')) return (yield* u.unlink(path)) < 0 ? yield* complain(u, 'rm', path) : 0;
  if (!how.isDeep && !how.takesEmpty) {
    yield* u.write(2, `rm: ${path}: is a directory\n`);
    return EX_ERROR;
  }
  let status = 0;
  if (how.isDeep) {
    const entries = yield* readDirectory(u, path);
    if (entries === null) return yield* complain(u, 'rm', path);
    for (const { name } of entries) {
      if (name !== '.' && name !== '..') status = Math.max(status, yield* remove(u, joined(path, name), how));
    }
  }
  return (yield* u.rmdir(path)) < 0 ? yield* complain(u, 'rm', path) : status;
}

/** `ln [-s] source target`, or several sources into a directory. */
export const ln = intoPlace('ln', 's', 'ln [-s] source target', (u, from, to, has) =>
  has('s') ? u.symlink(from, to) : u.link(from, to),
);

export const mv = intoPlace('mv', '', 'mv source target', (u, from, to) => u.rename(from, to));

function intoPlace(
  program: string,
  letters: string,
  how: string,
  act: (u: VfsUser, from: string, to: string, has: (letter: string) => boolean) => Steps<number>,
): VfsProgram {
  return {
    *main(u: VfsUser, ...argv: string[]) {
      const { given, rest, error } = libc.getopt(argv, letters);
      const target = rest.at(-1);
      if (error !== null || target === undefined || rest.length < 2)
        return yield* usage(u, program, error, `${how}\n       ${program} source ... directory`);
      const isInto = yield* isDirectory(u, target);
      if (rest.length > 2 && !isInto) {
        yield* u.write(2, `${program}: ${target}: Not a directory\n`);
        return EX_ERROR;
      }
      let status = 0;
      for (const from of rest.slice(0, -1)) {
        const to = isInto ? joined(target, basename(from)) : target;
        const failed = (yield* act(u, from, to, (letter) => given.has(letter))) < 0;
        if (failed) status = yield* complain(u, program, from);
      }
      return status;
    },
  };
}

export const chmod: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const [mode = '', ...paths] = argv;
    if (!/^[0-7]{1,4}$/.test(mode) || paths.length === 0)
      return yield* usage(u, 'chmod', null, 'chmod mode file ...   (mode in octal)');
    let status = 0;
    for (const path of paths) {
      if ((yield* u.chmod(path, parseInt(mode, 8))) < 0) status = yield* complain(u, 'chmod', path);
    }
    return status;
  },
};

export const touch = eachOperand('touch', '', 'touch file ...', function* (u, path) {
  const now = u.ticks / u.hz;
  if ((yield* u.utimes(path, now, now)) >= 0) return 0;
  if (u.errno !== ENOENT) return yield* complain(u, 'touch', path);
  const fd = yield* u.open(path, CREATE);
  if (fd < 0) return yield* complain(u, 'touch', path);
  yield* u.close(fd);
  return 0;
});
