/**
 * Revocation with several mounts at once, each with another tree: a process that executes a set-id program,
 * or exits, loses its nodes on all of them, also while one of them is unmounted by force.
 */
import assert from 'node:assert/strict';
import { explore, type LocalOptions } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import type { MachineScenario } from '@smplab/machine';
import { EIO } from '@smplab/proc';
import {
  PG,
  PROCFS_ARGSVERSION,
  PROCFSMNT_LINUXCOMPAT,
  PROFILE_FREEBSD,
  PROFILE_LINUX,
} from '../../src/procfs-layout.ts';
import { procfsScenario, type ProcfsScenarioOptions } from '../../src/procfs-scenario.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { globalWord, kernelOf } from '../fixtures/kernel-code.ts';
import { ok } from '../fixtures/procfs-program.ts';

const MNT_FORCE = 0x80000;
const USER = 7;

/** A node on each mount: with and without a guard at each read. */
const NODES = [
  { mount: '/proc', profile: null, node: 'environ' },
  { mount: '/bsd', profile: PROFILE_FREEBSD, node: 'mem' },
  { mount: '/linux', profile: PROFILE_LINUX, node: 'maps' },
] as const;

const MOST = 1000;
const SOME: LocalOptions = { strategy: 'portfolio', schedules: 40 };
const ALL: LocalOptions = { strategy: 'dfs', preemptions: 0, schedules: MOST };

interface Race {
  readonly by: 'exec' | 'exit';
  /** The mount that is unmounted by force meanwhile; '' for none. */
  readonly unmounted?: '' | (typeof NODES)[number]['mount'];
  readonly mounts?: number;
}

/** How a vnode went, over all schedules: counters of procfs_globals, the highest of any schedule. */
interface Seen {
  revoked: number;
  suspended: number;
  unmounted: number;
  dead: number;
}

function* mountAll(u: ProcfsUser, nodes: readonly (typeof NODES)[number][]): Steps {
  for (const { mount, profile } of nodes) {
    if (profile === null) continue;
    yield* ok(u, u.mkdir(mount), mount);
    yield* ok(u, u.mount('procfs', mount, 0, [PROCFS_ARGSVERSION, PROCFSMNT_LINUXCOMPAT, profile]), mount);
  }
}

function note(seen: Seen, k: Context): void {
  seen.revoked = Math.max(seen.revoked, globalWord(k, PG.pg_revoked));
  seen.suspended = Math.max(seen.suspended, globalWord(k, PG.pg_suspended));
  seen.unmounted = Math.max(seen.unmounted, globalWord(k, PG.pg_unmounted));
  seen.dead = Math.max(seen.dead, globalWord(k, PG.pg_dead));
}

/** Root has a node of a process open on each mount; the process goes. */
function race(
  seen: Seen,
  { by, unmounted = '', mounts = 3 }: Race,
  options: ProcfsScenarioOptions = {},
): MachineScenario {
  const nodes = NODES.slice(0, mounts);
  const given = { cpus: 2, limits: { openFiles: 16 }, modes: { '/bin/su': 0o4755 }, ...options };
  return procfsScenario(`${mounts} mounts, ${by}`, given, {
    '/bin/root': {
      *main(u) {
        yield* mountAll(u, nodes);
        const [reads, goes] = (yield* u.pipe2())!;
        const [said, says] = (yield* u.pipe2())!;
        const pid = yield* u.fork('target', reads | (says << 8));
        const files: number[] = [];
        for (const { mount, node } of nodes)
          files.push(yield* ok(u, u.open(`${mount}/${pid}/${node}`), node));
        const unmounter = unmounted === '' ? 0 : yield* u.fork('unmounter');
        yield* u.write(goes, 'g');
        // The set-id program says so; of one that exits nothing is left.
        if (by === 'exec') yield* u.read(said, 1);
        else yield* u.wait4(pid);
        for (const fd of files) {
          u.assert((yield* u.read(fd, 4)) === null && u.errno === EIO, `file ${fd}: errno ${u.errno}`);
        }
        note(seen, kernelOf(u));
        if (by === 'exec') {
          yield* u.write(goes, 'e');
          yield* u.wait4(pid);
        }
        if (unmounter !== 0) u.assert((yield* u.wait4(unmounter)).status === 0, 'unmounted');
        for (const fd of files) yield* ok(u, u.close(fd), 'close');
        for (const { mount } of nodes) {
          if (mount !== unmounted) yield* ok(u, u.unmount(mount), `unmount ${mount}`);
        }
      },
      *unmounter(u) {
        yield* ok(u, u.unmount(unmounted, MNT_FORCE), 'unmount by force');
      },
      *target(u, pipes: number) {
        yield* u.setuid(USER);
        yield* u.read(pipes & 0xff, 1);
        if (by === 'exec') yield* u.execve('/bin/su', [`${pipes & 0xff}`, `${pipes >> 8}`]);
      },
    },
    '/bin/su': {
      *main(u) {
        yield* u.write(Number(u.argv[1]), 's');
        yield* u.read(Number(u.argv[0]), 1);
      },
    },
  });
}

/** How the schedules end; what was seen of them. */
function ends(given: Race, verdict: string, options: LocalOptions, more: ProcfsScenarioOptions = {}): Seen {
  const seen: Seen = { revoked: 0, suspended: 0, unmounted: 0, dead: 0 };
  const result = explore(race(seen, given, more), { shrink: false, ...options });
  assert.equal(result.verdict, verdict, result.message);
  assert.deepEqual(result.races, []);
  // A search of all without preemptions comes to its end.
  if (options.preemptions !== undefined) assert.ok(result.schedules < MOST, `${result.schedules} schedules`);
  return seen;
}

describe('a process that goes, with nodes open on several mounts', () => {
  for (const by of ['exec', 'exit'] as const) {
    it(`loses those of three trees, in a suspension of each mount: ${by}`, () => {
      const { revoked, suspended } = ends({ by }, 'none', SOME);
      assert.deepEqual([revoked, suspended], [3, 3]);
      ends({ by, mounts: 2 }, 'none', ALL);
    });

    it(`loses all while one of the mounts is unmounted by force, whichever: ${by}`, () => {
      const seen = NODES.map(({ mount }) => ends({ by, unmounted: mount }, 'none', SOME));
      assert.ok(
        seen.some(({ unmounted }) => unmounted > 0),
        'no schedule in which the mount of a node went away before it was suspended',
      );
    });
  }

  it('loses all while one is unmounted: every schedule without preemptions', () => {
    ends({ by: 'exec', mounts: 2, unmounted: '/bsd' }, 'none', ALL);
  });

  it('had a hook for each mount (1.112), one of which was waited for by who unmounted its mount', () => {
    const more = { revoke: '1.112' } as const;
    const { revoked } = ends({ by: 'exec' }, 'none', SOME, more);
    assert.equal(revoked, 3);
    ends({ by: 'exec', unmounted: '/bsd' }, 'deadlock', { ...SOME, schedules: 400 }, more);
  });
});
