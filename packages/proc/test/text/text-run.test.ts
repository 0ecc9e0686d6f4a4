import { describe, it } from 'mocha';
import { SIGILL, SIGSEGV, SIGSYS, SIGTRAP, SIGUSR1 } from '../../src/signal/signals.ts';
import { ends, passes, VERDICT } from './text-program.ts';

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

  it(
    'gives a program its arguments and environment on the stack',
    passes(
      'arguments',
      `
      main: li r12, 1
            li r3, 3
            bne r0, r3, fail
            li r12, 2
            bne r1, sp, fail
            ld r4, [r1 + 8]
            ld r5, [r4]           ; "two"
            li r6, 0x6f7774
            bne r5, r6, fail
            li r12, 3
            ld r4, [r1 + 12]
            li r5, 0
            bne r4, r5, fail
            li r12, 4
            ld r4, [r2]
            bne r4, r5, fail
      ${VERDICT}`,
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
    'runs handlers at their address and goes on where it was interrupted',
    passes(
      'handlers',
      `
      main: li r1, ${SIGUSR1}
            la r2, action
            li r3, 0
            sys sigaction
            li r12, 1
            bne r0, r3, fail
            li r9, 33             ; what the handler has to leave alone
            sys getpid
            mov r1, r0
            li r2, ${SIGUSR1}
            sys kill
            li r12, 2
            li r3, 0
            bne r0, r3, fail      ; the result of kill
            li r12, 3
            ld r4, seen
            li r5, ${SIGUSR1}
            bne r4, r5, fail
            li r12, 4
            li r5, 33
            bne r9, r5, fail
            li r12, 5
            li r1, 1
            li r2, 0
            la r3, mask
            sys sigprocmask
            ld r4, mask
            li r5, 0
            bne r4, r5, fail      ; the signal is held back no more
            jmp pass
      handler: li r9, 34
            st r0, seen
            ret
      ${VERDICT}
      .data
      action: .word handler, 0, 0
      seen:   .word 0
      mask:   .word -1`,
    ),
  );

  it(
    'lets a handler change the registers it returns to',
    ends(
      'frame',
      `
      main: li r1, 5              ; SIGTRAP
            la r2, action
            li r3, 0
            sys sigaction
            li r1, 3
            brk
            sys exit
      handler: ld r3, [r2 + 68]   ; pc in the frame
            add r3, r3, 4
            st r3, [r2 + 68]      ; behind the breakpoint
            li r4, 21
            st r4, [r2 + 12]      ; r1
            ret
      .data
      action: .word handler, 0, 0`,
      21 << 8,
    ),
  );

  it(
    'dies if there is no stack for a handler',
    ends(
      'no stack',
      `
      main: li r1, 5
            la r2, action
            li r3, 0
            sys sigaction
            li sp, 0
            brk
      .data
      action: .word main, 0, 0`,
      SIGILL,
    ),
  );
});
