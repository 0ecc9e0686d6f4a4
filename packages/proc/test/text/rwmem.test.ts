import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { p_trespass } from '../../src/cred/privilege.ts';
import { curcred_hold, crfree } from '../../src/cred/ucred-life.ts';
import { EFAULT } from '../../src/errno.ts';
import { NC } from '../../src/file/filedesc-layout.ts';
import { cache_drop } from '../../src/file/nchandle.ts';
import { nlookup } from '../../src/file/nlookup.ts';
import { curproc } from '../../src/proc-kernel.ts';
import { SIGTRAP } from '../../src/signal/signals.ts';
import { pfind } from '../../src/table/find.ts';
import { prele } from '../../src/table/hold.ts';
import { P, P_INEXEC, P_SUGID, P_WEXIT } from '../../src/table/proc.ts';
import { textImage } from '../../src/text/assembler.ts';
import { proc_rwmem } from '../../src/text/rwmem.ts';
import type { User } from '../../src/user/user.ts';
import { BRK, child, loop, spinner, TEXTS } from './spinner.ts';
import { explored, kernelOf, lwpOf } from './text-program.ts';

const CORE = 0x80;

describe('the memory of another process', () => {
  it(
    'is read and written by words, EFAULT for addresses that are none and from those that exit',
    explored(
      'rwmem',
      {
        *main(u) {
          const k = kernelOf(u);
          yield* u.store(8, 5);
          const { p } = yield* lwpOf(k, yield* u.getpid());
          const words = [0, 0, 0];
          u.assert((yield* proc_rwmem(k, p, 4, words, false)) === 0 && words.join() === '0,5,0', 'read');
          u.assert((yield* proc_rwmem(k, p, 6, words, false)) === EFAULT, 'no word');
          u.assert((yield* proc_rwmem(k, p, 1 << 20, words, false)) === EFAULT, 'behind the space');
          u.assert((yield* proc_rwmem(k, p, 8, [7, 8], true)) === 0 && (yield* u.load(12)) === 8, 'written');
          yield* prele(k, p);
          const pid = yield* u.fork('ends');
          const { p: dying } = yield* lwpOf(k, pid);
          while (((yield* k.load(dying + P.p_flags)) & P_WEXIT) === 0) yield* u.sched_yield();
          u.assert((yield* proc_rwmem(k, dying, 8, words, false)) === EFAULT, 'it exits');
          yield* prele(k, dying);
          yield* u.wait();
        },
        *ends(u) {
          yield* u.exit(0);
        },
      },
      {},
    ),
  );

  it(
    'gets a breakpoint while the program runs, which dies of it',
    explored(
      'poke',
      {
        *main(u) {
          const pid = yield* spinner(u);
          const k = kernelOf(u);
          const { p } = yield* lwpOf(k, pid);
          u.assert((yield* proc_rwmem(k, p, loop, [BRK], true)) === 0, 'poked');
          yield* prele(k, p);
          u.assert((yield* u.wait4(pid)).status === (SIGTRAP | CORE), 'SIGTRAP');
        },
        child,
      },
      TEXTS,
    ),
  );
});

/** A secret of a program that runs as another user. */
const SECRET = 0x5ec2e7;
const SET_ID = `main: li r1, 0\n sys exit\n .data\n secret: .word ${SECRET}`;
const { secret } = textImage(SET_ID).symbols;
const S_ISUID = 0o4755;

/** A process of user 100 executes a program of root; another one of user 100 looks at its memory. */
const LEAK = {
  *main(u: User) {
    const k = kernelOf(u);
    const nch = yield* nlookup(k, curproc(k), '/bin/secret');
    k.set(nch + NC.nc_mode, S_ISUID);
    yield* cache_drop(k, nch);
    yield* u.wait4(yield* u.fork('execs'));
  },
  *execs(u: User) {
    yield* u.fork('spies', yield* u.getpid());
    yield* u.execve('/bin/secret');
  },
  *spies(u: User, pid: number) {
    const k = kernelOf(u);
    const p = yield* pfind(k, pid);
    if (p === 0) return;
    const words = [0];
    if (yield* mayLook(u, p)) {
      // Long enough for an exec that does not wait.
      for (let at = 0; at < 30; at++) yield* u.sched_yield();
      yield* proc_rwmem(k, p, secret, words, false);
    }
    yield* prele(k, p);
    u.assert(words[0] !== SECRET, 'a set-id program shows its memory to its own user only');
  },
};

/** Asked once, with the process held, as procfs does at open. */
function* mayLook(u: User, p: number): Steps<boolean> {
  const k = kernelOf(u);
  const cr = yield* curcred_hold(k);
  yield* k.gettoken(p + P.p_token);
  const isOther = ((yield* k.load(p + P.p_flags)) & (P_INEXEC | P_SUGID)) !== 0;
  const other = k.get(p + P.p_ucred);
  const may = !isOther && other !== 0 && p_trespass(k, cr, other) === 0;
  yield* k.reltoken(p + P.p_token);
  yield* crfree(k, cr);
  return may;
}

describe('the bytes of a set-id program', () => {
  const options = { uid: 100, gid: 100, schedules: 1000 } as const;

  it(
    'leak to whoever held the process before exec, if exec does not wait for holds',
    explored(
      'leak',
      LEAK,
      { '/bin/secret': SET_ID },
      {
        ...options,
        asSeed: ['exec-ignores-holds'],
        expects: 'assertion',
      },
    ),
  );

  it(
    'stay where they are if it does',
    explored('no leak', LEAK, { '/bin/secret': SET_ID }, { ...options, schedules: 100 }),
  );
});
