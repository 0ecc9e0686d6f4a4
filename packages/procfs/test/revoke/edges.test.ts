import assert from 'node:assert/strict';
import { explore, type ExploreResult } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { fstrans_done, fstrans_start, vfs_rele, vrecycle, vrele, type VfsUser } from '@smplab/vfs';
import type { PfsType } from '../../src/node/node-types.ts';
import { PG } from '../../src/procfs-layout.ts';
import { procfsScenario } from '../../src/procfs-scenario.ts';
import { descriptorAt, globalWord, kernelOf, mountOf, nodeAt } from '../fixtures/kernel-code.ts';
import { ok } from '../fixtures/procfs-program.ts';

const MNT_FORCE = 0x80000;
const SIGALRM = 14;

/** Ways that a round of revocation may take: counters of procfs_globals. */
const EDGES = {
  missed: PG.pg_missed,
  recycled: PG.pg_recycled,
  suspended: PG.pg_suspended,
  interrupted: PG.pg_interrupted,
  unmounted: PG.pg_unmounted,
  dead: PG.pg_dead,
} as const;

type Edge = keyof typeof EDGES;

interface Race {
  /** How the process goes. */
  readonly by: 'exec' | 'exit';
  /** What its parent has in hand meanwhile. */
  readonly node: PfsType;
  /** What its parent does, which takes over the reference to the vnode. */
  readonly meanwhile: (u: VfsUser, k: Context, vp: number, pid: number) => Steps<unknown>;
  readonly asSeed?: readonly string[];
  readonly schedules?: number;
  readonly strategy?: string;
}

/** Waits until a process runs the hooks of exec or exit, or is likely to have done so. */
function* atHook(u: VfsUser, k: Context): Steps {
  const lock = kern.procs(k).g + kern.G.g_hook_lock;
  for (let left = 100; left > 0 && k.peek(lock) === 0; left--) yield* u.sched_yield();
}

/** Searches until all of the edges have been taken; gives those that were, and what was found wrong. */
function search(name: string, race: Race, wanted: readonly Edge[]): [Set<Edge>, ExploreResult] {
  const seen = new Set<Edge>();
  const { by, node, meanwhile, asSeed = [], schedules = 400, strategy = 'random' } = race;
  const program = {
    *main(u: VfsUser): Steps {
      const k = kernelOf(u);
      const [reads, writes] = (yield* u.pipe2())!;
      const pid = yield* u.fork('child', reads);
      const vp = node === 'fd' ? yield* descriptorAt(k, pid, reads) : yield* nodeAt(k, node, pid);
      yield* ok(u, u.write(writes, 'g'), 'go');
      if (by === 'exec') yield* atHook(u, k);
      yield* meanwhile(u, k, vp, pid);
      yield* u.wait4(pid);
      for (const edge of Object.keys(EDGES) as Edge[]) if (globalWord(k, EDGES[edge]) > 0) seen.add(edge);
    },
    *child(u: VfsUser, reads: number): Steps {
      yield* u.setuid(7);
      yield* u.read(reads, 1);
      if (by === 'exec') yield* u.execve('/bin/other', ['other']);
    },
  };
  const programs = { '/bin/test': program, '/bin/other': { *main() {} } };
  const options = { cpus: 2, modes: { '/bin/other': 0o4755 }, asSeed };
  const result = explore(procfsScenario(name, options, programs), {
    strategy,
    schedules,
    shrink: false,
    isStopped: () => wanted.length > 0 && wanted.every((edge) => seen.has(edge)),
  });
  return [seen, result];
}

/** All of the edges are taken by some schedule, and no schedule is wrong. */
function reaches(name: string, race: Race, wanted: readonly Edge[]): Set<Edge> {
  const [seen, { verdict, message }] = search(name, race, wanted);
  assert.equal(verdict, 'none', message);
  for (const edge of wanted) assert.ok(seen.has(edge), `${edge}: ${[...seen].join(' ')} only`);
  return seen;
}

/** Some schedule is wrong in that way. */
function finds(name: string, race: Race, verdict: string, said: RegExp): void {
  const [, result] = search(name, race, []);
  assert.equal(result.verdict, verdict, result.message);
  assert.match([result.message, ...(result.finding?.details ?? [])].join('\n'), said);
}

/** Keeps the vnode until the process is gone. */
function* keeps(u: VfsUser, _k: Context, vp: number, pid: number): Steps {
  yield* u.wait4(pid);
  yield* vrele(kernelOf(u), vp);
}

/** Has nothing in hand any more. */
function* letsGo(_u: VfsUser, k: Context, vp: number): Steps {
  yield* vrele(k, vp);
}

/** Has the vnode reclaimed by itself, if nobody else uses it. */
function* reclaims(_u: VfsUser, k: Context, vp: number): Steps {
  if (!(yield* vrecycle(k, vp))) yield* vrele(k, vp);
}

function* unmountsByForce(u: VfsUser, k: Context, vp: number): Steps {
  yield* ok(u, u.unmount('/proc', MNT_FORCE), 'unmount');
  yield* vrele(k, vp);
}

/** Is inside the mount while the process gets a signal. */
function* staysInside(u: VfsUser, k: Context, vp: number, pid: number): Steps {
  const mp = yield* mountOf(k);
  yield* fstrans_start(k, mp);
  yield* u.kill(pid, SIGALRM);
  for (let left = 10; left > 0; left--) yield* u.sched_yield();
  yield* fstrans_done(k, mp);
  yield* vfs_rele(k, mp);
  yield* vrele(k, vp);
}

describe('revocation, again from the head of the list', () => {
  for (const by of ['exec', 'exit'] as const) {
    it(`because a vnode that nobody has was recycled, by ${by}`, () => {
      const seen = reaches(`recycled ${by}`, { by, node: 'mem', meanwhile: letsGo }, ['recycled']);
      assert.ok(!seen.has('unmounted') && !seen.has('dead'));
    });

    it(`because one was taken away in a suspension, by ${by}`, () => {
      const seen = reaches(`suspended ${by}`, { by, node: 'mem', meanwhile: keeps, schedules: 20 }, []);
      assert.deepEqual([...seen], ['suspended']);
    });

    it(`because somebody else has reclaimed it between list and cache, by ${by}`, () => {
      reaches(`missed ${by}`, { by, node: 'mem', meanwhile: reclaims }, ['missed']);
    });

    it(`because its mount was unmounted meanwhile (ENOENT), by ${by}`, () => {
      reaches(`unmounted ${by}`, { by, node: 'mem', meanwhile: unmountsByForce }, ['unmounted']);
    });
  }

  it('because its mount was unmounted before (EOPNOTSUPP): the vnode is of the dead one', () => {
    const race: Race = { by: 'exit', node: 'mem', meanwhile: unmountsByForce, strategy: 'pct' };
    reaches('dead', race, ['dead']);
  });
});

describe('a suspension for revocation', () => {
  const race: Race = { by: 'exec', node: 'mem', meanwhile: staysInside };

  it('is not ended by a signal', () => {
    const seen = reaches('not interrupted', { ...race, schedules: 60 }, []);
    assert.ok(!seen.has('interrupted'));
  });

  it('is tried again and again where signals end it (suspend-interruptible)', () => {
    reaches('interrupted', { ...race, asSeed: ['suspend-interruptible'] }, ['interrupted']);
  });
});

describe('the seed', () => {
  it('loads a vnode again only to recycle it, or fails to (procfs-reload)', () => {
    const asSeed = ['procfs-reload'];
    reaches('reload', { by: 'exit', node: 'mem', meanwhile: reclaims, asSeed }, ['recycled']);
    reaches('no reload', { by: 'exit', node: 'fd', meanwhile: reclaims, asSeed }, ['missed']);
  });

  it('looks at descriptors of a process that execs, to load a vnode again (procfs-reload)', () => {
    const race: Race = { by: 'exec', node: 'fd', meanwhile: reclaims };
    finds('reload a descriptor', { ...race, asSeed: ['procfs-reload'] }, 'panic', /p_reflock of process/);
    reaches('find a descriptor', race, ['missed']);
  });

  it('suspends a mount that is freed (procfs-ref-early)', () => {
    const race: Race = { by: 'exit', node: 'mem', meanwhile: unmountsByForce };
    const said = /use of freed|freed/;
    finds('no reference', { ...race, asSeed: ['procfs-ref-early'] }, 'use-after-free', said);
  });
});
