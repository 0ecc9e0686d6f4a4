/**
 * Owns the calls about who is who: pids, groups and sessions.
 */
import { area, awaitPartner, awaitTurn, giveTurn, tellReady } from './actors.mjs';
import { NOBODY, SIG, Teller } from './teller.mjs';

/** Names for the process itself, its parent, group and session. */
function* introduced(u) {
  const t = new Teller(u);
  t.call('first', yield* u.getppid());
  const self = t.call('self', yield* u.getpid());
  return { t, self };
}

const GROUPS = {
  *ids(u) {
    const { t, self } = yield* introduced(u);
    yield* t.run('getpid');
    yield* t.run('getppid');
    yield* t.run('getpgrp');
    for (const call of ['getpgid', 'getsid']) {
      for (const pid of [0, self, 1, NOBODY, -1, ['2 ** 31 - 1', 0x7fffffff]]) yield* t.run(call, pid);
      yield* t.run(call, yield* zombie(u, t));
      yield* t.run('wait4', -1, 0);
    }
  },
  *setpgid(u) {
    const { t, self } = yield* introduced(u);
    const first = ['first', yield* u.getppid()];
    const kid = yield* t.born('kid', 'fork', 'waits');
    const other = yield* t.born('other', 'fork', 'waits');
    yield* t.run('setpgid', 0, -1);
    yield* t.run('setpgid', kid, -1);
    yield* t.run('setpgid', NOBODY, 0);
    yield* t.run('setpgid', -1, 0);
    yield* t.run('setpgid', 1, 0);
    yield* t.run('setpgid', first, 0);
    yield* t.run('setpgid', kid, NOBODY);
    yield* t.run('setpgid', kid, 1);
    yield* t.run('setpgid', kid, 0);
    yield* t.run('getpgid', kid);
    yield* t.run('setpgid', kid, kid);
    yield* t.run('setpgid', other, kid);
    yield* t.run('getpgid', other);
    yield* t.run('setpgid', other, first);
    yield* t.run('getpgid', other);
    yield* t.run('setpgid', 0, 0);
    yield* t.run('getpgrp');
    yield* t.run('setpgid', self, kid);
    yield* t.run('getpgrp');
    yield* t.run('setpgid', other, self);
    yield* t.run('kill', ['-kid', -kid[1]], 0);
    yield* t.run('setpgid', 0, first);
    // The group is there as long as its number is in use by a member.
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    yield* t.run('setpgid', other, kid);
    yield* t.run('kill', ['-kid', -kid[1]], 0);
    yield* t.run('kill', other, SIG.KILL);
    yield* t.reap(other);
    yield* t.run('setpgid', other, 0);
    yield* t.run('setpgid', yield* zombie(u, t), 0);
    yield* t.run('wait4', -1, 0);
  },
  *setpgidOfProgram(u) {
    const { t } = yield* introduced(u);
    const kid = yield* t.born('kid', 'vfork', 'becomesWaiter');
    yield* t.run('setpgid', kid, 0);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
  },
  *sessions(u) {
    const { t, self } = yield* introduced(u);
    const leader = yield* t.born('leader', 'fork', 'leadsSession');
    yield* awaitPartner(u);
    yield* t.run('getsid', leader);
    yield* t.run('getpgid', leader);
    // Across sessions nothing goes.
    yield* t.run('setpgid', leader, 0);
    yield* t.run('setpgid', leader, leader);
    yield* t.run('setpgid', 0, leader);
    yield* giveTurn(u, leader);
    yield* t.reap(leader);
    yield* t.run('setsid');
    yield* t.run('setsid');
    yield* t.run('getsid', 0);
    yield* t.run('setpgid', 0, 0);
    const kid = yield* t.born('kid', 'fork', 'triesSetsid');
    yield* giveTurn(u, kid);
    yield* t.reap(kid);
    yield* t.run('getsid', self);
  },
  *setsidOfLeader(u) {
    const { t } = yield* introduced(u);
    yield* t.run('setpgid', 0, 0);
    yield* t.run('setsid');
    const kid = yield* t.born('kid', 'fork', 'waits');
    yield* t.run('setpgid', 0, ['first', yield* u.getppid()]);
    // Its pid is that of a group no more: now it can.
    yield* t.run('setsid');
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    yield* t.run('setsid');
  },
  /** A group that only children are left in cannot be led a second time. */
  *setsidOfLeft(u) {
    const { t } = yield* introduced(u);
    yield* t.run('setpgid', 0, 0);
    yield* t.run('setpgid', 0, ['first', yield* u.getppid()]);
    yield* t.run('setsid');
    yield* t.run('getpgrp');
  },
};

/** A child that has ended, and was not waited for. */
function* zombie(u, t) {
  const pid = yield* u.fork('ends', 5);
  const { pid: seen } = yield* u.wait4(pid, 8);
  return t.call('zombie', seen);
}

const ACTORS = {
  *becomesWaiter(u) {
    yield* u.execve('/bin/waits');
  },
  *leadsSession(u) {
    const before = yield* u.getppid();
    yield* u.setsid();
    yield* tellReady(u);
    yield* awaitTurn(u);
    const t = new Teller(u);
    const self = t.call('leader', yield* u.getpid());
    t.call('self', before);
    yield* t.run('getpgrp');
    yield* t.run('getsid', 0);
    yield* t.run('setpgid', 0, 0);
    yield* t.run('setpgid', 0, ['self', before]);
    yield* t.run('setpgid', ['self', before], 0);
    yield* t.run('getpgid', ['self', before]);
    const kid = yield* t.born('grandchild', 'fork', 'waits');
    yield* t.run('getsid', kid);
    yield* t.run('setpgid', kid, kid);
    yield* t.run('setpgid', kid, self);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
  },
  *triesSetsid(u) {
    yield* awaitTurn(u);
    const t = new Teller(u);
    t.call('self', yield* u.getppid());
    t.call('kid', yield* u.getpid());
    yield* t.run('getsid', 0);
    yield* t.run('setsid');
    yield* t.run('getsid', 0);
    yield* t.run('getppid');
  },
};

export const jobs = area('groups and sessions', GROUPS, ACTORS);
