/**
 * Owns the calls that wait: for children, and for time to pass.
 */
import { area } from './actors.mjs';
import { flags, NOBODY, say, SIG, Teller, WAIT } from './teller.mjs';

const SA_RESTART = 2;

const GROUPS = {
  *wait4(u) {
    const t = new Teller(u);
    yield* t.run('wait4', -1, 0);
    yield* t.run('wait');
    yield* t.run('wait4', -1, WAIT.WNOHANG);
    yield* t.run('wait4', -1, 16);
    yield* t.run('wait4', -1, -1);
    const kid = yield* t.born('kid', 'fork', 'waits');
    for (const pid of [NOBODY, 1, t.call('self', yield* u.getpid()), t.call('parent', yield* u.getppid())]) {
      yield* t.run('wait4', pid, 0);
    }
    yield* t.run('wait4', ['-nobody', -399], 0);
    yield* t.run('wait4', kid, WAIT.WNOHANG);
    yield* t.run('wait4', 0, WAIT.WNOHANG);
    yield* t.run('wait4', -1, flags(WAIT.WNOHANG, WAIT.WUNTRACED, WAIT.WCONTINUED));
    yield* t.run('kill', kid, SIG.TERM);
    yield* t.run('wait4', kid, WAIT.WNOWAIT);
    yield* t.run('wait4', kid, flags(WAIT.WNOWAIT, WAIT.WNOHANG));
    yield* t.run('wait4', kid, 0);
    yield* t.run('wait4', kid, 0);
    yield* t.born('next', 'fork', 'ends', 4);
    yield* t.run('wait');
  },
  *stopped(u) {
    const t = new Teller(u);
    const kid = yield* t.born('kid', 'fork', 'stops', 7);
    yield* t.run('wait4', kid, flags(WAIT.WUNTRACED, WAIT.WNOWAIT));
    yield* t.run('wait4', kid, WAIT.WUNTRACED);
    yield* t.run('wait4', kid, flags(WAIT.WUNTRACED, WAIT.WNOHANG));
    yield* t.run('wait4', kid, WAIT.WNOHANG);
    yield* t.run('kill', kid, SIG.CONT);
    yield* t.run('wait4', kid, 0);
    const other = yield* t.born('other', 'fork', 'waits');
    for (let round = 0; round < 2; round++) {
      yield* t.run('kill', other, SIG.STOP);
      yield* t.run('wait4', other, WAIT.WUNTRACED);
      yield* t.run('kill', other, SIG.CONT);
      yield* t.run('wait4', other, flags(WAIT.WCONTINUED, WAIT.WNOWAIT));
      yield* t.run('wait4', other, WAIT.WCONTINUED);
      yield* t.run('wait4', other, flags(WAIT.WCONTINUED, WAIT.WNOHANG));
    }
    yield* t.run('kill', other, SIG.STOP);
    yield* t.run('wait4', other, WAIT.WUNTRACED);
    yield* t.run('kill', other, SIG.TERM);
    yield* t.run('wait4', other, WAIT.WNOHANG);
    yield* t.run('kill', other, SIG.CONT);
    yield* t.reap(other);
    const third = yield* t.born('third', 'fork', 'stops', 7);
    yield* t.run('wait4', third, WAIT.WUNTRACED);
    yield* t.run('kill', third, SIG.KILL);
    yield* t.reap(third);
  },
  *groups(u) {
    const t = new Teller(u);
    const one = yield* t.born('one', 'fork', 'waits');
    const two = yield* t.born('two', 'fork', 'ends', 2);
    yield* t.run('setpgid', one, one);
    yield* t.run('wait4', ['-one', -one[1]], WAIT.WNOHANG);
    yield* t.run('wait4', 0, 0);
    yield* t.run('wait4', 0, 0);
    yield* t.run('kill', one, SIG.KILL);
    yield* t.run('wait4', ['-one', -one[1]], 0);
    yield* t.run('wait4', ['-one', -one[1]], 0);
    yield* t.run('wait4', two, 0);
  },
  *interrupted(u) {
    const t = new Teller(u);
    const kid = yield* t.born('kid', 'fork', 'waits');
    // It comes again and again: one of them comes while it waits.
    yield* u.sigaction(SIG.ALRM[1], 'caught');
    yield* t.run('setitimer', 2, 2);
    yield* t.run('wait4', kid, 0);
    // Explored, any of two timeouts may come first: what counts is that the sleep can be ended.
    for (const call of [() => u.nanosleep(100_000), () => u.sleep(1000)]) {
      while ((yield* call()) === 0);
      say(`a sleep that was interrupted = -1, errno ${u.errno}`);
    }
    yield* u.setitimer(0);
    // With SA_RESTART it waits on; the handler is what ends the child.
    yield* u.store(8, kid[1]);
    yield* u.sigaction(SIG.ALRM[1], 'killsKid', { flags: SA_RESTART });
    yield* u.setitimer(2);
    yield* t.run('wait4', kid, 0);
  },
  *time(u) {
    const t = new Teller(u);
    const before = u.ticks;
    yield* t.run('nanosleep', -1);
    yield* t.run('nanosleep', 0);
    yield* t.run('nanosleep', 3);
    yield* t.run('sleep', 0.02);
    say(`at least five ticks: ${u.ticks - before >= 5}`);
    yield* t.run('sched_yield');
  },
  *unwanted(u) {
    const t = new Teller(u);
    // Children of a process that ignores SIGCHLD, or says so, are not waited for.
    yield* u.sigaction(SIG.CHLD[1], 'SIG_IGN');
    yield* t.born('kid', 'fork', 'ends', 1);
    yield* t.run('wait4', -1, 0);
    yield* u.sigaction(SIG.CHLD[1], 'SIG_DFL', { flags: 0x20 });
    yield* t.born('kid', 'fork', 'ends', 1);
    yield* t.run('wait4', -1, 0);
    yield* u.sigaction(SIG.CHLD[1], 'SIG_DFL');
    yield* t.reap(yield* t.born('kid', 'fork', 'ends', 1));
  },
  *othersChild(u) {
    const t = new Teller(u);
    const kid = yield* t.born('kid', 'fork', 'waits');
    const brother = yield* t.born('brother', 'fork', 'waitsForBrother', kid);
    yield* t.reap(brother);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
  },
};

const ACTORS = {
  *killsKid(u) {
    yield* u.kill(yield* u.load(8), SIG.KILL[1]);
  },
  *waitsForBrother(u, pid) {
    const { pid: found } = yield* u.wait4(pid);
    yield* u.exit(found === -1 ? u.errno : 0);
  },
};

export const waits = area('waiting', GROUPS, ACTORS);
