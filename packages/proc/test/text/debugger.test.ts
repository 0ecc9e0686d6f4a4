import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { p_trespass } from '../../src/cred/privilege.ts';
import { curcred_hold, crfree } from '../../src/cred/ucred-life.ts';
import { EBUSY, EFAULT, EINVAL } from '../../src/errno.ts';
import { NC } from '../../src/file/filedesc-layout.ts';
import { cache_drop } from '../../src/file/nchandle.ts';
import { nlookup } from '../../src/file/nlookup.ts';
import { curproc } from '../../src/proc-kernel.ts';
import { SIGSTOP, SIGTRAP } from '../../src/signal/signals.ts';
import { pfind } from '../../src/table/find.ts';
import { prele } from '../../src/table/hold.ts';
import { TF_PC } from '../../src/table/lwp.ts';
import { P, P_INEXEC, P_SUGID, P_WEXIT } from '../../src/table/proc.ts';
import { textImage } from '../../src/text/assembler.ts';
import { encode } from '../../src/text/instruction.ts';
import { fill_regs, set_pc, set_regs } from '../../src/text/registers.ts';
import { proc_rwmem } from '../../src/text/rwmem.ts';
import type { User } from '../../src/user/user.ts';
import { explored, kernelOf, lwpOf } from './text-program.ts';

const CORE = 0x80;
const WUNTRACED = 2;
const PT_READ_D = 2;
const PT_WRITE_I = 4;
const PT_CONTINUE = 7;
const PT_ATTACH = 10;
const HERE = 1;
const BRK = encode({ name: 'brk', a: 0, b: 0, c: 0, imm: 0 });
const stopped = (signal: number): number => (signal << 8) | 0x7f;

/** Goes round until its word is set, which it never does itself. */
const SPIN = `
  main: li r1, 1
        st r1, started
  loop: ld r1, stop
        li r2, 0
        beq r1, r2, loop
        li r1, 3
        sys exit
  out:  li r1, 5
        sys exit
  .data
  stop:    .word 0
  started: .word 0`;
const { loop, out, stop, started } = textImage(SPIN).symbols;

/** The child executes the spinner; the parent goes on when that spins. */
function* spinner(u: User): Steps<number> {
  const k = kernelOf(u);
  const pid = yield* u.fork('child');
  for (const seen = [0]; seen[0] !== 1;) {
    yield* u.sched_yield();
    const { p } = yield* lwpOf(k, pid);
    yield* proc_rwmem(k, p, started, seen, false);
    yield* prele(k, p);
  }
  return pid;
}

function* child(u: User): Steps {
  yield* u.execve('/bin/spin');
}

const TEXTS = { '/bin/spin': SPIN };

describe('a debugger of a text program', () => {
  it(
    'stops it at a breakpoint, where it goes on when the word is itself again',
    explored(
      'breakpoint',
      {
        *main(u) {
          const pid = yield* spinner(u);
          u.assert((yield* u.ptrace(PT_ATTACH, pid)) === 0, `PT_ATTACH gives ${u.errno}`);
          u.assert((yield* u.wait4(pid, WUNTRACED)).status === stopped(SIGSTOP), 'attached');
          const word = yield* u.ptrace(PT_READ_D, pid, loop);
          u.assert((yield* u.ptrace(PT_WRITE_I, pid, loop, BRK)) === 0, `PT_WRITE_I gives ${u.errno}`);
          yield* u.ptrace(PT_CONTINUE, pid, HERE, 0);
          u.assert((yield* u.wait4(pid, WUNTRACED)).status === stopped(SIGTRAP), 'at the breakpoint');
          const k = kernelOf(u);
          const { p, lp } = yield* lwpOf(k, pid);
          u.assert(fill_regs(k, lp)[TF_PC] === loop, 'pc is at the breakpoint');
          yield* prele(k, p);
          yield* u.ptrace(PT_WRITE_I, pid, loop, word);
          yield* u.ptrace(PT_WRITE_I, pid, stop, 1);
          yield* u.ptrace(PT_CONTINUE, pid, HERE, 0);
          u.assert((yield* u.wait4(pid)).status === 3 << 8, 'it ends by itself');
        },
        child,
      },
      TEXTS,
    ),
  );

  it(
    'pokes a breakpoint into a program that runs, which dies of it',
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

  it(
    'makes it jump by writing its program counter',
    explored(
      'pc',
      {
        *main(u) {
          const pid = yield* spinner(u);
          yield* u.ptrace(PT_ATTACH, pid);
          yield* u.wait4(pid, WUNTRACED);
          const k = kernelOf(u);
          const { p, lp } = yield* lwpOf(k, pid);
          u.assert(set_pc(k, lp, out) === 0, 'set');
          yield* prele(k, p);
          yield* u.ptrace(PT_CONTINUE, pid, HERE, 0);
          u.assert((yield* u.wait4(pid)).status === 5 << 8, 'it has jumped');
        },
        child,
      },
      TEXTS,
    ),
  );

  it(
    'cannot do that to a generator program, nor give a wrong number of registers',
    explored(
      'generator',
      {
        *main(u) {
          const k = kernelOf(u);
          const { p, lp } = yield* lwpOf(k, yield* u.getpid());
          u.assert(set_pc(k, lp, out) === EINVAL, 'EINVAL');
          u.assert(set_regs(k, lp, fill_regs(k, lp)) === 0, 'what it has already');
          u.assert(set_regs(k, lp, [1, 2]) === EINVAL, 'EINVAL');
          yield* prele(k, p);
        },
      },
      {},
    ),
  );

  it(
    'reads and writes words of any process, EFAULT for addresses that are none and from those that exit',
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
          u.assert((yield* u.ptrace(PT_READ_D, 1)) === -1 && u.errno !== EBUSY, 'init is not for debuggers');
        },
        *ends(u) {
          yield* u.exit(0);
        },
      },
      {},
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
    if (yield* mayLook(u, p)) yield* proc_rwmem(k, p, secret, words, false);
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
  const options = { uid: 100, gid: 100, schedules: 3000, strategy: 'pct' } as const;

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
    explored('no leak', LEAK, { '/bin/secret': SET_ID }, { ...options, schedules: 400 }),
  );
});
