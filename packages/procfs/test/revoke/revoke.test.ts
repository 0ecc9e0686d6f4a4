import { exit$, kern } from '@smplab/proc';
import { V, vrele } from '@smplab/vfs';
import { vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE, PG } from '../../src/procfs-layout.ts';
import { descriptorAt, globalWord, isDead, kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { ok, type ProgramOptions, runs } from '../fixtures/procfs-program.ts';

const SOME = { search: { schedules: 20 } };

describe('exit', () => {
  it(
    'takes the vnodes of the process away from who has them, and those nobody has',
    runs(
      'exit',
      {
        *main(u) {
          const k = kernelOf(u);
          const pid = yield* u.fork('child');
          const mem = yield* nodeAt(k, 'mem', pid);
          const status = yield* nodeAt(k, 'status', pid);
          yield* vrele(k, yield* nodeAt(k, 'regs', pid));
          const own = yield* nodeAt(k, 'mem', yield* u.getpid());
          const root = yield* nodeAt(k, 'root');
          yield* u.kill(pid, 9);
          yield* u.wait4(pid);
          u.assert(isDead(k, mem) && isDead(k, status), 'they are gone');
          u.assert(!isDead(k, own) && !isDead(k, root), 'those of others are not');
          const [revoked, suspended] = [globalWord(k, PG.pg_revoked), globalWord(k, PG.pg_suspended)];
          u.assert(revoked === 2 && suspended === 2, `${revoked} revoked in ${suspended} suspensions`);
          const recycled = globalWord(k, PG.pg_recycled);
          u.assert(recycled === 1, `${recycled} recycled without one`);
          for (const vp of [mem, status, own, root]) yield* vrele(k, vp);
        },
        *child(u) {
          for (;;) yield* u.pause();
        },
      },
      SOME,
    ),
  );

  it(
    'takes them on every mount',
    runs(
      'two mounts',
      {
        *main(u) {
          const k = kernelOf(u);
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          yield* ok(u, u.mount('procfs', '/mnt'), 'mount');
          const pid = yield* u.fork('child');
          const here = yield* nodeAt(k, 'mem', pid);
          const there = yield* nodeAt(k, 'mem', pid, -1, '/mnt');
          u.assert(here !== there && k.peek(here + V.v_mount) !== k.peek(there + V.v_mount), 'two vnodes');
          yield* u.kill(pid, 9);
          yield* u.wait4(pid);
          u.assert(isDead(k, here) && isDead(k, there), 'both are gone');
          yield* vrele(k, here);
          yield* vrele(k, there);
          yield* ok(u, u.unmount('/mnt'), 'unmount');
        },
        *child(u) {
          for (;;) yield* u.pause();
        },
      },
      SOME,
    ),
  );

  it(
    'is what keeps a vnode from becoming that of another process with the same pid',
    runs(
      'pid again',
      {
        *main(u) {
          const k = kernelOf(u);
          for (const isSubscribed of [true, false]) {
            if (!isSubscribed) yield* exit$.subscriptionOf(globalWord(k, PG.pg_exithook)).unsubscribe(k);
            const pid = yield* u.fork('child');
            const mem = yield* nodeAt(k, 'mem', pid);
            const generation = k.words[vtopfs(k, mem) + PFS_NODE.pfs_generation];
            yield* u.kill(pid, 9);
            yield* u.wait4(pid);
            u.assert(isDead(k, mem) === isSubscribed, isSubscribed ? 'revoked' : 'nobody revokes');
            yield* k.store(kern.procs(k).g + kern.G.g_nextpid, pid);
            const again = yield* u.fork('child');
            u.assert(again === pid, `process ${again}, not ${pid} again`);
            const now = yield* nodeAt(k, 'mem', pid);
            const isStale = k.words[vtopfs(k, now) + PFS_NODE.pfs_generation] === generation;
            u.assert((now === mem) === !isSubscribed, 'a reader of the first has the second in hand');
            u.assert(isStale === !isSubscribed, 'and the node is that of the first');
            yield* u.kill(pid, 9);
            yield* u.wait4(pid);
            yield* vrele(k, mem);
            yield* vrele(k, now);
          }
        },
        *child(u) {
          for (;;) yield* u.pause();
        },
      },
      { search: { schedules: 3 } },
    ),
  );
});

/** A child with nodes in the hands of its parent executes a program: are they gone? */
function executes(name: string, path: string, isRevoked: boolean, options: ProgramOptions = {}) {
  return runs(
    name,
    {
      *main(u) {
        const k = kernelOf(u);
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('child', reads);
        const nodes = [yield* nodeAt(k, 'mem', pid), yield* descriptorAt(k, pid, reads)];
        nodes.push(yield* nodeAt(k, 'environ', pid), yield* nodeAt(k, 'status', pid));
        yield* ok(u, u.write(writes, 'g'), 'go');
        yield* u.wait4(pid);
        // Those of a plain one go when it exits, which is not told here.
        const revoked = globalWord(k, PG.pg_revoked);
        u.assert(revoked === (isRevoked ? 4 : 0), `${revoked} revoked`);
        u.assert(
          nodes.every((vp) => isDead(k, vp) === isRevoked),
          isRevoked ? 'all are gone' : 'all are there',
        );
        for (const vp of nodes) yield* vrele(k, vp);
      },
      *child(u, reads: number) {
        const k = kernelOf(u);
        yield* u.read(reads, 1);
        yield* exit$.subscriptionOf(globalWord(k, PG.pg_exithook)).unsubscribe(k);
        yield* u.execve(path, [path]);
      },
    },
    {
      search: { schedules: 20 },
      programs: { '/bin/other': { *main() {} } },
      uid: 7,
      ...options,
    },
  );
}

describe('exec', () => {
  it(
    'of a program with rights of its own takes the vnodes of the process away',
    executes('set-id', '/bin/other', true, { modes: { '/bin/other': 0o4755 } }),
  );

  it('of a plain one does not (2.4 f)', executes('plain', '/bin/other', false));
});
