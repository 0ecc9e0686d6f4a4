/**
 * A process that executes a set-id program with its own memory open (Linux CVE-2012-0056): by whatever number
 * the file goes there, and whoever else has it, nothing of the new program is read or written through it.
 */
import assert from 'node:assert/strict';
import { explore, type LocalOptions } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import type { MachineScenario } from '@smplab/machine';
import { EACCES, EBADF, EBUSY, EIO, ENOENT, ENXIO, EPERM } from '@smplab/proc';
import { procfsScenario } from '../../src/procfs-scenario.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { O_RDWR } from '../fixtures/procfs-program.ts';

const STDERR = 2;
const WORD = 4;
const OLD = 0x21646c6f;
const SECRET = 0x2159454b;
/** What a read ends in that comes too late, and an open. */
const MAY_END: readonly number[] = [EBUSY, EIO, EPERM];
const MAY_FAIL: readonly number[] = [EACCES, EBADF, EBUSY, ENOENT, ENXIO];
const HOOK = 'procfs-no-exec-hook';
const IO_CHECK = 'procfs-no-io-check';

const OWN = { linux: '/proc/self', netbsd: '/proc/curproc' } as const;
type Tree = keyof typeof OWN;

/** What a transfer through a file that was taken away, or is asked about, ends in. */
function* fails(u: ProcfsUser, errnos: readonly number[], what: string): Steps {
  yield* u.lseek(STDERR, 0);
  u.assert((yield* u.read(STDERR, WORD)) === null, `${what} is read`);
  u.assert(errnos.includes(u.errno), `${what}, read: errno ${u.errno}`);
  yield* u.lseek(STDERR, 0);
  u.assert((yield* u.write(STDERR, 'evil')) === -1, `${what} is written`);
  u.assert(errnos.includes(u.errno), `${what}, written: errno ${u.errno}`);
}

/** A transfer at any time: it fails, or it is about the old program. */
function* tries(u: ProcfsUser): Steps {
  yield* u.lseek(STDERR, 0);
  const bytes = yield* u.read(STDERR, WORD);
  const seen = bytes === null ? OLD : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  u.assert(seen === OLD, `it reads ${seen.toString(16)}`);
  u.assert(bytes !== null || MAY_END.includes(u.errno), `read: errno ${u.errno}`);
}

interface Owner {
  readonly tree: Tree;
  readonly asSeed?: readonly string[];
  /** A child has inherited the file, and reads it. */
  readonly isShared?: boolean;
  readonly mayFailWith?: readonly number[];
}

/** A process whose standard error is its own memory, and that executes a set-id program, which complains. */
function owner({ tree, asSeed = [], isShared = false, mayFailWith = [EIO] }: Owner): MachineScenario {
  const options = { cpus: 2, uid: 7, profile: tree, modes: { '/bin/su': 0o4755 }, asSeed };
  return procfsScenario(`own memory, ${tree}`, options, {
    '/bin/user': {
      *main(u) {
        const fd = yield* u.open(`${OWN[tree]}/mem`, O_RDWR);
        u.assert(fd >= 0, `open: errno ${u.errno}`);
        yield* u.dup2(fd, STDERR);
        yield* u.close(fd);
        yield* u.store(0, OLD);
        yield* tries(u);
        if (isShared) yield* u.fork('child');
        yield* u.execve('/bin/su');
      },
      *child(u) {
        for (let left = 2; left > 0; left--) yield* tries(u);
      },
    },
    '/bin/su': {
      *main(u) {
        yield* fails(u, mayFailWith, 'its own memory by the file it was given');
        u.assert((yield* u.load(0)) === 0, 'a complaint is in its memory');
        yield* u.store(0, SECRET);
        yield* fails(u, mayFailWith, 'its memory by the file it was given');
        if (isShared) yield* u.wait();
        u.assert((yield* u.load(0)) === SECRET, 'its memory was written');
        // What it opens itself is another matter: it has the rights.
        const fd = yield* u.open(`${OWN[tree]}/mem`, O_RDWR);
        const bytes = yield* u.read(fd, WORD);
        u.assert(String.fromCharCode(...(bytes ?? [])) === 'KEY!', `its own: errno ${u.errno}`);
      },
    },
  });
}

function ends(scenario: MachineScenario, verdict: string, options: LocalOptions): void {
  const result = explore(scenario, { shrink: false, ...options });
  assert.equal(result.verdict, verdict, result.message);
  assert.deepEqual(result.races, []);
}

const ALL: LocalOptions = { strategy: 'dfs', preemptions: 0, schedules: 100 };

describe("a process's own memory, open across its set-id exec", () => {
  for (const tree of Object.keys(OWN) as Tree[]) {
    it(`is gone when it is standard error of the new program, in the ${tree} tree`, () => {
      ends(owner({ tree }), 'proved', { strategy: 'dfs' });
    });

    it(`is gone for a child that has it as well, ${tree}: every schedule, and some hundred`, () => {
      const scenario = owner({ tree, isShared: true });
      ends(scenario, 'proved', ALL);
      ends(scenario, 'none', { strategy: 'portfolio', schedules: 100 });
    });
  }

  it('is refused to the new program where nobody revokes: what counts is who opened it', () => {
    ends(owner({ tree: 'linux', asSeed: [HOOK], mayFailWith: [EPERM] }), 'proved', { strategy: 'dfs' });
    ends(owner({ tree: 'linux', asSeed: [IO_CHECK] }), 'proved', { strategy: 'dfs' });
  });

  it('is gone with its directory, where the process may be itself', () => {
    const options = { cpus: 2, uid: 7, modes: { '/bin/su': 0o4755 } };
    const scenario = procfsScenario('own directory', options, {
      '/bin/user': {
        *main(u) {
          u.assert((yield* u.chdir('/proc/curproc/fd')) === 0, `chdir: errno ${u.errno}`);
          u.assert((yield* u.open('.')) !== -1, `its own: errno ${u.errno}`);
          yield* u.fork('child');
          yield* u.execve('/bin/su');
        },
        *child(u) {
          const fd = yield* u.open('.');
          u.assert(fd >= 0 || MAY_FAIL.includes(u.errno), `child: errno ${u.errno}`);
        },
      },
      '/bin/su': {
        *main(u) {
          for (const path of ['.', '0', '..', '../mem']) {
            u.assert((yield* u.open(path)) === -1 && u.errno === ENOENT, `${path}: errno ${u.errno}`);
          }
          u.assert((yield* u.getcwd()) === null && u.errno === ENOENT, `getcwd: errno ${u.errno}`);
          yield* u.wait();
          u.assert((yield* u.chdir('/')) === 0, `chdir: errno ${u.errno}`);
        },
      },
    });
    ends(scenario, 'proved', ALL);
    ends(scenario, 'none', { strategy: 'portfolio', schedules: 100 });
  });

  it('is written by the new program where its own rights count (procfs-writer-rights)', () => {
    const asSeed = [HOOK, 'procfs-writer-rights'];
    ends(owner({ tree: 'linux', asSeed, mayFailWith: [EPERM] }), 'assertion', { strategy: 'dfs' });
  });
});
