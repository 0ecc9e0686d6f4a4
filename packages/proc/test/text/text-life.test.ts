import { describe, it } from 'mocha';
import { SIGCHLD, SIGTRAP, SIGUSR1 } from '../../src/signal/signals.ts';
import { ends, explored, passes, VERDICT } from './text-program.ts';

const CORE = 0x80;

describe('a text program that forks', () => {
  it(
    'goes on in the child with 0 and a copy of its memory, and waits for it',
    passes(
      'fork',
      `
      main: li r1, 5
            st r1, word
            sys fork
            li r2, 0
            beq r0, r2, child
            mov r9, r0            ; the pid
            mov r1, r0
            la r2, status
            li r3, 0
            li r4, 0
            sys wait4
            li r12, 1
            bne r0, r9, fail
            li r12, 2
            ld r1, status
            li r2, 1536           ; 6 << 8
            bne r1, r2, fail
            li r12, 3
            ld r1, word
            li r2, 5
            bne r1, r2, fail      ; the child has changed its own copy
            jmp pass
      child: ld r1, word
            add r1, r1, 1
            st r1, word
            sys exit
      ${VERDICT}
      .data
      word:   .word 0
      status: .word 0`,
      { schedules: 30 },
    ),
  );

  it(
    'shares its memory with the child of vfork, whose exec leaves it alone',
    explored(
      'vfork',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const { status } = yield* u.wait4(pid);
          u.assert(status === 9 << 8, `status ${status}`);
        },
        *child(u) {
          yield* u.execve('/bin/parent');
        },
      },
      {
        '/bin/parent': `
          main: sys vfork
                li r2, 0
                beq r0, r2, child
                mov r1, r0
                la r2, status
                li r3, 0
                li r4, 0
                sys wait4
                ld r1, word
                sys exit
          child: li r1, 9
                st r1, word
                la r1, path
                la r2, argv
                li r3, 0
                sys execve
                brk
          .data
          word:   .word 0
          status: .word 0
          argv:   .word path, 0
          path:   .string "/bin/other"`,
        '/bin/other': 'main: ld r2, word\n mov r1, r2\n sys exit\n .data\n word: .word 4',
      },
    ),
  );

  it(
    'forks inside a handler, and both return from it with the mask of before',
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

describe('a text program', () => {
  it(
    'is told of its children by signals it handles while it waits',
    passes(
      'SIGCHLD',
      `
      main: li r1, ${SIGCHLD}
            la r2, action
            li r3, 0
            sys sigaction
            sys fork
            li r2, 0
            beq r0, r2, pass
      again: li r1, -1
            li r2, 0
            li r3, 0
            li r4, 0
            sys wait4             ; EINTR, or the child
            li r2, 4
            beq r1, r2, again
            li r12, 1
            ld r1, seen
            li r2, ${SIGCHLD}
            bne r1, r2, fail
            jmp pass
      handler: st r0, seen
            ret
      ${VERDICT}
      .data
      action: .word handler, 0, 0
      seen:   .word 0`,
      { schedules: 40 },
    ),
  );

  it(
    'gets errnos in r1, EFAULT for addresses that are none',
    passes(
      'errnos',
      `
      main: li r12, 1
            li r1, 99
            li r2, 0
            sys kill
            li r3, -1
            bne r0, r3, fail
            li r3, 3              ; ESRCH
            bne r1, r3, fail
            li r12, 2
            li r4, 14             ; EFAULT
            li r1, 0
            li r2, 0
            li r3, 0
            sys execve
            bne r1, r4, fail
            li r12, 3
            li r1, 0x10
            sys nanosleep
            bne r1, r4, fail
            li r12, 4
            la r1, main           ; a word of text
            sys sigpending
            bne r1, r4, fail
            li r12, 5
            li r1, 1
            la r2, main
            li r3, 0x10000
            sys write
            bne r1, r4, fail
      ${VERDICT}`,
    ),
  );

  it(
    'writes bytes from any address to its descriptors',
    explored(
      'write',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const { status } = yield* u.wait4(pid);
          u.assert(status === 3 << 8, `status ${status}`);
        },
        *child(u) {
          yield* u.execve('/bin/hello');
        },
      },
      {
        '/bin/hello': `
          main: li r1, 1
                la r2, text + 1
                li r3, 3
                sys write
                mov r1, r0
                sys exit
          .data
          text: .string "hello"`,
      },
    ),
  );

  it(
    'has threads, which meet at a word',
    passes(
      'lwps',
      `
      main: la r1, params
            sys lwp_create
            li r12, 1
            li r2, 0
            bne r0, r2, fail
      wait: ld r1, done
            beq r1, r2, wait2
            li r12, 2
            li r2, 77
            bne r1, r2, fail
            jmp pass
      wait2: sys sched_yield
            li r2, 0
            jmp wait
      thread: st r0, done
            li r1, 0x10000        ; only this lwp
            li r2, 0
            sys extexit
            brk
      ${VERDICT}
      .data
      params: .word thread, 77, stack, 0, 0
      done:   .word 0
      .space 32
      stack:  .word 0`,
      { schedules: 20 },
    ),
  );

  it(
    'that does not fit is told to whoever made the machine so small',
    ends('large', 'main: nop\n .data\n .space 2000', 0, { expects: 'scenario-misuse' }),
  );

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
