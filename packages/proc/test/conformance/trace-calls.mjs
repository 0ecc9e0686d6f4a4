/**
 * Owns ptrace: who may trace whom, and what a tracer does with the process.
 */
import { area, awaitPartner, tellReady } from './actors.mjs';
import { named, NOBODY, SIG, Teller, WAIT } from './teller.mjs';

const PT = named({
  ...{ PT_TRACE_ME: 0, PT_READ_I: 1, PT_READ_D: 2, PT_WRITE_I: 4, PT_WRITE_D: 5, PT_CONTINUE: 7 },
  ...{ PT_KILL: 8, PT_STEP: 9, PT_ATTACH: 10, PT_DETACH: 11 },
});

const GROUPS = {
  *refusals(u) {
    const t = new Teller(u);
    const self = t.call('self', yield* u.getpid());
    const kid = yield* t.born('kid', 'fork', 'waits');
    yield* t.run('ptrace', PT.PT_ATTACH, NOBODY);
    yield* t.run('ptrace', PT.PT_ATTACH, self);
    yield* t.run('ptrace', PT.PT_ATTACH, 1);
    yield* t.run('ptrace', 99, kid);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 0);
    yield* t.run('ptrace', PT.PT_ATTACH, kid);
    yield* t.run('ptrace', PT.PT_ATTACH, kid);
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 99);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 8, 0);
    // Somebody else traces it.
    const other = yield* t.born('other', 'fork', 'meddles', kid);
    yield* t.reap(other);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    const dead = yield* t.born('dead', 'fork', 'ends', 0);
    yield* t.run('wait4', dead, WAIT.WNOWAIT);
    yield* t.run('ptrace', PT.PT_ATTACH, dead);
    yield* t.reap(dead);
    const root = yield* t.born('root', 'fork', 'waits');
    yield* t.run('setuid', 1001);
    yield* t.run('ptrace', PT.PT_ATTACH, root);
  },
  *attach(u) {
    const t = new Teller(u);
    const kid = yield* t.born('kid', 'fork', 'counts');
    yield* awaitPartner(u);
    yield* t.run('ptrace', PT.PT_ATTACH, kid);
    // Not before it has stopped and that was told.
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_READ_D, kid, 8);
    yield* t.run('ptrace', PT.PT_WRITE_D, kid, 12, 77);
    yield* t.run('ptrace', PT.PT_READ_I, kid, 12);
    yield* t.run('ptrace', PT.PT_WRITE_I, kid, 16, 1);
    yield* t.run('ptrace', PT.PT_READ_D, kid, 2);
    yield* t.run('ptrace', PT.PT_WRITE_D, kid, 512, 1);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 0);
    // Signals are seen by the tracer first, which may change them.
    yield* t.run('kill', kid, SIG.TERM);
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 0);
    // Another one: the same may count as the one that is just being dropped, as in the original.
    yield* t.run('kill', kid, SIG.QUIT);
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_DETACH, kid, 1, 0);
    yield* t.run('ptrace', PT.PT_DETACH, kid, 1, 0);
    yield* t.run('kill', kid, SIG.INT);
    yield* t.reap(kid);
  },
  *traceMe(u) {
    const t = new Teller(u);
    const kid = yield* t.born('kid', 'fork', 'isTraced');
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_STEP, kid, 1, 0);
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_READ_D, kid, 8);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, SIG.HUP);
    yield* t.run('wait4', kid, 0);
    // The handler has noted the signal of the tracer's choice.
    yield* t.run('ptrace', PT.PT_READ_D, kid, 8);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 0);
    // The first thing a new program does is to stop.
    yield* t.run('wait4', kid, 0);
    yield* t.run('ptrace', PT.PT_CONTINUE, kid, 1, 0);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(kid);
    const other = yield* t.born('other', 'fork', 'isTraced');
    yield* t.run('wait4', other, 0);
    yield* t.run('ptrace', PT.PT_KILL, other);
    yield* t.reap(other);
  },
  *grandchild(u) {
    const t = new Teller(u);
    // The tracer is told first, then the parent.
    const kid = yield* t.born('kid', 'fork', 'waits');
    const tracer = yield* t.born('tracer', 'fork', 'traces', kid);
    yield* awaitPartner(u);
    yield* t.run('kill', kid, SIG.KILL);
    yield* t.reap(tracer);
    yield* t.reap(kid);
  },
};

const ACTORS = {
  *notes(u, signal) {
    yield* u.store(8, signal);
  },
  *meddles(u, pid) {
    yield* u.exit((yield* u.ptrace(PT.PT_CONTINUE[1], pid, 1, 0)) === -1 ? u.errno : 0);
  },
  *counts(u) {
    yield* u.store(8, 55);
    yield* u.sigaction(SIG.INT[1], 'ends');
    yield* tellReady(u);
    for (;;) yield* u.pause();
  },
  *isTraced(u) {
    yield* u.sigaction(SIG.HUP[1], 'notes');
    if ((yield* u.ptrace(PT.PT_TRACE_ME[1], 0)) !== 0) yield* u.exit(u.errno);
    yield* u.kill(yield* u.getpid(), SIG.TERM[1]);
    yield* u.kill(yield* u.getpid(), SIG.QUIT[1]);
    yield* u.execve('/bin/waits');
  },
  *traces(u, pid) {
    yield* u.ptrace(PT.PT_ATTACH[1], pid);
    const { status } = yield* u.wait4(pid);
    if ((status & 0x7f) !== 0x7f) yield* u.exit(1);
    yield* tellReady(u);
    const { pid: ended, status: last } = yield* u.wait4(pid);
    yield* u.exit(ended === pid && last === SIG.KILL[1] ? 7 : 8);
  },
};

export const traces = area('tracing', GROUPS, ACTORS);
