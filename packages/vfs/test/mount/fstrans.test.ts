import assert from 'node:assert/strict';
import {
  type Context,
  functionNumber,
  lwkt_create,
  lwkt_join,
  PINTERLOCKED,
  type Steps,
  TD,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { EBUSY, EINTR, ENOENT, EOPNOTSUPP, EWOULDBLOCK } from '@smplab/proc';
import {
  fstrans_done,
  fstrans_held,
  fstrans_is_owner,
  fstrans_start,
  fstrans_start_nowait,
  SUSPEND_NOINTR,
  SUSPEND_NOWAIT,
  vfs_resume,
  vfs_suspend,
} from '../../src/mount/fstrans.ts';
import { bootMounts } from '../../src/mount/mount-boot.ts';
import { IMNT_GONE, M } from '../../src/mount/mount-layout.ts';
import { vfs_rele } from '../../src/mount/mount-refs.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { type Body, runs, vfsMachine } from '../fixtures/vfs-machine.ts';
import { bootSomeOps, someMount } from './some-mount.ts';

const fn = functionNumber;
/** k.until(word, EQUAL, value). */
const EQUAL = 1;
const GREATER_OR_EQUAL = 4;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 60_000 } as const;
const ONCE = { schedules: 1 };

interface Options {
  readonly asSeed?: readonly string[];
  readonly cpus?: number;
}

function machine(name: string, functions: Record<string, Body>, main: Body, options: Options = {}) {
  return vfsMachine(name, { parts: [bootMounts, bootSomeOps], functions, ...options }, main);
}

/** Words threads tell each other by, at the end of the mount's name: a file system would fill it. */
const INSIDE = M.mnt_fromname + 14;
const ALONE = M.mnt_fromname + 15;

function check(k: Context, condition: boolean, what: string): void {
  k.assert(condition, what);
}

/** An operation: nobody is alone with the mount while it is inside, however deep. */
function* operates(k: Context, mp: number, depth: number): Steps {
  yield* fstrans_start(k, mp);
  yield* k.fetchadd(mp + INSIDE, 1);
  check(k, (yield* k.load(mp + ALONE)) === 0, 'an operation runs in a suspended mount');
  if (depth > 0) yield* operates(k, mp, depth - 1);
  yield* k.fetchadd(mp + INSIDE, -1);
  yield* fstrans_done(k, mp);
}

/** A suspension: nobody else is inside, and it may go on with operations itself. */
function* suspends(k: Context, mp: number, how: number): Steps {
  check(k, (yield* vfs_suspend(k, mp, how)) === 0, 'the suspension succeeds');
  check(k, fstrans_is_owner(k, mp), 'it is the owner');
  check(k, (yield* k.fetchadd(mp + ALONE, 1)) === 0, 'two threads have it suspended');
  check(k, (yield* k.load(mp + INSIDE)) === 0, 'a suspended mount has somebody inside');
  yield* fstrans_start(k, mp);
  yield* fstrans_done(k, mp);
  yield* k.fetchadd(mp + ALONE, -1);
  yield* vfs_resume(k, mp);
  check(k, !fstrans_is_owner(k, mp), 'it is the owner no more');
}

function* apart(k: Context, name: string, ...args: number[]): Steps<number> {
  return yield* lwkt_create(k, fn(name), { cpu: 1, args });
}

describe('transactions', () => {
  it('are counted per thread, and nest', () => {
    const program = machine('nested', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* fstrans_start(k, mp);
      yield* fstrans_start(k, mp);
      yield* fstrans_done(k, mp);
      check(k, yield* fstrans_held(k, mp), 'one is left');
      yield* fstrans_done(k, mp);
      check(k, !(yield* fstrans_held(k, mp)), 'none is left');
      yield* vfs_rele(k, mp);
    });
    runs(program, ONCE);
  });

  it('end only where one began', () => {
    const program = machine('unbalanced', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* fstrans_done(k, mp);
    });
    const { message } = runs(program, ONCE, 'panic');
    assert.match(message, /fstrans_done: main is in no transaction of mount/);
  });

  it('take more records than there are at the beginning', () => {
    const program = machine('records', {}, function* (k) {
      const mounts: number[] = [];
      for (let at = 0; at < 20; at++) mounts.push(yield* someMount(k));
      for (const mp of mounts) yield* fstrans_start(k, mp);
      for (const mp of mounts) yield* fstrans_done(k, mp);
      for (const mp of mounts) yield* vfs_rele(k, mp);
    });
    runs(program, ONCE);
  });

  it('may be entered for a mount that is gone', () => {
    const program = machine('gone', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* vfs_rele(k, mp);
      yield* fstrans_start(k, mp);
      yield* fstrans_done(k, mp);
    });
    runs(program, ONCE);
  });

  it('are refused without sleeping while the mount is suspended, and not to the owner', () => {
    const functions = {
      *tries(k: Context, mp: number, other: number): Steps {
        check(k, (yield* fstrans_start_nowait(k, mp)) === EBUSY, 'EBUSY');
        check(k, (yield* fstrans_start_nowait(k, other)) === 0, 'another mount is not suspended');
        yield* fstrans_done(k, other);
      },
    };
    const program = machine('nowait', functions, function* (k) {
      const mp = yield* someMount(k);
      const other = yield* someMount(k);
      yield* vfs_suspend(k, mp);
      yield* lwkt_join(k, yield* apart(k, 'tries', mp, other));
      check(k, (yield* fstrans_start_nowait(k, mp)) === 0, 'the owner may');
      yield* fstrans_done(k, mp);
      yield* vfs_resume(k, mp);
    });
    runs(program, ONCE);
  });
});

describe('suspensions', () => {
  it('of the dead mount are refused', () => {
    const program = machine('dead', {}, function* (k) {
      const { g } = vfs(k);
      k.words[g + VG.vg_deadmount] = yield* someMount(k);
      check(k, (yield* vfs_suspend(k, k.words[g + VG.vg_deadmount])) === EOPNOTSUPP, 'EOPNOTSUPP');
    });
    runs(program, ONCE);
  });

  it('of an unmounted mount are undone', () => {
    const program = machine('unmounted', {}, function* (k) {
      const mp = yield* someMount(k);
      k.words[mp + M.mnt_iflag] = IMNT_GONE;
      check(k, (yield* vfs_suspend(k, mp)) === ENOENT, 'ENOENT');
      check(k, !fstrans_is_owner(k, mp), 'nobody has it');
      check(k, (yield* vfs_suspend(k, yield* someMount(k))) === 0, 'the lock is free');
    });
    runs(program, ONCE);
  });

  it('are one at a time in the whole system: without waiting, EWOULDBLOCK', () => {
    const functions = {
      *tries(k: Context, mp: number): Steps {
        check(k, (yield* vfs_suspend(k, mp, SUSPEND_NOWAIT)) === EWOULDBLOCK, 'EWOULDBLOCK');
      },
    };
    const program = machine('one at a time', functions, function* (k) {
      const other = yield* someMount(k);
      const mp = yield* someMount(k);
      yield* vfs_suspend(k, mp);
      yield* lwkt_join(k, yield* apart(k, 'tries', other));
      yield* vfs_resume(k, mp);
    });
    runs(program, ONCE);
  });

  it('by who owns one are a panic', () => {
    const program = machine('again', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* vfs_suspend(k, mp);
      yield* vfs_suspend(k, mp);
    });
    assert.match(runs(program, ONCE, 'panic').message, /vfs_suspend: main wants mount \d+ while it owns/);
  });

  it('are ended by their owner alone', () => {
    const program = machine('resumed', {}, function* (k) {
      yield* vfs_resume(k, yield* someMount(k));
    });
    assert.match(runs(program, ONCE, 'panic').message, /vfs_resume: main has mount \d+ not suspended/);
  });

  it('exclude operations, in every schedule', () => {
    const program = machine('suspend x operation', { operates }, function* (k) {
      const mp = yield* someMount(k);
      const td = yield* apart(k, 'operates', mp, 1);
      yield* suspends(k, mp, 0);
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
    });
    runs(program, ALL, 'proved');
  });

  it('wait for all who are inside', () => {
    const functions = {
      /** The slower one has a long way to go when the other, which it lets go first, is out. */
      *reads(k: Context, mp: number, arrived: number, isSlow: number): Steps {
        yield* fstrans_start(k, mp);
        yield* k.fetchadd(mp + INSIDE, 1);
        yield* k.fetchadd(arrived, 1);
        yield* k.until(arrived, EQUAL, 2 + isSlow);
        for (let steps = 0; steps < isSlow * 60; steps++) yield* k.fence();
        yield* k.fetchadd(mp + INSIDE, -1);
        yield* fstrans_done(k, mp);
        yield* k.fetchadd(arrived, 1);
      },
    };
    const program = machine(
      'suspend x two',
      functions,
      function* (k) {
        const mp = yield* someMount(k);
        const arrived = mp + M.mnt_fromname;
        const tds: number[] = [];
        for (const cpu of [1, 2]) {
          const args = [mp, arrived, cpu - 1];
          tds.push(yield* lwkt_create(k, fn('reads'), { cpu, args }));
        }
        yield* k.until(arrived, GREATER_OR_EQUAL, 2);
        yield* suspends(k, mp, 0);
        for (const td of tds) yield* lwkt_join(k, td);
      },
      { cpus: 3 },
    );
    runs(program, { schedules: 200 });
  });

  it('exclude each other, in every schedule', () => {
    const program = machine('suspend x suspend', { suspends }, function* (k) {
      const mp = yield* someMount(k);
      const td = yield* apart(k, 'suspends', mp, 0);
      yield* suspends(k, mp, 0);
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
    });
    runs(program, ALL, 'proved');
  });

  it('and operations of several mounts come to an end under three threads', () => {
    const functions = { operates, suspends };
    const program = machine('two mounts', functions, function* (k) {
      const mp = yield* someMount(k);
      const other = yield* someMount(k);
      const tds = [
        yield* apart(k, 'operates', mp, 1),
        yield* apart(k, 'suspends', other, 0),
        yield* apart(k, 'operates', other, 0),
      ];
      yield* suspends(k, mp, 0);
      yield* operates(k, other, 0);
      for (const td of tds) yield* lwkt_join(k, td);
    });
    runs(program, { schedules: 400 });
  });
});

/** Who revokes vnodes does not give up for a signal (procfs_subr.c, exec hook). */
function* revokes(k: Context, mp: number, word: number): Steps {
  yield* k.store(k.td + TD.td_sig, 15);
  yield* wakeup(k, word);
  for (let tries = 1; ; tries++) {
    const error = yield* vfs_suspend(k, mp, SUSPEND_NOINTR);
    if (error === 0) break;
    check(k, error === EINTR, `errno ${error}`);
    check(k, tries < 20, 'the suspension is tried again and again: who is inside does not get the CPU');
  }
  yield* vfs_resume(k, mp);
}

describe('suspensions and signals', () => {
  it('are given up for a signal, and others go on', () => {
    const functions = { operates };
    const program = machine('signal', functions, function* (k) {
      const mp = yield* someMount(k);
      const other = yield* apart(k, 'operates', mp, 1);
      yield* k.store(k.td + TD.td_sig, 15);
      const error = yield* vfs_suspend(k, mp);
      if (error === 0) yield* vfs_resume(k, mp);
      else check(k, error === EINTR, `errno ${error}`);
      check(k, !fstrans_is_owner(k, mp), 'nobody owns it');
      yield* operates(k, mp, 0);
      yield* lwkt_join(k, other);
    });
    runs(program, ALL, 'proved');
  });

  // Who is inside has the same CPU: it can leave only when the one who suspends sleeps.
  function pending(asSeed: readonly string[]) {
    const options = { asSeed, cpus: 1 };
    return machine(
      'signal pending',
      { revokes },
      function* (k) {
        const mp = yield* someMount(k);
        yield* fstrans_start(k, mp);
        yield* tsleep_interlock(k, mp);
        const td = yield* lwkt_create(k, fn('revokes'), { cpu: 0, args: [mp, mp] });
        yield* tsleep(k, mp, PINTERLOCKED, 'reads');
        yield* fstrans_done(k, mp);
        yield* lwkt_join(k, td);
      },
      options,
    );
  }

  it('must not end one that may not fail', () => {
    runs(pending([]), ALL);
  });

  it('made it try for ever with a signal pending, in 1.117', () => {
    assert.match(runs(pending(['suspend-interruptible']), ALL, 'panic').message, /tried again and again/);
  });

  it('leave nobody asleep behind a suspension that was given up', () => {
    const functions = {
      *comes(k: Context, mp: number): Steps {
        yield* fstrans_start(k, mp);
        yield* fstrans_done(k, mp);
      },
      *stays(k: Context, mp: number, word: number): Steps {
        yield* fstrans_start(k, mp);
        yield* tsleep_interlock(k, word);
        yield* k.store(word, 1);
        yield* tsleep(k, word, PINTERLOCKED, 'stays');
        yield* fstrans_done(k, mp);
      },
    };
    const program = machine('given up', functions, function* (k) {
      const mp = yield* someMount(k);
      const inside = yield* apart(k, 'stays', mp, mp + INSIDE);
      yield* k.until(mp + INSIDE, EQUAL, 1);
      const outside = yield* apart(k, 'comes', mp);
      yield* k.store(k.td + TD.td_sig, 15);
      check(k, (yield* vfs_suspend(k, mp)) === EINTR, 'EINTR');
      yield* lwkt_join(k, outside);
      yield* wakeup(k, mp + INSIDE);
      yield* lwkt_join(k, inside);
    });
    runs(program, { schedules: 200 });
  });
});
