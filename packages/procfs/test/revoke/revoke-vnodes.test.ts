import type { Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { vrele } from '@smplab/vfs';
import { PG } from '../../src/procfs-layout.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { globalWord, isDead, kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { ok, type ProgramOptions, runs } from '../fixtures/procfs-program.ts';

const MNT_FORCE = 0x80000;
const SETID: ProgramOptions = {
  cpus: 2,
  programs: { '/bin/other': { *main() {} } },
  modes: { '/bin/other': 0o4755 },
};

/** Layout of the lists of hooks (proc, hook-layout.ts): head, count, generation; exec is the second. */
const HOOKLIST_WORDS = 3;
const HOOKLIST_COUNT = 1;
const HOOK_EXEC = 1;

/** A child that executes a set-id program, or only exits, while its parent has a node of it. */
function goes(name: string, path: string, isRevoked: boolean, options: ProgramOptions) {
  return runs(
    name,
    {
      *main(u) {
        const k = kernelOf(u);
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('child', reads);
        const mem = yield* nodeAt(k, 'mem', pid);
        const own = yield* nodeAt(k, 'mem', yield* u.getpid());
        yield* vrele(k, yield* nodeAt(k, 'regs', pid));
        yield* ok(u, u.write(writes, 'g'), 'go');
        yield* u.wait4(pid);
        u.assert(isDead(k, mem) === isRevoked, isRevoked ? 'it is gone' : 'it is there');
        u.assert(!isDead(k, own), 'that of another process is there');
        const [revoked, recycled] = [globalWord(k, PG.pg_revoked), globalWord(k, PG.pg_recycled)];
        u.assert(revoked === (isRevoked ? 1 : 0), `${revoked} revoked`);
        u.assert(recycled === (isRevoked ? 1 : 0), `${recycled} recycled`);
        yield* vrele(k, own);
        yield* vrele(k, mem);
      },
      *child(u, reads: number) {
        yield* u.setuid(7);
        yield* u.read(reads, 1);
        if (path !== '') yield* u.execve(path, [path]);
      },
    },
    { ...SETID, search: { schedules: 20 }, ...options },
  );
}

/** Unmounts by force while a process that it has nodes of executes a set-id program. */
const UNMOUNTS = {
  *main(u: ProcfsUser): Steps {
    const k = kernelOf(u);
    const [reads, writes] = (yield* u.pipe2())!;
    const pid = yield* u.fork('child', reads);
    const nodes: number[] = [];
    for (const type of ['mem', 'regs', 'map', 'status'] as const) nodes.push(yield* nodeAt(k, type, pid));
    yield* ok(u, u.write(writes, 'g'), 'go');
    const lock = kern.procs(k).g + kern.G.g_hook_lock;
    for (let left = 100; left > 0 && k.peek(lock) === 0; left--) yield* u.sched_yield();
    yield* ok(u, u.unmount('/proc', MNT_FORCE), 'unmount');
    yield* u.wait4(pid);
    for (const vp of nodes) {
      u.assert(isDead(k, vp), 'it is gone, by one or the other');
      yield* vrele(k, vp);
    }
  },
  *child(u: ProcfsUser, reads: number): Steps {
    yield* u.setuid(7);
    yield* u.read(reads, 1);
    yield* u.execve('/bin/other', ['other']);
  },
};

describe('the hook of a mount (1.112)', () => {
  it(
    'revokes the nodes of a process that gets rights by exec, and no others',
    goes('1.112 set-id', '/bin/other', true, { revoke: '1.112' }),
  );

  it('does not for a plain exec', goes('1.112 plain', '/bin/other', false, { revoke: '1.112', modes: {} }));

  it('does not know of exits', goes('1.112 exit', '', false, { revoke: '1.112' }));

  it(
    'waits for the suspension that an unmount has, and the unmount for the hook (PR 57775)',
    runs('1.112 unmount', UNMOUNTS, {
      ...SETID,
      revoke: '1.112',
      search: { schedules: 400, expects: 'deadlock' },
    }),
  );

  it(
    'is what the hook of the module does not do',
    runs('1.117', UNMOUNTS, { ...SETID, search: { schedules: 100 } }),
  );
});

describe('a machine of 1.112', () => {
  it(
    'mounts and unmounts without a hook left behind',
    runs(
      '1.112 mounts',
      {
        *main(u) {
          const k = kernelOf(u);
          const list = k.words[kern.procs(k).g + kern.G.g_hooks] + HOOKLIST_WORDS * HOOK_EXEC;
          const hooks = (): number => k.peek(list + HOOKLIST_COUNT);
          u.assert(hooks() === 1, `${hooks()} for /proc`);
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          yield* ok(u, u.mount('procfs', '/mnt'), 'mount');
          u.assert(hooks() === 2, `${hooks()} for two`);
          yield* ok(u, u.unmount('/mnt'), 'unmount');
          yield* ok(u, u.unmount('/proc'), 'unmount');
          u.assert(hooks() === 0, `${hooks()} for none`);
          yield* ok(u, u.modunload('procfs'), 'unload');
        },
      },
      { revoke: '1.112', search: { schedules: 3 } },
    ),
  );
});
