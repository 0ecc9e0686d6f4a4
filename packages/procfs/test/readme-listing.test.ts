import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { explore } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import type { VfsPrograms, VfsUser } from '@smplab/vfs';
import { procfsScenario } from '../src/procfs-scenario.ts';
import { PROCFS_ARGSVERSION, PROFILE_README } from '../src/procfs-layout.ts';
import { ls } from '../src/programs/ls.ts';
import { SYSTEM_PROGRAMS } from '../src/programs/programs.ts';
import { readText } from '../src/programs/reading.ts';
import { readmeCalls } from './fixtures/readme-disk.ts';
import { TRANSCRIPT } from './fixtures/readme-transcript.ts';

/** 1993-09-21 14:06:24 UTC, which is 15:06:24 where jsp is. */
const BOOT = 748_620_384;
/** When the last command runs: 300.27 s later. */
const CAT_TICK = 30_027;
/** 118784 bytes of memory. */
const LS_PAGES = 29;
const PAGE = 4096;
const TIOCSCTTY = 0x20007461;
const SIGKILL = 9;
const O_CREAT_APPEND = 0x209;
const JSP = { uid: 11, gid: 20, groups: [20, 20, 0, 21, 117] };
const ROOT = { uid: 0, gid: 0, groups: [] };
const KMEM = 2;

/** Processes that were there, besides 0 to 2, the shell 81 and what it runs. */
const OTHERS: readonly (readonly [pid: number, uid: number, gid: number])[] = [
  ...[10, 32, 48, 50, 57, 59].map((pid) => [pid, ROOT.uid, ROOT.gid] as const),
  [66, ROOT.uid, KMEM],
  [67, ROOT.uid, ROOT.gid],
  ...[82, 83].map((pid) => [pid, JSP.uid, JSP.gid] as const),
  ...[84, 257].map((pid) => [pid, ROOT.uid, ROOT.gid] as const),
  ...[309, 390, 401].map((pid) => [pid, JSP.uid, JSP.gid] as const),
];

function* put(u: VfsUser, path: string, text: string): Steps {
  const fd = yield* u.open(path, 0x601, 0o644);
  u.assert((yield* u.write(fd, text)) === text.length, `all of ${path}`);
  yield* u.close(fd);
}

function* become(u: VfsUser, { uid, gid, groups }: { uid: number; gid: number; groups: number[] }): Steps {
  u.assert((yield* u.setgroups(groups)) >= 0, `groups: errno ${u.errno}`);
  yield* u.setgid(gid);
  yield* u.setuid(uid);
}

/** A process with a number of its own. */
function* forkAs(u: VfsUser, pid: number, entry: string, arg = 0): Steps {
  yield* u.syscall('next_pid', pid);
  const child = yield* u.fork(entry, arg);
  u.assert(child === pid, `${entry} is process ${child}, not ${pid}`);
}

/** The commands, as jsp types them, by the process that runs each. */
const COMMANDS: readonly (readonly [pid: number, ...words: string[]])[] = [
  [408, '/bin/ls', '-li', '/proc'],
  [416, '/bin/ls', '-li', '/proc/curproc'],
  [420, '/bin/df', '/proc/curproc', '/proc/curproc/file'],
  [446, '/bin/cat', '/proc/curproc/status'],
];

function* runCommand(u: VfsUser, at: number): Steps {
  const [pid, path, ...words] = COMMANDS[at];
  yield* u.write(1, `% ${[path.slice('/bin/'.length), ...words].join(' ')}\n`);
  yield* forkAs(u, pid, 'command', at);
  yield* u.wait4(pid);
}

let transcript = '';

const PROGRAMS: VfsPrograms = {
  '/sbin/machine': {
    *main(u: VfsUser) {
      yield* u.syscall('disk');
      yield* u.mkdir('/etc');
      yield* put(u, '/etc/passwd', 'root:*:0:0\nbin:*:3:7\njsp:*:11:20\n');
      yield* put(u, '/etc/group', 'wheel:*:0\nkmem:*:2\nbin:*:7\nstaff:*:20\n');
      yield* u.unmount('/proc');
      yield* u.mount('procfs', '/proc', 0, [PROCFS_ARGSVERSION, 0, PROFILE_README], 'proc');
      // In the first second all numbers count as just given back.
      yield* u.sleep(2);
      for (const [at, [pid]] of OTHERS.entries()) yield* forkAs(u, pid, 'daemon', at);
      yield* forkAs(u, 81, 'login');
      // Until the shell has ended.
      yield* u.wait4(81);
      for (const [pid] of OTHERS) yield* u.kill(pid, SIGKILL);
      for (const [pid] of OTHERS) yield* u.wait4(pid);
      transcript = (yield* readText(u, '/transcript')) ?? '';
    },
    *daemon(u: VfsUser, at: number) {
      const [, uid, gid] = OTHERS[at];
      yield* become(u, { uid, gid, groups: [] });
      yield* u.pause();
    },
    *login(u: VfsUser) {
      yield* u.setsid();
      const tty = yield* u.open('/dev/ttyv0', 2);
      yield* u.ioctl(tty, TIOCSCTTY);
      yield* u.dup2(yield* u.open('/transcript', O_CREAT_APPEND, 0o644), 1);
      yield* become(u, JSP);
      // Until all others are who they are to be.
      yield* u.nanosleep(1);
      yield* forkAs(u, 400, 'job');
      yield* u.wait4(400);
    },
    *job(u: VfsUser) {
      yield* u.setpgid(0, 0);
      for (const at of [0, 1, 2]) yield* runCommand(u, at);
      yield* forkAs(u, 439, 'later');
      yield* u.wait4(439);
    },
    *later(u: VfsUser) {
      yield* u.nanosleep(CAT_TICK - u.ticks);
      yield* runCommand(u, 3);
    },
    *command(u: VfsUser, at: number) {
      const [, path, ...words] = COMMANDS[at];
      yield* u.execve(path, [path.slice('/bin/'.length), ...words]);
    },
  },
  ...SYSTEM_PROGRAMS,
  '/bin/ls': {
    *main(u: VfsUser, ...argv: string[]) {
      // As large as it was: what a program has not touched takes no memory, and page 0 is not whole.
      for (let page = 1; page <= LS_PAGES; page++) yield* u.store(page * PAGE + PAGE / 2, 1);
      return yield* ls['main'](u, ...(argv as never[])) as Steps<number>;
    },
  },
  '/bin/cat': {
    *main(u: VfsUser, ...argv: string[]) {
      yield* u.syscall('charge', 2);
      return yield* (SYSTEM_PROGRAMS['/bin/cat'] as typeof ls)['main'](
        u,
        ...(argv as never[]),
      ) as Steps<number>;
    },
  },
};

describe('the README of 1993', () => {
  it('is shown by a machine of its processes, byte for byte', function () {
    this.timeout(60_000);
    const scenario = procfsScenario(
      'the README',
      {
        cpus: 1,
        boottime: BOOT,
        env: ['TZ=BST-1'],
        systemCalls: readmeCalls(),
        limits: {
          ...{
            maxproc: 64,
            maxprocPerUid: 60,
            pidMax: 1000,
            piddomDelay: 0,
            strands: 96,
            memoryWords: 1 << 22,
          },
          ...{ pageWords: PAGE / 4, vmPages: 64 },
        },
      },
      PROGRAMS,
    );
    const { verdict, message, finding } = explore(scenario, {
      strategy: 'random',
      schedules: 1,
      shrink: false,
    });
    const isFine = ['none', 'proved', 'nothing-concurrent'].includes(verdict);
    assert.ok(isFine, [verdict, message, ...(finding?.details ?? [])].join('\n'));
    assert.equal(transcript, TRANSCRIPT);
  });

  it('is what it is compared with, where it is at hand', function () {
    const folder = fileURLToPath(new URL('../../../../shared/seeds', import.meta.url));
    const name = existsSync(folder) ? readdirSync(folder).find((each) => each.startsWith('002')) : undefined;
    if (name === undefined) this.skip();
    assert.ok(readFileSync(`${folder}/${name}`, 'utf8').includes(TRANSCRIPT));
  });
});
