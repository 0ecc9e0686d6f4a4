import { describe, it } from 'mocha';
import { EINVAL } from '../../src/errno.ts';
import { SIGSTOP, SIGTRAP } from '../../src/signal/signals.ts';
import { prele } from '../../src/table/hold.ts';
import { TF_PC } from '../../src/table/lwp.ts';
import { fill_regs, set_pc, set_regs } from '../../src/text/registers.ts';
import { BRK, child, loop, out, spinner, stop, TEXTS } from './spinner.ts';
import { explored, kernelOf, lwpOf } from './text-program.ts';

const WUNTRACED = 2;
const PT_READ_D = 2;
const PT_WRITE_I = 4;
const PT_CONTINUE = 7;
const PT_ATTACH = 10;
const HERE = 1;
const stopped = (signal: number): number => (signal << 8) | 0x7f;

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
});
