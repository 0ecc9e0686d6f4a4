import { describe, it } from 'mocha';
import { SIGILL, SIGSEGV, SIGSYS, SIGTRAP } from '../../src/signal/signals.ts';
import { ends, explored, passes, VERDICT } from './text-program.ts';

/** A process dies of a signal with this bit when its memory would be written to a file. */
const CORE = 0x80;

describe('the text machine', () => {
  it('exits with the status in r1', ends('exit', 'main: li r1, 7\n sys exit', 7 << 8));

  it(
    'computes, with words that wrap',
    passes(
      'arithmetic',
      `
      main: li r12, 1
            li r1, 5
            li r2, -3
            add r3, r1, r2
            li r4, 2
            bne r3, r4, fail
            li r12, 2
            sub r3, r2, r1
            li r4, -8
            bne r3, r4, fail
            li r12, 3
            li r1, 0x7fffffff
            add r1, r1, 1
            li r2, 0x80000000
            bne r1, r2, fail
            li r12, 4
            li r1, 0xff00ff
            li r2, 0x0ff0
            and r3, r1, r2
            li r4, 0xf0
            bne r3, r4, fail
            li r12, 5
            or r3, r1, r2
            li r4, 0xff0fff
            bne r3, r4, fail
            li r12, 6
            xor r3, r1, r2
            li r4, 0xff0f0f
            bne r3, r4, fail
            li r12, 7
            li r1, -1
            li r2, 28
            shr r3, r1, r2
            li r4, 15
            bne r3, r4, fail
            li r12, 8
            shl r3, r1, r2
            li r4, 0xf0000000
            bne r3, r4, fail
            li r12, 9
            mov r5, r4
            bne r5, r3, fail
            nop
      ${VERDICT}`,
    ),
  );

  it(
    'branches, calls and returns; pc as an operand is the next instruction',
    passes(
      'branches',
      `
      main: li r12, 1
            li r1, -1
            li r2, 1
            blt r2, r1, fail
            blt r1, r1, fail
            beq r1, r2, fail
            bne r1, r1, fail
            blt r1, r2, less
            jmp fail
      less: beq r1, r1, same
            jmp fail
      same: li r12, 2
            call double
            li r3, 2
            bne r2, r3, fail
            li r12, 3
            jal r5, next
      next: la r6, next
            bne r5, r6, fail
            li r12, 4
            mov r7, pc
      here: la r8, here
            bne r7, r8, fail
            li r12, 5
            la r9, over
            mov pc, r9
            jmp fail
      over: jmp pass
      double: add r2, r2, r2
            ret
      ${VERDICT}`,
    ),
  );

  it(
    'loads, stores and exchanges words of data and of the stack',
    passes(
      'memory',
      `
      main: li r12, 1
            ld r1, seven
            li r2, 7
            bne r1, r2, fail
            li r12, 2
            la r3, list
            ld r1, [r3 + 4]
            li r2, -2
            bne r1, r2, fail
            li r12, 3
            li r1, 9
            st r1, [r3]
            ld r2, list
            bne r1, r2, fail
            li r12, 4
            li r4, 11
            xchg r4, [r3]
            bne r4, r1, fail
            ld r4, [r3]
            li r2, 11
            bne r4, r2, fail
            li r12, 5
            mov r5, sp
            push r1
            push r2
            pop r6
            pop r7
            bne r6, r2, fail
            bne r7, r1, fail
            bne r5, sp, fail
            li r12, 6
            ld r1, [r3 + 200]     ; nothing was stored there
            li r2, 0
            bne r1, r2, fail
      ${VERDICT}
      .data
      seven: .word 7
      list:  .word -1, -2`,
    ),
  );

  for (const [what, source] of [
    ['below the program', 'li r1, 0x3c\n ld r2, [r1]'],
    ['at NULL', 'li r1, 0\n st r1, [r1]'],
    ['behind the space', 'li r1, 1536\n ld r2, [r1]'],
    ['at half a word', 'la r1, here\n here: ld r2, [r1 + 2]'],
    ['in its own text, storing', 'la r1, here\n here: st r1, [r1]'],
    ['in its own text, exchanging', 'la r1, here\n here: xchg r1, [r1]'],
    ['of an instruction that is none', 'li r1, 0\n jr r1'],
  ] as const) {
    it(`sends SIGSEGV for an address ${what}`, ends(what, `main: ${source}`, SIGSEGV | CORE));
  }

  for (const [what, word] of [
    ['zero', 0],
    ['an unknown opcode', 0x63000000],
    ['a field that has to be zero', 0x11000001],
    ['an unknown function of alu', 0x05000007],
  ] as const) {
    it(`sends SIGILL for ${what}`, ends(what, `main: .word ${word}`, SIGILL | CORE));
  }

  it('sends SIGTRAP for a breakpoint', ends('brk', 'main: brk', SIGTRAP | CORE));

  it('sends SIGSYS for a system call there is not', ends('nosys', 'main: li r0, 999\n sys', SIGSYS | CORE));

  it(
    'stops after each instruction when it is stepped',
    explored(
      'step',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          yield* u.wait4(pid, 2);
          for (let at = 0; at < 3; at++) {
            u.assert((yield* u.ptrace(9, pid, 1, 0)) === 0, `PT_STEP gives ${u.errno}`);
            const { status } = yield* u.wait4(pid, 2);
            u.assert(status === ((SIGTRAP << 8) | 0x7f), `step ${at}: status ${status}`);
            u.assert((yield* u.ptrace(2, pid, 0x40 + 5 * 4)) === (at < 2 ? 1 : 2), `after step ${at}`);
          }
          yield* u.ptrace(7, pid, 1, 0);
          const { status } = yield* u.wait4(pid, 2);
          u.assert(status === ((SIGTRAP << 8) | 0x7f), `at the breakpoint ${status}`);
          yield* u.ptrace(7, pid, 1, SIGTRAP);
          const end = yield* u.wait4(pid);
          u.assert(end.status === (SIGTRAP | CORE), `in the end ${end.status}`);
        },
        *child(u) {
          yield* u.ptrace(0, 0);
          yield* u.execve('/bin/steps');
        },
      },
      { '/bin/steps': 'main: st r0, word\n li r1, 2\n st r1, word\n brk\n nop\n .data\n word: .word 0' },
    ),
  );
});
