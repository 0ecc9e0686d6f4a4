import type { Context, Steps } from '@smplab/lwkt';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EBADF, EINVAL, EMFILE } from '../../src/errno.ts';
import { sys_close, sys_dup, sys_dup2, sys_fcntl, sys_open } from '../../src/file/calls.ts';
import { curfd, fdnode } from '../../src/file/fdnode.ts';
import { F_DUPFD, F_GETFD, F_SETFD, FDNODE_FP, O_CLOEXEC } from '../../src/file/filedesc-layout.ts';
import { equal, usersProgram } from '../cred/fixtures/users.ts';
import { runs } from '../table/fixtures/by-hand.ts';

/** Descriptors a process may have here. */
const LIMIT = 8;

/** What a descriptor is: a file, by the number of its open, and whether it is closed on exec. */
interface Open {
  readonly file: number;
  readonly closes: number;
}

type Model = (Open | null)[];

interface Operation {
  readonly what: 'open' | 'dup' | 'dup2' | 'from' | 'close' | 'set' | 'get';
  readonly fd: number;
  readonly to: number;
  readonly flag: number;
}

const descriptor = fc.integer({ min: -1, max: LIMIT });
const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom('open', 'dup', 'dup2', 'from', 'close', 'close', 'set', 'get'),
  fd: descriptor,
  to: descriptor,
  flag: fc.constantFrom(0, 1),
});

/** The lowest free descriptor from `least` on gets the file. */
function take(model: Model, least: number, open: Open): number {
  const free = model.indexOf(null, least);
  if (free < 0) return -EMFILE;
  model[free] = open;
  return free;
}

/** What the operation gives by the plain model, which it changes. */
function expected(model: Model, files: number, { what, fd, to, flag }: Operation): number {
  if (what === 'open') return take(model, 0, { file: files, closes: flag });
  const open = model[fd] ?? null;
  if (what === 'dup2' && (to < 0 || to >= LIMIT)) return -EBADF;
  if (open === null) return -EBADF;
  if (what === 'get') return open.closes;
  if (what === 'dup') return take(model, 0, { ...open, closes: 0 });
  if (what === 'from') return to < 0 || to >= LIMIT ? -EINVAL : take(model, to, { ...open, closes: 0 });
  if (what === 'dup2') {
    if (fd !== to) model[to] = { ...open, closes: 0 };
    return to;
  }
  model[fd] = what === 'close' ? null : { ...open, closes: flag };
  return 0;
}

function perform(k: Context, { what, fd, to, flag }: Operation): Steps<number> {
  if (what === 'open') return sys_open(k, '/dev/null', flag === 1 ? O_CLOEXEC : 0);
  if (what === 'dup') return sys_dup(k, fd);
  if (what === 'dup2') return sys_dup2(k, fd, to);
  if (what === 'from') return sys_fcntl(k, fd, F_DUPFD, to);
  if (what === 'close') return sys_close(k, fd);
  return what === 'set' ? sys_fcntl(k, fd, F_SETFD, flag) : sys_fcntl(k, fd, F_GETFD);
}

/** Descriptors of one open lead to one file, those of different ones do not. */
function checkFiles(k: Context, model: Model, what: string): void {
  const fdp = curfd(k);
  const files = new Map<number, number>();
  for (const [fd, open] of model.entries()) {
    const node = fdnode(k, fdp, fd);
    const fp = node === 0 ? 0 : k.get(node + FDNODE_FP);
    if (open === null) equal(k, fp, 0, `${what}: the file of ${fd}`);
    else equal(k, fp, files.get(open.file) ?? fp, `${what}: the file of ${fd}`);
    if (open !== null) files.set(open.file, fp);
  }
  equal(k, new Set(files.values()).size, files.size, `${what}: files that are open`);
}

describe('a table of descriptors', () => {
  it('is what a plain model says, in any order of opens, duplicates and closes', () => {
    const sequences = fc.sample(fc.array(operation, { minLength: 10, maxLength: 50 }), {
      numRuns: 60,
      seed: 1,
    });
    const program = usersProgram('model', {}, function* (k) {
      let files = 0;
      for (const sequence of sequences) {
        const model: Model = Array<Open | null>(LIMIT).fill(null);
        for (const each of sequence) {
          const what = JSON.stringify(each);
          equal(k, yield* perform(k, each), expected(model, ++files, each), what);
          checkFiles(k, model, what);
        }
        for (const [fd, open] of model.entries()) if (open !== null) yield* sys_close(k, fd);
      }
    });
    runs(program);
  });
});
