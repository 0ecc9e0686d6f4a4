/**
 * Owns the calls about who a process is for others: users, groups, login names, prisons, limits, and
 * variables of the kernel.
 */
import { TextDecoder, TextEncoder } from 'node:util';
import { area, awaitTurn, giveTurn } from './actors.mjs';
import { named, NOBODY, say, SIG, Teller, WAIT } from './teller.mjs';

const RLIMIT = named({ NPROC: 7, NOFILE: 8 });
const NONE = 0x7fffffff;

const ROOT = {
  *users(u) {
    const t = new Teller(u);
    for (const call of ['getuid', 'geteuid', 'getgid', 'getegid', 'getresuid', 'getresgid'])
      yield* t.run(call);
    yield* t.run('issetugid');
    yield* t.run('setegid', 5);
    yield* t.run('setregid', 6, 7);
    yield* t.run('setresgid', 8, 9, 10);
    yield* t.run('getresgid');
    yield* t.run('setgid', 100);
    yield* t.run('getresgid');
    yield* t.run('setresuid', 0, 1, 2);
    yield* t.run('getresuid');
    yield* t.run('seteuid', 0);
    yield* t.run('setreuid', 4, 0);
    yield* t.run('getresuid');
    yield* t.run('setuid', 1001);
    yield* t.run('getresuid');
    yield* t.run('issetugid');
    // And there is no way back.
    for (const call of ['setuid', 'seteuid', 'setgid', 'setegid']) yield* t.run(call, 0);
    for (const call of ['setreuid', 'setregid']) yield* t.run(call, -1, 0);
    for (const call of ['setreuid', 'setregid']) yield* t.run(call, 0, -1);
    for (const call of ['setresuid', 'setresgid']) yield* t.run(call, -1, -1, 0);
    yield* t.run('getuid');
    yield* t.run('geteuid');
    yield* t.run('getgid');
    yield* t.run('getegid');
  },
  *savedIds(u) {
    const t = new Teller(u);
    yield* t.run('setresgid', 11, 12, 13);
    yield* t.run('setresuid', 1, 2, 3);
    yield* t.run('setresuid', -1, -1, -1);
    yield* t.run('setegid', 13);
    yield* t.run('getresgid');
    yield* t.run('setregid', 13, 11);
    yield* t.run('getresgid');
    yield* t.run('setgid', 13);
    yield* t.run('getresgid');
    yield* t.run('seteuid', 3);
    yield* t.run('getresuid');
    yield* t.run('setreuid', 3, 1);
    yield* t.run('getresuid');
    yield* t.run('setresuid', 1, 3, 1);
    yield* t.run('getresuid');
    yield* t.run('setuid', 1);
    yield* t.run('getresuid');
    yield* t.run('setuid', 3);
  },
  *groups(u) {
    const t = new Teller(u);
    yield* t.run('getgroups');
    yield* t.run('setgroups', [20, 30, 40]);
    yield* t.run('getgroups', 3);
    yield* t.run('getgroups', 16);
    yield* t.run('getgroups', 2);
    yield* t.run('getegid');
    yield* t.run(
      'setgroups',
      Array.from({ length: 17 }, (_, at) => at),
    );
    yield* t.run('setgroups', []);
    yield* t.run('getgroups');
    yield* t.run('setuid', 1001);
    yield* t.run('setgroups', [0]);
  },
  *login(u) {
    const t = new Teller(u);
    yield* t.run('getlogin');
    yield* t.run('setsid');
    yield* t.run('setlogin', 'operator');
    yield* t.run('getlogin');
    yield* t.run('setlogin', 'x'.repeat(200));
    yield* t.run('getlogin');
    yield* t.run('setlogin', '');
    yield* t.run('getlogin');
    yield* t.run('setuid', 1001);
    yield* t.run('setlogin', 'me');
  },
  *jail(u) {
    const t = new Teller(u);
    const free = yield* t.born('free', 'fork', 'waits');
    const guest = yield* t.born('guest', 'fork', 'isJailed');
    // It cannot signal its parent from there: that it is ready shows by its being stopped.
    yield* t.run('wait4', guest, WAIT.WUNTRACED);
    yield* t.run('kill', guest, 0);
    yield* t.run('jail', 'x'.repeat(30));
    const jailed = (yield* u.jail('cell')) > 0;
    say(`jail(cell) gives a number: ${jailed}`);
    yield* t.run('jail', 'deeper');
    yield* t.run('kill', free, 0);
    yield* t.run('kill', guest, SIG.KILL);
    yield* t.run('setlogin', 'inmate');
    yield* t.run('setgroups', [1]);
    const kid = yield* t.born('kid', 'fork', 'ends', 3);
    yield* t.reap(kid);
    yield* t.run('setuid', 1001);
    yield* t.run('jail', 'mine');
  },
  *limits(u) {
    const t = new Teller(u);
    for (const which of [-1, 12, 99]) {
      yield* t.run('getrlimit', which);
      yield* t.run('setrlimit', which, { cur: 1, max: 1 });
    }
    yield* t.run('getrlimit', RLIMIT.NPROC);
    yield* t.run('getrlimit', RLIMIT.NOFILE);
    yield* t.run('getrlimit', 0);
    yield* t.run('setrlimit', 0, { cur: 10, max: 20 });
    yield* t.run('getrlimit', 0);
    yield* t.run('setrlimit', RLIMIT.NOFILE, { cur: 5, max: 1000 });
    yield* t.run('getrlimit', RLIMIT.NOFILE);
    yield* t.run('setrlimit', RLIMIT.NPROC, { cur: -1, max: -1 });
    yield* t.run('getrlimit', RLIMIT.NPROC);
    yield* t.run('setuid', 1001);
    yield* t.run('setrlimit', 0, { cur: 10, max: 21 });
    yield* t.run('setrlimit', 0, { cur: 21, max: 20 });
    yield* t.run('setrlimit', 0, { cur: NONE, max: 20 });
    yield* t.run('setrlimit', 0, { cur: 15, max: 15 });
    yield* t.run('setrlimit', 0, { cur: 15, max: 20 });
    yield* t.run('getrlimit', 0);
  },
};

/** kern.proc, and the numbers of its kinds. */
const PROC = { pid: [1, 14, 1], args: [1, 14, 7], cwd: [1, 14, 8], pathname: [1, 14, 9] };
const OSTYPE = [1, 1];
const MAXPROC = [1, 6];
const MAXPROCPERUID = [1, 28];

const VARIABLES = {
  *sysctl(u) {
    const t = new Teller(u);
    yield* t.run('__sysctl', []);
    yield* t.run('__sysctl', [1]);
    yield* t.run(
      '__sysctl',
      Array.from({ length: 13 }, () => 1),
    );
    yield* t.run('__sysctl', [99, 1]);
    yield* t.run('__sysctl', [1, 99_999]);
    yield* t.run('__sysctl', [1, 14]);
    yield* t.run('__sysctl', [...OSTYPE, 1]);
    const { bytes } = yield* t.run('__sysctl', OSTYPE);
    say(`kern.ostype = ${JSON.stringify(new TextDecoder().decode(bytes))}`);
    yield* t.run('__sysctl', OSTYPE, null);
    yield* t.run('__sysctl', OSTYPE, 4);
    yield* t.run('__sysctl', OSTYPE, 0);
    yield* t.run('__sysctl', OSTYPE, null, word(1));
    yield* t.run('__sysctl', MAXPROC);
    yield* t.run('__sysctl', MAXPROC, null, word(1));
    yield* t.run('__sysctl', MAXPROCPERUID, null, word(19));
    yield* t.run('__sysctl', MAXPROCPERUID, null, new Uint8Array(3));
    yield* t.run('__sysctl', MAXPROCPERUID, null, word(20));
    // By its name: sysctl.name2oid.
    yield* t.run('__sysctl', [0, 3], Infinity, text('kern.proc.pid'));
    yield* t.run('__sysctl', [0, 3], Infinity, text('kern.nonsense'));
    yield* t.run('__sysctl', [0, 3], Infinity, text('x'.repeat(1100)));
    yield* t.run('setuid', 1001);
    yield* t.run('__sysctl', MAXPROCPERUID, null, word(20));
    yield* t.run('__sysctl', MAXPROCPERUID);
  },
  *processes(u) {
    const t = new Teller(u);
    const self = yield* u.getpid();
    const record = yield* u.__sysctl([...PROC.pid, self], Infinity);
    say(`kern.proc.pid of itself: ${record.result}, a record: ${record.length > 0}`);
    yield* t.run('__sysctl', [...PROC.pid, NOBODY[1]]);
    yield* t.run('__sysctl', PROC.pid);
    yield* t.run('__sysctl', [...PROC.pid, ...NOBODY.slice(1), 1]);
    const short = yield* u.__sysctl([...PROC.pid, self], 8);
    say(`kern.proc.pid with 8 bytes of room: ${short.result}, errno ${u.errno}, ${short.bytes.length} bytes`);
    const args = yield* u.__sysctl([...PROC.args, self]);
    say(`kern.proc.args: ${JSON.stringify(new TextDecoder().decode(args.bytes))}`);
    yield* t.run('__sysctl', [...PROC.args, NOBODY[1]]);
    const cwd = yield* u.__sysctl([...PROC.cwd, self]);
    say(`kern.proc.cwd: ${JSON.stringify(new TextDecoder().decode(cwd.bytes))}`);
    yield* t.run('__sysctl', [...PROC.cwd, NOBODY[1]]);
    const path = yield* u.__sysctl([...PROC.pathname, -1]);
    say(`kern.proc.pathname: ${JSON.stringify(new TextDecoder().decode(path.bytes))}`);
    yield* t.run('__sysctl', [...PROC.pathname, NOBODY[1]]);
    // A process says itself what ps shows of it, and nobody else does.
    const set = yield* u.__sysctl([...PROC.args, self], null, text('renamed'));
    const shown = yield* u.__sysctl([...PROC.args, self]);
    say(`a new title: ${set.result}, ${JSON.stringify(new TextDecoder().decode(shown.bytes))}`);
    const kid = yield* t.born('kid', 'fork', 'titlesParent');
    yield* giveTurn(u, kid);
    yield* t.reap(kid);
  },
};

function word(value) {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function text(value) {
  return new TextEncoder().encode(`${value}\0`);
}

const ACTORS = {
  *isJailed(u) {
    yield* u.jail('guest');
    if ((yield* u.kill(yield* u.getppid(), 0)) === 0) yield* u.exit(1);
    yield* u.kill(yield* u.getpid(), SIG.STOP[1]);
    for (;;) yield* u.pause();
  },
  *titlesParent(u) {
    yield* awaitTurn(u);
    const { result } = yield* u.__sysctl([...PROC.args, yield* u.getppid()], null, text('x'));
    yield* u.exit(result === 0 ? 0 : u.errno);
  },
};

export const ids = area('users and variables', { ...ROOT, ...VARIABLES }, ACTORS);
