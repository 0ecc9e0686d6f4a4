import { describe, it } from 'mocha';
import { SIGILL, SIGUSR1 } from '../../src/signal/signals.ts';
import { ends, passes, VERDICT } from './text-program.ts';

describe('a signal handler of a text program', () => {
  it(
    'runs at its address, and the program goes on where it was interrupted',
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
    'may change the registers it returns to',
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
    'needs a stack: without one the process dies',
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

  it(
    'may fork, and both return from it with the mask of before',
    passes(
      'fork in a handler',
      `
      main: li r1, ${SIGUSR1}
            la r2, action
            li r3, 0
            sys sigaction
            sys getpid
            mov r1, r0
            li r2, ${SIGUSR1}
            sys kill
            li r12, 1
            li r1, 1
            li r2, 0
            la r3, mask
            sys sigprocmask
            ld r1, mask
            li r2, 0
            bne r1, r2, fail
            ld r8, pid
            beq r8, r2, pass      ; the child
            mov r1, r8
            la r2, mask
            li r3, 0
            li r4, 0
            sys wait4
            li r12, 2
            ld r1, mask
            bne r1, r3, fail
            jmp pass
      handler: sys fork
            st r0, pid
            jr lr
      ${VERDICT}
      .data
      action: .word handler, 0, 0
      pid:    .word 0
      mask:   .word -1`,
    ),
  );
});
