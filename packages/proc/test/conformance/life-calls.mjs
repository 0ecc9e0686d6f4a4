/**
 * Owns the calls that make, replace and end processes and their threads, and a process's own memory.
 */
import { area, awaitPartner, awaitTurn, giveTurn } from './actors.mjs';
import { flags, NOBODY, RF, say, SIG, Teller } from './teller.mjs';

const REAP = { ACQUIRE: ['ACQUIRE', 1], RELEASE: ['RELEASE', 2], STATUS: ['STATUS', 3] };

const GROUPS = {
  *fork(u) {
    const t = new Teller(u);
    yield* u.store(8, 41);
    const kid = yield* t.born('kid', 'fork', 'remembers', 7);
    yield* giveTurn(u, kid);
    yield* t.reap(kid);
    say(`load(8) = ${yield* u.load(8)}`);
    // Too many for a user, and then for the machine: who forks fails, and those there are go on.
    yield* t.run('setrlimit', ['RLIMIT_NPROC', 7], { cur: 3, max: 3 });
    yield* t.run('setuid', 1001);
    const first = yield* t.born('first', 'fork', 'waits');
    const second = yield* t.born('second', 'fork', 'waits');
    yield* t.born('third', 'fork', 'waits');
    yield* t.run('vfork', 'ends', 0);
    yield* t.run('rfork', flags(RF.RFPROC, RF.RFFDG), 'ends', 0);
    for (const each of [first, second]) {
      yield* t.run('kill', each, SIG.KILL);
      yield* t.reap(each);
    }
    yield* t.reap(yield* t.born('fourth', 'fork', 'ends', 1));
  },
  *forkFull(u) {
    const pids = [];
    for (let pid = yield* u.fork('waits'); pid > 0; pid = yield* u.fork('waits')) pids.push(pid);
    say(`fork = -1 after ${pids.length} children, errno ${u.errno}`);
    for (const pid of pids) yield* u.kill(pid, SIG.KILL[1]);
    for (const pid of pids) yield* u.wait4(pid);
    const t = new Teller(u);
    yield* t.reap(yield* t.born('kid', 'fork', 'ends', 1));
  },
  *vfork(u) {
    const t = new Teller(u);
    yield* u.store(8, 41);
    const kid = yield* t.born('kid', 'vfork', 'writes', 42);
    say(`load(8) = ${yield* u.load(8)}`);
    yield* t.reap(kid);
    const other = yield* t.born('other', 'vfork', 'becomesWaiter');
    yield* t.run('kill', other, SIG.TERM);
    yield* t.reap(other);
  },
  *rfork(u) {
    const t = new Teller(u);
    yield* t.run('rfork', flags(RF.RFPROC, RF.RFFDG, RF.RFCFDG), 'ends', 0);
    yield* t.run('rfork', flags(RF.RFPROC, RF.RFPPWAIT), 'ends', 0);
    yield* t.run('rfork', flags(RF.RFPROC, RF.RFPGLOCK), 'ends', 0);
    yield* t.run('rfork', 0, 'ends', 0);
    yield* t.run('rfork', RF.RFFDG, 'ends', 0);
    yield* u.store(8, 41);
    yield* t.reap(yield* t.born('shares', 'rfork', flags(RF.RFPROC, RF.RFFDG, RF.RFMEM), 'writes', 43));
    say(`load(8) = ${yield* u.load(8)}`);
    yield* t.reap(yield* t.born('copies', 'rfork', flags(RF.RFPROC, RF.RFFDG), 'writes', 44));
    say(`load(8) = ${yield* u.load(8)}`);
    const fileless = yield* t.born('fileless', 'rfork', flags(RF.RFPROC, RF.RFCFDG), 'looksForFiles');
    yield* giveTurn(u, fileless);
    yield* t.reap(fileless);
    yield* t.reap(yield* t.born('closes', 'rfork', RF.RFPROC, 'closesInput'));
    yield* t.run('fcntl', 0, ['F_GETFD', 1]);
    const acting = flags(RF.RFPROC, RF.RFFDG, RF.RFSIGSHARE);
    yield* t.reap(yield* t.born('acts', 'rfork', acting, 'ignoresTerm'));
    yield* t.run('kill', t.call('self', yield* u.getpid()), SIG.TERM);
    const given = yield* t.born('given', 'rfork', flags(RF.RFPROC, RF.RFFDG, RF.RFNOWAIT), 'ends', 0);
    yield* t.reap(given);
  },
  *rforkThreads(u) {
    const t = new Teller(u);
    yield* t.run('lwp_create', 'threadWaits');
    yield* t.run('rfork', 0, 'ends', 0);
  },
  *execve(u) {
    const t = new Teller(u);
    yield* t.run('execve', '/bin/none');
    yield* t.run('execve', '');
    yield* t.run('execve', '/bin/shown/further');
    yield* t.run('execve', '/bin/shown/');
    yield* t.run('execve', '/bin');
    yield* t.run('execve', '/dev/null');
    yield* t.run('execve', `/${'x'.repeat(1100)}`);
    yield* t.run('execve', `/${'x'.repeat(80)}`);
    yield* t.run('execve', '/bin/shown', ['x'.repeat(5000)]);
    yield* t.run('execve', '/bin/shown', ['shown'], ['x'.repeat(5000)]);
    for (const [how, name] of ['plain', 'dressed', 'threaded', 'relative'].entries()) {
      const kid = yield* t.born(name, 'fork', 'becomesShown', how);
      yield* giveTurn(u, kid);
      yield* t.reap(kid);
    }
  },
  *execKeeps(u) {
    const t = new Teller(u);
    yield* u.sigaction(SIG.TERM[1], 'caught');
    yield* u.sigaction(SIG.INT[1], 'SIG_IGN');
    // A handler is gone with the program it was part of; what is ignored stays so.
    const kid = yield* t.born('kid', 'vfork', 'becomesWaiter');
    yield* t.run('kill', kid, SIG.INT);
    yield* t.run('kill', kid, SIG.TERM);
    yield* t.reap(kid);
  },
  *exit(u) {
    const t = new Teller(u);
    for (const code of [0, 1, 255, 256, 511, -1]) yield* t.reap(yield* t.born('kid', 'fork', 'ends', code));
    yield* t.reap(yield* t.born('kid', 'fork', 'returns', 9));
    yield* t.reap(yield* t.born('kid', 'fork', 'endsThreads', 0));
  },
  *threads(u) {
    const t = new Teller(u);
    yield* t.run('lwp_gettid');
    yield* t.run('lwp_create', 'threadTells', 6);
    yield* u.store(16, 1);
    yield* awaitPartner(u);
    yield* t.reap(yield* t.born('last', 'fork', 'endsLast'));
    yield* t.reap(yield* t.born('first', 'fork', 'endsFirst'));
  },
  *placement(u) {
    const t = new Teller(u);
    const own = 1 << u.cpuid;
    yield* t.run('lwp_setaffinity', 0, -1, 0);
    yield* t.run('lwp_setaffinity', 0, -1, 0, 3);
    yield* t.run('lwp_setaffinity', -1, -1, ['another', 3 & ~own]);
    yield* t.run('lwp_setaffinity', -1, 9, 3);
    yield* t.run('lwp_setaffinity', NOBODY, -1, 3);
    yield* t.run('lwp_setaffinity', 1, -1, 3);
    yield* t.run('lwp_setaffinity', -1, 1, ['own', own]);
    yield* t.run('lwp_setaffinity', 0, -1, ['another', 3 & ~own]);
    yield* t.reap(yield* t.born('away', 'fork', 'isOn', ['there', 1 - u.cpuid]));
    yield* t.run('lwp_setaffinity', 0, -1, ['own', own]);
    yield* t.reap(yield* t.born('near', 'fork', 'isOn', ['here', u.cpuid]));
  },
  *procctl(u) {
    const t = new Teller(u);
    t.call('self', yield* u.getpid());
    yield* t.run('procctl', 99);
    yield* t.run('procctl', REAP.RELEASE);
    yield* t.run('procctl', REAP.STATUS);
    yield* t.run('procctl', REAP.ACQUIRE);
    yield* t.run('procctl', REAP.ACQUIRE);
    yield* t.reap(yield* t.born('middle', 'fork', 'leavesChild'));
    // The grandchild is now a child of this process.
    const { status } = yield* u.wait4(-1);
    say(`the orphan exited ${status >> 8}`);
    yield* t.run('procctl', REAP.RELEASE);
    yield* t.reap(yield* t.born('middle', 'fork', 'leavesQuietChild'));
    yield* t.run('wait4', -1, 0);
  },
  *memory(u) {
    const t = new Teller(u);
    say(`load(0) = ${yield* u.load(0)}`);
    yield* u.store(508, -5);
    say(`load(508) = ${yield* u.load(508)}`);
    for (const address of [-4, 2, 512]) {
      yield* t.reap(yield* t.born('loads', 'fork', 'loadsAt', address));
      yield* t.reap(yield* t.born('stores', 'fork', 'storesAt', address));
    }
    yield* u.sigaction(SIG.SEGV[1], 'told');
    say(`load(-4) = ${yield* u.load(-4)}`);
    yield* u.store(-4, 1);
  },
};

const ACTORS = {
  *remembers(u, code) {
    yield* awaitTurn(u);
    say(`  child: arg ${code}, load(8) = ${yield* u.load(8)}`);
    yield* u.store(8, 99);
    yield* u.exit(code);
  },
  *returns(u, code) {
    yield* u.sched_yield();
    return code;
  },
  *writes(u, value) {
    yield* u.store(8, value);
  },
  *becomesWaiter(u) {
    yield* u.execve('/bin/waits');
  },
  *becomesShown(u, how) {
    yield* awaitTurn(u);
    if (how === 0) yield* u.execve('/bin/shown');
    if (how === 1) yield* u.execve('/bin/../bin//shown', ['me', 'a b', '', 'ü'], ['HOME=/home', 'X=']);
    if (how === 2) {
      yield* u.lwp_create('threadWaits');
      yield* u.execve('/bin/shown', ['threaded'], []);
    }
    yield* u.chdir('/bin');
    yield* u.execve('shown', ['relative']);
  },
  *looksForFiles(u) {
    yield* awaitTurn(u);
    yield* new Teller(u).run('fcntl', 1, ['F_GETFD', 1]);
  },
  *closesInput(u) {
    yield* u.close(0);
  },
  *ignoresTerm(u) {
    yield* u.signal(SIG.TERM[1], 'SIG_IGN');
  },
  *threadWaits(u) {
    for (;;) yield* u.pause();
  },
  *threadTells(u, arg) {
    const t = new Teller(u);
    while ((yield* u.load(16)) === 0) yield* u.nanosleep(1);
    say(`  thread: arg ${arg}`);
    yield* t.run('lwp_gettid');
    yield* u.kill(yield* u.getpid(), SIG.USR1[1]);
    yield* u.extexit();
    u.fail('extexit came back');
  },
  *endsThreads(u) {
    for (let each = 0; each < 3; each++) yield* u.lwp_create('threadWaits');
    yield* u.exit(12);
  },
  *endsLast(u) {
    yield* u.extexit();
  },
  *exitsLater(u) {
    yield* u.nanosleep(2);
    yield* u.exit(13);
  },
  /** The first thread ends; the process goes on in the other. */
  *endsFirst(u) {
    yield* u.lwp_create('exitsLater');
    yield* u.extexit();
  },
  *isOn(u, cpu) {
    yield* u.exit(u.cpuid === cpu ? 6 : 7);
  },
  *leavesChild(u) {
    yield* u.fork('orphanLooks', yield* u.getpid());
  },
  *orphanLooks(u, parent) {
    while ((yield* u.getppid()) === parent) yield* u.nanosleep(1);
    yield* u.exit((yield* u.getppid()) === 1 ? 22 : 21);
  },
  *leavesQuietChild(u) {
    yield* u.fork('ends', 0);
  },
  *loadsAt(u, address) {
    yield* u.load(address);
  },
  *storesAt(u, address) {
    yield* u.store(address, 1);
  },
};

export const life = area('life', GROUPS, ACTORS);
