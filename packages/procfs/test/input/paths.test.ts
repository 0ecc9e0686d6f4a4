import type { Steps } from '@smplab/lwkt';
import { ENAMETOOLONG, ENOENT, ENOTDIR } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { runs } from '../fixtures/procfs-program.ts';

/** Where a walk is: a directory of /proc, something else (a file, or outside of /proc), or why it ended. */
type Place =
  | { readonly at: 'root' | 'leaf' | 'outside' }
  | { readonly at: 'process' | 'descriptors'; readonly pid: number }
  | { readonly at: 'error'; readonly errno: number };

const error = (errno: number): Place => ({ at: 'error', errno });
const LEAF: Place = { at: 'leaf' };
/** The program itself; 0 is the kernel, 1 init, which have no text. */
const OWN = 2;
const ALWAYS = ['emul', 'cmdline', 'environ', 'limit', 'mem', 'note', 'notepg', 'regs', 'status'];
const OF_USERS = ['map', 'maps'];
const OF_PROGRAMS = ['auxv', 'exe', 'file'];

/** What procfs.md 1.1 to 1.3 says of a name in a directory; numbers wrap as in C. */
function step(place: Place, name: string): Place {
  switch (place.at) {
    case 'root':
      if (name === '..') return { at: 'outside' };
      if (name === 'curproc' || name === 'self') return { at: 'process', pid: OWN };
      return /^\d+$/.test(name) && wrapped(name) <= OWN && wrapped(name) >= 0
        ? { at: 'process', pid: wrapped(name) }
        : error(ENOENT);
    case 'process':
      return inProcess(place.pid, name);
    case 'descriptors': {
      if (name === '..') return { at: 'process', pid: place.pid };
      // The program has its standard files; the others' are not looked into here.
      const isOpen = /^\d+$/.test(name) && wrapped(name) >= 0 && wrapped(name) < 3;
      return place.pid === OWN ? (isOpen ? LEAF : error(ENOENT)) : { at: 'outside' };
    }
    default:
      return place;
  }
}

function inProcess(pid: number, name: string): Place {
  if (name === '..') return { at: 'root' };
  if (name === 'fd') return { at: 'descriptors', pid };
  if (name === 'cwd' || name === 'root') return { at: 'outside' };
  const names = [...ALWAYS, ...(pid === 0 ? [] : OF_USERS), ...(pid === OWN ? OF_PROGRAMS : [])];
  return names.includes(name) ? LEAF : error(ENOENT);
}

function wrapped(digits: string): number {
  return digits.split('').reduce((sum, digit) => (Math.imul(sum, 10) + Number(digit)) | 0, 0);
}

function walk(path: string): Place {
  if (path.length >= 1024) return error(ENAMETOOLONG);
  let place: Place = { at: 'root' };
  for (const name of path.slice('/proc/'.length).split('/')) {
    if (place.at === 'error' || place.at === 'outside') return place;
    if (place.at === 'leaf') return error(ENOTDIR);
    if (name.length >= 64) return error(ENAMETOOLONG);
    if (name !== '' && name !== '.') place = step(place, name);
  }
  return place;
}

const number = fc.oneof(
  fc.constantFrom('0', '1', '2', '002', '0000000000001', '4294967298', '2147483648', '-1', '1x', '٢'),
  fc.nat().map(String),
);
const word = fc.constantFrom(
  'curproc',
  'self',
  'fd',
  'status',
  'mem',
  'file',
  'exe',
  'cwd',
  'stat',
  'task',
  'ctl',
  'Status',
);
const junk = fc.string({
  unit: fc.integer({ min: 1, max: 126 }).map((code) => String.fromCharCode(code)),
  maxLength: 70,
});
const component = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 5, arbitrary: word },
  { weight: 2, arbitrary: fc.constantFrom('', '.', '..') },
  { weight: 1, arbitrary: junk.map((text) => text.replaceAll('/', '_')) },
);
const PATHS = fc.sample(
  fc.array(component, { maxLength: 6 }).map((names) => `/proc/${names.join('/')}`),
  { numRuns: 400, seed: 5 },
);
const LONG = [
  `/proc/${'1/../'.repeat(203)}`,
  `/proc/${'./'.repeat(600)}`,
  `/proc/${'9'.repeat(63)}`,
  `/proc/${'9'.repeat(64)}`,
];

/** What the machine makes of a path, next to what it should. */
function* compare(u: VfsUser, path: string): Steps<string> {
  const expected = walk(path);
  const stat = yield* u.stat(path);
  if (expected.at === 'outside') return '';
  if (expected.at === 'error') {
    if (stat === null && u.errno === expected.errno) return '';
    const found = stat === null ? `errno ${u.errno}` : 'found';
    return `${JSON.stringify(path)}: ${found}, not errno ${expected.errno}`;
  }
  if (stat === null) return `${JSON.stringify(path)}: errno ${u.errno}, not a ${expected.at}`;
  const isDirectory = (stat.st_mode & 0o170000) === 0o040000;
  return isDirectory === (expected.at !== 'leaf')
    ? ''
    : `${JSON.stringify(path)}: mode ${stat.st_mode.toString(8)}`;
}

describe('any path into /proc', () => {
  it(
    'leads where the table says, or to the errno that stands for why not',
    runs(
      'paths',
      {
        *main(u) {
          for (const path of [...PATHS, ...LONG]) {
            const problem = yield* compare(u, path);
            u.assert(problem === '', problem);
          }
        },
      },
      { search: { schedules: 1, maxSteps: 10_000_000 }, limits: { memoryWords: 1 << 20 } },
    ),
  );
});
