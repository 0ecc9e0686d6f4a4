/**
 * Owns the calls about signals: sending them, what they do, holding them back, waiting for them, timers.
 */
import { area, awaitPartner, awaitTurn, giveTurn, tellReady } from './actors.mjs';
import { bits, flags, named, NOBODY, say, SIG, sigset, Teller, WAIT } from './teller.mjs';

const HOW = named({ SIG_BLOCK: 1, SIG_UNBLOCK: 2, SIG_SETMASK: 3 });
const SA = { RESETHAND: 4, NOCLDSTOP: 8, NODEFER: 16 };
/** Signals beyond those there are, and none. */
const NO_SIGNALS = [-1, 33, 99];
/** By default, or by the handlers that partners speak to each other with. */
const HARMLESS = [
  ...['SIGURG', 'SIGCONT', 'SIGCHLD', 'SIGIO', 'SIGWINCH', 'SIGINFO', 'SIGTHR', 'SIGUSR1', 'SIGUSR2'],
];

const GROUPS = {
  *kill(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    const kid = yield* t.born('kid', 'fork', 'waits');
    for (const signal of NO_SIGNALS) yield* t.run('kill', kid, signal);
    yield* t.run('kill', NOBODY, SIG.TERM);
    yield* t.run('kill', NOBODY, 33);
    yield* t.run('kill', ['-nobody', -399], SIG.TERM);
    yield* t.run('kill', ['- 2 ** 31', -(2 ** 31)], SIG.TERM);
    yield* t.run('kill', kid, 0);
    yield* t.run('kill', self, 0);
    yield* t.run('kill', 1, 0);
    yield* t.run('kill', kid, SIG.TERM);
    yield* t.run('wait4', kid, WAIT.WNOWAIT);
    yield* t.run('kill', kid, 0);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    yield* t.run('kill', kid, 0);
  },
  *defaults(u) {
    const t = new Teller(u);
    for (let number = 1; number <= 32; number++) {
      const [name] = Object.values(SIG)[number - 1];
      const pid = yield* u.fork('waitsInGroup');
      yield* awaitPartner(u);
      t.call('kid', pid);
      yield* t.run('kill', ['kid', pid], [name, number]);
      // What is ignored, or continues, leaves no trace; the next signal does.
      if (HARMLESS.includes(name)) yield* u.kill(pid, SIG.KILL[1]);
      const { status } = yield* t.run('wait4', ['kid', pid], WAIT.WUNTRACED);
      if ((status & 0x7f) === 0x7f) {
        yield* u.kill(pid, SIG.KILL[1]);
        yield* t.reap(['kid', pid]);
      }
    }
  },
  *permission(u) {
    const t = new Teller(u);
    const root = yield* t.born('root', 'fork', 'waits');
    const session = yield* t.born('away', 'fork', 'leadsSession');
    yield* awaitPartner(u);
    yield* t.run('setuid', 1001);
    const own = yield* t.born('own', 'fork', 'waits');
    yield* t.run('kill', root, 0);
    yield* t.run('kill', root, SIG.TERM);
    yield* t.run('kill', root, SIG.CONT);
    yield* t.run('kill', session, SIG.CONT);
    yield* t.run('killpg', session, SIG.CONT);
    yield* t.run('kill', ['-away', -session[1]], SIG.TERM);
    yield* t.run('kill', 1, SIG.KILL);
    yield* t.run('kill', 1, 0);
    // Whom it may not signal is left out; itself too.
    yield* t.run('kill', -1, 0);
    yield* t.run('kill', -1, SIG.KILL);
    yield* t.reap(own);
    yield* t.run('kill', -1, 0);
    yield* t.run('wait4', root, WAIT.WNOHANG);
  },
  *groups(u) {
    const t = new Teller(u);
    t.call('self', yield* u.setsid());
    const one = yield* t.born('one', 'fork', 'waits');
    const two = yield* t.born('two', 'fork', 'waits');
    yield* u.setpgid(one[1], one[1]);
    yield* u.setpgid(two[1], one[1]);
    yield* t.run('killpg', ['-1', -1], SIG.TERM);
    yield* t.run('killpg', one, 33);
    yield* t.run('killpg', NOBODY, SIG.TERM);
    yield* t.run('killpg', one, 0);
    yield* t.run('killpg', one, SIG.STOP);
    yield* t.run('wait4', one, WAIT.WUNTRACED);
    yield* t.run('wait4', two, WAIT.WUNTRACED);
    yield* t.run('killpg', one, SIG.CONT);
    yield* t.run('wait4', one, WAIT.WCONTINUED);
    yield* t.run('wait4', two, WAIT.WCONTINUED);
    yield* t.run('kill', ['-one', -one[1]], SIG.TERM);
    yield* t.reap(one);
    yield* t.reap(two);
    yield* t.run('killpg', one, 0);
    // Pid 0 is the own group, the caller included.
    yield* u.sigaction(SIG.TERM[1], 'told');
    const three = yield* t.born('three', 'fork', 'readyAndWaitsForTerm');
    yield* awaitPartner(u);
    yield* t.run('kill', 0, SIG.TERM);
    yield* t.reap(three);
    yield* t.run('killpg', 0, 0);
  },
  *everybody(u) {
    const t = new Teller(u);
    // All but itself, init, and the kernel: that is, the first process and two children.
    yield* u.fork('killsEverybody');
    const kid = yield* t.born('kid', 'fork', 'waitsDeaf');
    yield* awaitPartner(u);
    const { status } = yield* u.wait4(-1);
    say(`the one that signalled all exited ${status >> 8}`);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
  },
  *init(u) {
    const t = new Teller(u);
    for (const signal of [SIG.HUP, SIG.TERM, SIG.STOP, SIG.KILL]) yield* t.run('kill', 1, signal);
    yield* t.run('getpgid', 1);
    yield* t.reap(yield* t.born('kid', 'fork', 'ends', 2));
  },
  *sigaction(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    for (const signal of [0, ...NO_SIGNALS, SIG.KILL, SIG.STOP]) yield* t.run('sigaction', signal, 'SIG_IGN');
    yield* t.run('sigaction', SIG.KILL, 'told');
    yield* t.run('sigaction', SIG.KILL, 'SIG_DFL');
    yield* t.run('signal', SIG.STOP, 'told');
    yield* t.run('sigaction', SIG.TERM, 'SIG_IGN');
    yield* t.run('kill', self, SIG.TERM);
    yield* t.run('signal', SIG.TERM, 'told');
    yield* t.run('kill', self, SIG.TERM);
    // While the handler runs, the signal itself and those of its mask wait.
    yield* t.run('sigaction', SIG.INT, 'raisesTwo', { mask: bits(SIG.TERM) });
    yield* t.run('kill', self, SIG.INT);
    yield* t.run('sigaction', SIG.INT, 'raisesOnce', { flags: SA.NODEFER });
    yield* t.run('kill', self, SIG.INT);
    yield* t.run('sigaction', SIG.HUP, 'told', { flags: SA.RESETHAND });
    yield* t.run('kill', self, SIG.HUP);
    yield* t.reap(yield* t.born('kid', 'fork', 'raises', SIG.HUP[1]));
    yield* t.run('sigaction', SIG.CHLD, 'told', { flags: SA.NOCLDSTOP });
    const kid = yield* t.born('stops', 'fork', 'stops', 7);
    yield* t.run('wait4', kid, WAIT.WUNTRACED);
    yield* u.sigprocmask(1, bits(SIG.CHLD));
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    yield* t.run('sigprocmask', HOW.SIG_UNBLOCK, sigset(SIG.CHLD));
  },
  *masks(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    for (const how of [0, 4, -1]) yield* t.run('sigprocmask', how, 0);
    yield* t.run('sigprocmask', HOW.SIG_SETMASK, 0);
    yield* t.run('sigprocmask', HOW.SIG_BLOCK, sigset(SIG.TERM, SIG.KILL, SIG.STOP, SIG.HUP));
    yield* t.run('sigpending');
    yield* t.run('kill', self, SIG.TERM);
    yield* t.run('kill', self, SIG.HUP);
    yield* t.run('sigpending');
    yield* t.run('sigprocmask', HOW.SIG_UNBLOCK, 0);
    // A pending signal that is ignored from now on is forgotten.
    yield* u.sigaction(SIG.HUP[1], 'SIG_IGN');
    yield* t.run('sigpending');
    // A child starts with nothing pending, and with the same mask.
    yield* u.sigprocmask(1, bits(SIG.USR1, SIG.USR2));
    const kid = yield* t.born('kid', 'fork', 'tellsMask');
    yield* giveTurn(u, kid);
    yield* t.reap(kid);
    yield* u.sigaction(SIG.TERM[1], 'told');
    yield* t.run('sigsuspend', sigset(SIG.USR1));
    yield* t.run('sigpending');
    yield* t.run('sigprocmask', HOW.SIG_SETMASK, sigset(SIG.TERM));
    // A stop and SIGCONT cancel each other, where there is somebody who could continue.
    yield* u.setpgid(0, 0);
    yield* u.sigprocmask(1, bits(SIG.TSTP, SIG.CONT));
    yield* t.run('kill', self, SIG.TSTP);
    yield* t.run('sigpending');
    yield* t.run('kill', self, SIG.CONT);
    yield* t.run('sigpending');
    yield* t.run('kill', self, SIG.TSTP);
    yield* t.run('sigpending');
  },
  *suspend(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    yield* u.sigaction(SIG.HUP[1], 'told');
    yield* u.sigprocmask(1, bits(SIG.HUP));
    yield* t.run('kill', self, SIG.HUP);
    yield* t.run('sigsuspend', 0);
    yield* t.run('sigprocmask', HOW.SIG_BLOCK, 0);
    yield* u.sigprocmask(2, bits(SIG.HUP));
    yield* u.sigaction(SIG.ALRM[1], 'told', { flags: SA.RESETHAND });
    // Explored, a tick comes when it likes: only one comes.
    const kid = yield* t.born('kid', 'fork', 'pausesForAlarm');
    yield* t.reap(kid);
  },
  *threads(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    const root = yield* t.born('root', 'fork', 'waits');
    for (const signal of NO_SIGNALS) yield* t.run('lwp_kill', -1, 1, signal);
    yield* t.run('lwp_kill', -1, -1, SIG.TERM);
    yield* t.run('lwp_kill', -1, 9, SIG.TERM);
    yield* t.run('lwp_kill', NOBODY, 1, 0);
    yield* t.run('lwp_kill', 0, 1, 0);
    yield* t.run('lwp_kill', self, 1, 0);
    yield* u.sigaction(SIG.HUP[1], 'told');
    yield* t.run('lwp_kill', -1, 1, SIG.HUP);
    yield* t.run('setuid', 1001);
    yield* t.run('lwp_kill', root, 1, SIG.TERM);
    const kid = yield* t.born('kid', 'fork', 'waits');
    yield* t.run('lwp_kill', kid, 1, SIG.TERM);
    yield* t.run('wait4', kid, WAIT.WNOWAIT);
    yield* t.run('lwp_kill', kid, 1, SIG.TERM);
    yield* t.reap(kid);
  },
  *timedWaits(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    yield* u.sigaction(SIG.HUP[1], 'told');
    yield* u.sigprocmask(1, bits(SIG.HUP));
    yield* t.run('sigtimedwait', sigset(SIG.HUP), 1);
    yield* t.run('kill', self, SIG.HUP);
    yield* t.run('sigtimedwait', sigset(SIG.HUP, SIG.KILL), 0);
    yield* t.run('sigpending');
    yield* u.sigaction(SIG.ALRM[1], 'caught');
    yield* t.run('setitimer', 1, 1);
    yield* t.run('sigtimedwait', sigset(SIG.HUP), 0);
    yield* u.setitimer(0);
  },
  *timers(u) {
    const t = new Teller(u);
    yield* t.run('getitimer');
    yield* t.run('setitimer', -1);
    yield* t.run('setitimer', 1, -1);
    yield* t.run('setitimer', 0);
    yield* t.run('alarm', -1);
    yield* t.run('alarm', 0);
    // Explored, it may come at once.
    yield* u.sigaction(SIG.ALRM[1], 'SIG_IGN');
    yield* t.run('alarm', 1000);
    yield* u.alarm(0);
    yield* u.sigprocmask(1, bits(SIG.ALRM));
    yield* u.sigaction(SIG.ALRM[1], 'told');
    yield* t.run('setitimer', 1);
    yield* t.run('sigsuspend', 0);
    yield* u.setitimer(1, 1);
    yield* t.run('sigsuspend', 0);
    yield* t.run('sigsuspend', 0);
    yield* u.setitimer(0);
    // A child has no timer.
    yield* u.sigaction(SIG.ALRM[1], 'SIG_IGN');
    yield* u.alarm(1000);
    yield* t.reap(yield* t.born('kid', 'fork', 'looksAtAlarm'));
    yield* u.alarm(0);
  },
  *orphans(u) {
    const t = new Teller(u);
    // A stop from the terminal does nothing to a group that nobody could continue.
    const leader = yield* t.born('leader', 'fork', 'leadsSession');
    yield* awaitPartner(u);
    yield* t.run('kill', leader, SIG.TSTP);
    yield* t.run('kill', leader, SIG.TTIN);
    yield* t.run('wait4', leader, flags(WAIT.WUNTRACED, WAIT.WNOHANG));
    yield* t.run('kill', leader, SIG.STOP);
    yield* t.run('wait4', leader, WAIT.WUNTRACED);
    yield* t.run('kill', leader, SIG.KILL);
    yield* t.reap(leader);
    // A stopped group that becomes one is sent SIGHUP and SIGCONT.
    yield* t.reap(yield* t.born('shell', 'fork', 'leavesStopped'));
    yield* awaitPartner(u);
    say('the stopped job was told');
  },
};

const ACTORS = {
  /** In a group of its own, whose parent could continue it. */
  *waitsInGroup(u) {
    yield* u.setpgid(0, 0);
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *leadsSession(u) {
    yield* u.setsid();
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *readyAndWaitsForTerm(u) {
    yield* u.sigaction(SIG.TERM[1], 'SIG_DFL');
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *killsEverybody(u) {
    const failed = (yield* u.kill(-1, 0)) !== 0;
    yield* u.exit(failed ? u.errno : 40);
  },
  *raisesTwo(u, signal) {
    const self = yield* u.getpid();
    say(`  handler of signal ${signal} begins`);
    yield* u.sigaction(signal, 'told');
    yield* u.kill(self, signal);
    yield* u.kill(self, SIG.TERM[1]);
    say(`  handler of signal ${signal} ends`);
  },
  *raisesOnce(u, signal) {
    say(`  handler of signal ${signal} begins`);
    yield* u.sigaction(signal, 'told');
    yield* u.kill(yield* u.getpid(), signal);
    say(`  handler of signal ${signal} ends`);
  },
  *raises(u, signal) {
    yield* u.kill(yield* u.getpid(), signal);
    u.fail('it should be gone');
  },
  *tellsMask(u) {
    yield* awaitTurn(u);
    const t = new Teller(u);
    yield* t.run('sigpending');
    yield* t.run('sigprocmask', HOW.SIG_BLOCK, 0);
  },
  *pausesForAlarm(u) {
    yield* u.sigaction(SIG.ALRM[1], 'caught');
    yield* u.setitimer(1, 1);
    const result = yield* u.pause();
    yield* u.setitimer(0);
    yield* u.exit(result === -1 ? u.errno : 0);
  },
  *looksAtAlarm(u) {
    yield* u.exit(yield* u.alarm(0));
  },
  *leavesStopped(u) {
    yield* u.setsid();
    yield* u.sigaction(SIG.HUP[1], 'SIG_IGN');
    const job = yield* u.fork('tellsGrandparent', yield* u.getppid());
    yield* u.setpgid(job, job);
    yield* awaitPartner(u);
    yield* u.kill(job, SIG.STOP[1]);
    yield* u.wait4(job, WAIT.WUNTRACED[1]);
  },
  /** Is stopped, orphaned, sent SIGHUP, and goes on. */
  *tellsGrandparent(u, grandparent) {
    yield* u.store(8, grandparent);
    yield* u.sigaction(SIG.HUP[1], 'passesOn');
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *passesOn(u) {
    yield* u.kill(yield* u.load(8), SIG.USR1[1]);
    yield* u.exit(0);
  },
};

export const signals = area('signals', GROUPS, ACTORS);
