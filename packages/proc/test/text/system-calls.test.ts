import { describe, it } from 'mocha';
import { sigbit } from '../../src/signal/sigacts.ts';
import { SIGCHLD, SIGUSR1 } from '../../src/signal/signals.ts';
import { explored, passes, VERDICT } from './text-program.ts';

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
    'asks who it is, and moves to a session of its own',
    passes(
      'identity',
      `
      main: li r12, 1
            sys getpid
            mov r9, r0
            sys fork              ; a child leads no group, and may have a session
            li r2, 0
            beq r0, r2, child
            mov r1, r0
            la r2, word
            li r3, 0
            li r4, 0
            sys wait4
            li r3, 8
            ld r1, word
            shr r1, r1, r3
            sys exit
      child: li r12, 2
            sys getppid
            bne r0, r9, fail
            li r12, 3
            sys getpid
            mov r8, r0
            sys setsid
            bne r0, r8, fail
            sys getpgrp
            bne r0, r8, fail
            li r1, 0
            sys getsid
            bne r0, r8, fail
            sys getpgid
            bne r0, r8, fail
            li r12, 4
            li r7, 0
            sys getuid
            bne r0, r7, fail
            sys geteuid
            bne r0, r7, fail
            sys getgid
            bne r0, r7, fail
            sys issetugid
            bne r0, r7, fail
            li r12, 5
            li r1, 7
            sys setuid
            bne r0, r7, fail
            sys geteuid
            bne r0, r1, euid
            jmp fail
      euid: li r1, 7
            bne r0, r1, fail
            li r1, 8
            sys setuid
            li r2, 1              ; EPERM
            bne r1, r2, fail
      ${VERDICT}
      .data
      word: .word 0`,
    ),
  );

  it(
    'opens, doubles and closes descriptors, and reads from them',
    passes(
      'descriptors',
      `
      main: li r12, 1
            la r1, null
            li r2, 2
            sys open
            li r2, 0
            blt r0, r2, fail
            mov r9, r0
            mov r1, r9
            la r2, word
            li r3, 4
            sys read
            li r7, 0
            bne r0, r7, fail      ; there is nothing in it
            li r12, 2
            mov r1, r9
            sys dup
            mov r8, r0
            beq r8, r9, fail
            mov r1, r8
            sys close
            bne r0, r7, fail
            mov r1, r8
            sys close
            li r2, 9              ; EBADF
            bne r1, r2, fail
            li r12, 3
            la r1, nowhere
            li r2, 0
            sys open
            li r2, 2              ; ENOENT
            bne r1, r2, fail
      ${VERDICT}
      .data
      word:    .word 0
      null:    .string "/dev/null"
      nowhere: .string "/nowhere"`,
    ),
  );

  it(
    'sleeps for a time, and is told what is pending',
    passes(
      'sleep',
      `
      main: li r12, 1
            la r1, time
            sys nanosleep
            li r7, 0
            bne r0, r7, fail
            li r12, 2
            li r1, 1              ; SIG_BLOCK
            la r2, usr1
            li r3, 0
            sys sigprocmask
            sys getpid
            mov r1, r0
            li r2, ${SIGUSR1}
            sys kill
            la r1, word
            sys sigpending
            ld r1, word
            ld r2, usr1
            bne r1, r2, fail
            li r12, 3
            li r1, ${SIGUSR1}
            la r2, action
            la r3, old
            sys sigaction
            ld r1, old
            bne r1, r7, fail      ; SIG_DFL
            la r1, none
            sys sigsuspend
            li r2, 4              ; EINTR
            bne r1, r2, fail
            ld r1, seen
            li r2, ${SIGUSR1}
            bne r1, r2, fail
            jmp pass
      handler: st r0, seen
            ret
      ${VERDICT}
      .data
      time:   .word 0, 20000000
      usr1:   .word ${sigbit(SIGUSR1)}
      word:   .word 0
      action: .word handler, 0, 0
      old:    .word -1, 0, 0
      none:   .word 0
      seen:   .word 0`,
    ),
  );
});
