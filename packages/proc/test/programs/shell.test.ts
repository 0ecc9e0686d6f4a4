import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LocalOptions } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import { procs } from '../../src/proc-kernel.ts';
import { sh } from '../../src/programs/shell.ts';
import { G } from '../../src/table/procglob.ts';
import { T, Tty } from '../../src/tty/tty-layout.ts';
import { TIOCSCTTY } from '../../src/tty/ttycom.ts';
import type { GeneratorImage, Programs } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { contextOf, expect, ONE, programs, screen, TTYV0, type, verdictOf } from '../tty/tty-user.ts';

const SOME: LocalOptions = { strategy: 'random', schedules: 12 };

/** Programs a shell finds. */
const BIN: Programs = {
  '/bin/say': {
    *main(u: User, ...words: string[]) {
      yield* u.print(words.join('|'));
    },
  },
  '/bin/code': {
    *main(_u: User, code: string) {
      return Number(code);
    },
  },
  '/bin/hang': {
    *main(u: User) {
      yield* u.pause();
    },
  },
  '/sbin/env': {
    *main(u: User) {
      for (const each of u.env) yield* u.print(each);
    },
  },
  '/bin/cat': {
    *main(u: User) {
      for (;;) {
        const line = yield* u.readLine(0);
        if (line === null) return 0;
        yield* u.print(`[${line}]`);
      }
    },
  },
};

/** Someone who sits at ttyv0, where a shell runs in a session of its own. */
function person(session: (u: User, fd: number) => Steps): GeneratorImage {
  return {
    *main(u) {
      const fd = yield* u.open('/dev/ttyv0', 2);
      const pid = yield* u.fork('login', fd);
      yield* expect(u, TTYV0, ' $ ');
      yield* session(u, fd);
      yield* u.wait4(pid);
    },
    *login(u, fd: number) {
      yield* u.setsid();
      yield* u.ioctl(fd, TIOCSCTTY);
      for (const each of [0, 1, 2]) yield* u.dup2(fd, each);
      yield* u.close(fd);
      yield* u.execve('/bin/sh', ['sh'], ['HOME=/bin', 'COLOUR=red']);
    },
  };
}

/** Explores a session; in each schedule it goes as it should. */
function sits(session: (u: User, fd: number) => Steps, options = SOME): void {
  verdictOf(programs({ '/bin/main': person(session), '/bin/sh': sh, ...BIN }), 'none', options);
}

/** Types a line and waits for what comes of it, and for the next prompt. */
function* enter(u: User, fd: number, line: string, wanted: RegExp): Steps {
  const before = screen(u, TTYV0).length;
  yield* type(u, fd, `${line}\n`);
  for (let look = 0; look < 2000; look++) {
    const text = screen(u, TTYV0).slice(before).replaceAll('\r', '');
    const answer = /^[^\n]*\n([^]*)cpu\d \d+ \$ $/.exec(text)?.[1];
    if (answer !== undefined && wanted.test(answer)) return;
    yield* u.nanosleep(1);
  }
  u.fail(`${line} shows ${JSON.stringify(screen(u, TTYV0).slice(before))}, not ${String(wanted)}`);
}

/** What `sh -c` writes and exits with. */
function commandGives(command: string, output: string, status = 0): void {
  let shown = '';
  const main: GeneratorImage = {
    *main(u) {
      const pid = yield* u.fork('shell');
      const found = yield* u.wait4(pid);
      shown = screen(u).replaceAll('\r', '');
      u.assert(found.status === status << 8, `${command} exits with status ${found.status}`);
    },
    *shell(u) {
      yield* u.execve('/bin/sh', ['sh', '-c', command], ['COLOUR=red']);
    },
  };
  verdictOf(programs({ '/bin/main': main, '/bin/sh': sh, ...BIN }), 'none', ONE);
  assert.equal(shown, output, command);
}

describe('sh -c', () => {
  it('runs programs of /bin and /sbin with their words, quoted and not', () => {
    commandGives(`say a 'b c' "d $COLOUR" e\\ f '' g"h"`, 'a|b c|d red|e f||gh\n');
    commandGives('COLOUR=blue env', 'COLOUR=blue\n');
    commandGives('SIZE=7; env; say $SIZE', 'COLOUR=red\nSIZE=7\n7\n');
    commandGives('say a # b', 'a\n');
  });

  it('goes on after ; and as && and || say, and gives the status of the last program', () => {
    commandGives('code 3; say $?', '3\n');
    commandGives('code 3 && say no || say yes', 'yes\n');
    commandGives('code 0 && say yes || say no', 'yes\n');
    commandGives('say a; code 5', 'a\n', 5);
    commandGives('false || code 4', '', 4);
  });

  it('tells of programs that are not there and of lines that mean nothing', () => {
    commandGives('nothing', 'sh: nothing: not found\n', 127);
    commandGives('say a &&', 'sh: syntax error: unexpected end of line\n', 2);
    commandGives('; say', 'sh: syntax error near ";"\n', 2);
    commandGives("say 'a", "sh: syntax error near '\n", 2);
    commandGives('say a | say b', 'sh: syntax error near "|"\n', 2);
  });

  it('runs jobs in the background and waits for them', () => {
    commandGives('code 6 & wait $!; say $?', '6\n');
    commandGives('say a > /dev/null; say b < /dev/null; cat < /dev/null; say $?', 'b\n0\n');
    commandGives('say x < /nowhere', 'sh: cannot open /nowhere: No such file or directory\n', 1);
  });
});

describe('a shell at a terminal', () => {
  it('runs lines, keeps a directory, variables and a history', () => {
    sits(function* (u, fd) {
      yield* enter(u, fd, 'say hello', /^hello\n$/);
      yield* enter(u, fd, 'cd /sbin; pwd', /^\/sbin\n$/);
      yield* enter(u, fd, 'cd; pwd', /^\/bin\n$/);
      yield* enter(u, fd, 'X=1', /^$/);
      yield* enter(u, fd, 'say $X$COLOUR', /^1red\n$/);
      yield* enter(u, fd, '!!', /^say \$X\$COLOUR\n1red\n$/);
      yield* enter(u, fd, 'history', /1 {2}say hello\n.*2 {2}cd \/sbin; pwd\n/);
      yield* enter(u, fd, '!1 again', /^say hello again\nhello\|again\n$/);
      yield* enter(u, fd, '!77', /no such command/);
      yield* type(u, fd, 'exit\n');
    });
  });

  it('ends a program with ^C and an unfinished line too, and itself with ^D', () => {
    sits(function* (u, fd) {
      const shell = foreground(u);
      yield* type(u, fd, 'hang\n');
      yield* untilForeground(u, shell);
      yield* type(u, fd, '\x03');
      yield* expect(u, TTYV0, /\^C\r\n.*\$ $/);
      yield* enter(u, fd, 'say $?', /^130\n$/);
      yield* type(u, fd, 'unfinished');
      yield* type(u, fd, '\x03');
      yield* expect(u, TTYV0, /unfinished\^C\r\n.*\$ $/);
      yield* enter(u, fd, 'say on', /^on\n$/);
      yield* type(u, fd, '\x04');
      yield* expect(u, TTYV0, 'exit\r\n');
    });
  });

  it('stops a program with ^Z, and lets it go on in the background and in the foreground', () => {
    sits(function* (u, fd) {
      yield* type(u, fd, 'cat\n');
      yield* type(u, fd, 'one\n');
      yield* expect(u, TTYV0, '[one]');
      yield* type(u, fd, '\x1a');
      yield* expect(u, TTYV0, /\[1\] \+ Stopped {6}cat\r\n.*\$ $/);
      yield* enter(u, fd, 'jobs', /^\[1\] \+ Stopped {6}cat\n$/);
      // In the background it wants to read, and is stopped by SIGTTIN.
      yield* enter(u, fd, 'bg', /^\[1\] cat &\n$/);
      yield* untilStopped(u, fd);
      yield* enter(u, fd, 'exit', /you have stopped jobs/);
      yield* type(u, fd, 'fg\n');
      yield* expect(u, TTYV0, /fg\r\ncat\r\n/);
      yield* type(u, fd, 'two\n\x04');
      yield* expect(u, TTYV0, /\[two\]\r\n.*\$ $/);
      yield* type(u, fd, 'exit\n');
    });
  });

  it('keeps jobs in the background apart, and kills them by number', () => {
    sits(function* (u, fd) {
      yield* enter(u, fd, 'hang &', /^\[1\] \d+\n$/);
      yield* enter(u, fd, 'hang &', /^\[2\] \d+\n$/);
      yield* enter(u, fd, 'kill %1; wait %1; say $?', /143\n$/);
      yield* enter(u, fd, 'jobs', /^(?!\[1\])[^]*\[2\] \+ Running {6}hang &\n$/);
      yield* enter(u, fd, 'kill -HUP %2', /^$|SIGHUP/);
      yield* enter(u, fd, 'wait', /SIGHUP|^$/);
      yield* enter(u, fd, 'kill %7', /no such job/);
      yield* enter(u, fd, 'kill -NO 2', /no such signal/);
      yield* type(u, fd, 'exit\n');
    });
  });
});

/** The foreground group of ttyv0, as the kernel has it. */
function foreground(u: User): number {
  const k = contextOf(u);
  return k.words[k.words[procs(k).g + G.g_ttys] + TTYV0 * Tty.size + T.t_pgrp];
}

/** Until the job has noticed that it may not read. */
function* untilStopped(u: User, fd: number): Steps {
  for (;;) {
    const before = screen(u, TTYV0).length;
    yield* enter(u, fd, 'jobs', /^\[1\]/);
    if (screen(u, TTYV0).slice(before).includes('Stopped')) return;
    yield* u.nanosleep(1);
  }
}

/** Until a program has the terminal. */
function* untilForeground(u: User, shell: number): Steps {
  while (foreground(u) === shell) yield* u.nanosleep(1);
}
