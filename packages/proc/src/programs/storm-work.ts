/**
 * Owns what the workers of a storm do, a round at a time: lives by fork and exec, groups that are made,
 * signalled and stopped, and looks at the process table meanwhile. Every answer of the kernel is checked.
 * Programs of the machine; entries of /bin/storm.
 */
import type { Steps } from '@smplab/lwkt';
import { strerror } from '../errno.ts';
import { WUNTRACED } from '../life/wait.ts';
import { SIGCONT, SIGKILL, SIGSTOP, SIGTERM } from '../signal/signals.ts';
import type { User } from '../user/user.ts';
import { getargs, getprocs } from './variables.ts';

/** What a worker has done; each has words for it in the memory that all share. */
export interface Tally {
  lives: number;
  execs: number;
  groups: number;
  signals: number;
  looks: number;
  errors: number;
  /** What was wrong first; empty if nothing was. */
  firstError: string;
}

/** One kind of worker. */
export interface Work {
  readonly name: string;
  round(u: User, tally: Tally, turn: number): Steps;
}

/** An exit status that a child is given, by turn. */
const STATUSES = 200;
const MEMBERS = 3;
const EXITED = 8;

export const WORKS: readonly Work[] = [
  { name: 'fork', round: forks },
  { name: 'exec', round: execs },
  { name: 'groups', round: groups },
  { name: 'ps', round: looks },
];

/** A child that ends with a status of its own, by fork and by vfork. */
function* forks(u: User, tally: Tally, turn: number): Steps {
  const code = turn % STATUSES;
  const pid = turn % 4 === 0 ? yield* u.vfork('leaf', code) : yield* u.fork('leaf', code);
  if (!expect(u, tally, pid > 0, 'fork')) return;
  yield* reap(u, tally, pid, code << EXITED);
}

/** A child that executes another program. */
function* execs(u: User, tally: Tally, turn: number): Steps {
  const isTrue = turn % 2 === 0;
  const pid = yield* u.fork(isTrue ? 'executesTrue' : 'executesFalse');
  if (!expect(u, tally, pid > 0, 'fork')) return;
  if (yield* reap(u, tally, pid, isTrue ? 0 : 1 << EXITED)) tally.execs++;
}

/** A group as a shell makes it, a member stopped and continued, all of them killed; and a session. */
function* groups(u: User, tally: Tally, turn: number): Steps {
  const members: number[] = [];
  for (let at = 0; at < MEMBERS; at++) {
    const pid = yield* u.fork('member', members.at(0) ?? 0);
    if (!expect(u, tally, pid > 0, 'fork')) return;
    members.push(pid);
    expect(u, tally, (yield* u.setpgid(pid, members[0])) >= 0, `setpgid(${pid}, ${members[0]})`);
  }
  tally.groups++;
  const [leader] = members;
  if (turn % 4 === 0) {
    expect(u, tally, (yield* u.kill(leader, SIGSTOP)) >= 0, 'kill(SIGSTOP)');
    const { pid, status } = yield* u.wait4(leader, WUNTRACED);
    expect(u, tally, pid === leader && status >> EXITED === SIGSTOP, `stop of ${leader}: status ${status}`);
    expect(u, tally, (yield* u.kill(leader, SIGCONT)) >= 0, 'kill(SIGCONT)');
    tally.signals += 2;
  }
  const signal = turn % 2 === 0 ? SIGKILL : SIGTERM;
  expect(u, tally, (yield* u.killpg(leader, signal)) >= 0, `killpg(${leader})`);
  tally.signals += MEMBERS;
  for (const pid of members) yield* reap(u, tally, pid, signal);
  const pid = yield* u.fork('session', turn % STATUSES);
  if (expect(u, tally, pid > 0, 'fork')) yield* reap(u, tally, pid, (turn % STATUSES) << EXITED);
}

/** All processes, and what some of them were called; and whether one's parent is there. */
function* looks(u: User, tally: Tally, turn: number): Steps {
  const all = yield* getprocs(u, 'all');
  if (!expect(u, tally, all !== null, 'kern.proc.all') || all === null) return;
  const own = yield* u.getpid();
  expect(
    u,
    tally,
    all.some((ki) => ki.kp_pid === own),
    `${own} is not in kern.proc.all`,
  );
  const some = all[turn % all.length];
  if (some.kp_pid > 0) yield* getargs(u, some.kp_pid);
  expect(u, tally, (yield* u.kill(yield* u.getppid(), 0)) >= 0, 'kill(getppid(), 0)');
  tally.looks++;
  // It would have the CPU to itself: a look takes longer than a life.
  yield* u.nanosleep(1);
}

/** Waits for a child, which must have ended that way. */
function* reap(u: User, tally: Tally, pid: number, status: number): Steps<boolean> {
  const found = yield* u.wait4(pid);
  if (found.pid === pid) tally.lives++;
  const isRight = found.pid === pid && found.status === status;
  return expect(
    u,
    tally,
    isRight,
    `wait4(${pid}) gave ${found.pid}, status ${found.status} in place of ${status}`,
  );
}

/** Counts an error, and keeps what the first was. */
function expect(u: User, tally: Tally, isRight: boolean, what: string): boolean {
  if (isRight) return true;
  tally.errors++;
  if (tally.firstError === '') tally.firstError = u.errno === 0 ? what : `${what} (${strerror(u.errno)})`;
  return false;
}
