/**
 * `wait` of ctl, whose process executes a set-id program or exits meanwhile: it ends, and keeps neither exec,
 * exit nor an unmount from going on. A set-id exec takes the file away; a wait that has begun goes on, as
 * what it waits for is the process, and ends when that stops or is gone.
 */
import assert from 'node:assert/strict';
import { explore, type LocalOptions } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import type { MachineScenario } from '@smplab/machine';
import { EBUSY, EIO, ESRCH, kern } from '@smplab/proc';
import {
  type ProcfsPrograms,
  procfsScenario,
  type ProcfsScenarioOptions,
} from '../../src/procfs-scenario.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { O_WRONLY, ok } from '../fixtures/procfs-program.ts';

const { SIGCONT, SIGKILL, SIGSTOP, WUNTRACED } = kern;
const MNT_FORCE = 0x80000;
const USER = 7;

const SOME: LocalOptions = { strategy: 'portfolio', schedules: 80 };
const ALL: LocalOptions = { strategy: 'dfs', preemptions: 0, schedules: 3000 };

/** What the waits of all schedules ended in: 0 or an errno. */
type Answers = Set<number>;

function scenarioOf(name: string, programs: ProcfsPrograms, options: ProcfsScenarioOptions): MachineScenario {
  const given = { cpus: 2, profile: 'freebsd', modes: { '/bin/su': 0o4755 }, ...options } as const;
  return procfsScenario(name, given, programs);
}

/** Every schedule is well; gives the answers in order. */
function answersOf(
  answers: Answers,
  scenario: MachineScenario,
  options: LocalOptions,
  verdict: string,
): number[] {
  answers.clear();
  const result = explore(scenario, { shrink: false, ...options });
  assert.equal(result.verdict, verdict, result.message);
  assert.deepEqual(result.races, []);
  return [...answers].sort((a, b) => a - b);
}

/** The first of the answers is that of most waits, and there; the others are of those that came late. */
function within(found: readonly number[], [first, ...late]: readonly number[]): void {
  assert.ok(found.includes(first), `${first} is not among ${found.join()}`);
  for (const answer of found) assert.ok([first, ...late].includes(answer), `a wait ended in ${answer}`);
}

/** Waits; gives what that ended in. The file can be closed whatever it was. */
function* waitBy(u: ProcfsUser, fd: number): Steps<number> {
  const answer = (yield* u.write(fd, 'wait')) >= 0 ? 0 : u.errno;
  yield* ok(u, u.close(fd), 'close');
  return answer;
}

interface Wait {
  /** What the process does. */
  readonly going: 'exits' | 'execs' | 'execs and stops';
  /** Who waits has attached to it. */
  readonly isTraced?: boolean;
}

/** One process waits for another. */
function waiting(answers: Answers, { going, isTraced = false }: Wait): MachineScenario {
  return scenarioOf(
    `ctl wait, ${going}`,
    {
      '/bin/user': {
        *main(u) {
          const [reads, writes] = (yield* u.pipe2())!;
          const pid = yield* u.fork('target', reads);
          const fd = yield* ok(u, u.open(`/proc/${pid}/ctl`, O_WRONLY), 'open');
          if (isTraced) {
            for (const message of ['attach', 'wait', 'run']) yield* ok(u, u.write(fd, message), message);
          }
          yield* u.write(writes, 'g');
          const answer = yield* waitBy(u, fd);
          answers.add(answer);
          if (going === 'execs and stops') {
            yield* u.wait4(pid, WUNTRACED);
            yield* u.kill(pid, SIGCONT);
          }
          // It has stopped at its new program.
          if (isTraced && going === 'execs') yield* u.kill(pid, SIGKILL);
          yield* u.wait4(pid);
        },
        *target(u, reads: number) {
          yield* u.read(reads, 1);
          if (going !== 'exits') yield* u.execve('/bin/su');
        },
      },
      '/bin/su': {
        *main(u) {
          u.assert(((yield* u.geteuid()) === 0) === !isTraced, 'a traced process gets no rights');
          if (going === 'execs and stops') yield* u.kill(yield* u.getpid(), SIGSTOP);
        },
      },
    },
    { uid: USER },
  );
}

/** One waits, its process executes a set-id program, and root takes the file system away, all at once. */
function unmounting(answers: Answers): MachineScenario {
  return scenarioOf(
    'ctl wait, unmounted',
    {
      '/bin/root': {
        *main(u) {
          const [reads, writes] = (yield* u.pipe2())!;
          const target = yield* u.fork('target', reads);
          const fd = yield* ok(u, u.open(`/proc/${target}/ctl`, O_WRONLY), 'open');
          const waiter = yield* u.fork('waiter', fd);
          yield* u.close(fd);
          yield* u.write(writes, 'g');
          yield* ok(u, u.unmount('/proc', MNT_FORCE), 'unmount');
          for (const pid of [waiter, target]) {
            const { status } = yield* u.wait4(pid);
            u.assert(status === 0, `process ${pid}: status ${status}`);
          }
        },
        *waiter(u, fd: number) {
          answers.add(yield* waitBy(u, fd));
        },
        *target(u, reads: number) {
          yield* u.setuid(USER);
          yield* u.read(reads, 1);
          yield* u.execve('/bin/su');
        },
      },
      '/bin/su': {
        *main() {
          // Ends at once.
        },
      },
    },
    {},
  );
}

/** Who waits is killed meanwhile. */
function killed(): MachineScenario {
  return scenarioOf(
    'ctl wait, killed',
    {
      '/bin/user': {
        *main(u) {
          const [reads, writes] = (yield* u.pipe2())!;
          const target = yield* u.fork('target', reads);
          const waiter = yield* u.fork('waiter', target);
          yield* u.write(writes, 'g');
          yield* u.kill(waiter, SIGKILL);
          for (const pid of [waiter, target]) u.assert((yield* u.wait4(pid)).pid === pid, `process ${pid}`);
        },
        *waiter(u, target: number) {
          const fd = yield* u.open(`/proc/${target}/ctl`, O_WRONLY);
          if (fd >= 0) yield* waitBy(u, fd);
        },
        *target(u, reads: number) {
          yield* u.read(reads, 1);
          yield* u.execve('/bin/su');
        },
      },
      '/bin/su': {
        *main() {
          // Ends at once.
        },
      },
    },
    { uid: USER },
  );
}

describe('wait of ctl', () => {
  const answers: Answers = new Set();

  it('ends with ESRCH when its process exits, or finds it gone or going', () => {
    const scenario = waiting(answers, { going: 'exits' });
    assert.deepEqual(answersOf(answers, scenario, ALL, 'proved'), [ESRCH]);
    within(answersOf(answers, scenario, SOME, 'none'), [ESRCH, EIO, EBUSY]);
  });

  it('goes on over a set-id exec until that program is gone; one that comes too late has no file', () => {
    const scenario = waiting(answers, { going: 'execs' });
    assert.deepEqual(answersOf(answers, scenario, ALL, 'proved'), [ESRCH]);
    within(answersOf(answers, scenario, SOME, 'none'), [ESRCH, EIO, EBUSY]);
  });

  it('ends well when the set-id program stops, and that is told of it and no more', () => {
    const scenario = waiting(answers, { going: 'execs and stops' });
    assert.deepEqual(answersOf(answers, scenario, ALL, 'proved'), [0]);
    within(answersOf(answers, scenario, SOME, 'none'), [0, EIO, EBUSY]);
  });

  it('ends for the tracer when the trace does: EBUSY', () => {
    const scenario = waiting(answers, { going: 'exits', isTraced: true });
    within(answersOf(answers, scenario, SOME, 'none'), [EBUSY, ESRCH, EIO]);
  });

  it('ends well for the tracer of an exec, which gives no rights then', () => {
    const scenario = waiting(answers, { going: 'execs', isTraced: true });
    within(answersOf(answers, scenario, SOME, 'none'), [0, EBUSY]);
  });

  it('keeps no unmount waiting, nor the exec that wants to suspend the same file system', () => {
    const scenario = unmounting(answers);
    within(answersOf(answers, scenario, SOME, 'none'), [ESRCH, EIO, EBUSY]);
  });

  it('kept the exec waiting for ever where it slept inside the file system (procfs-wait-inside)', () => {
    const scenario = waiting(answers, { going: 'execs' }).withSeed(['procfs-wait-inside']);
    answersOf(answers, scenario, SOME, 'deadlock');
  });

  it('ends with who waits, who may be killed', () => {
    const scenario = killed();
    answersOf(answers, scenario, SOME, 'none');
    answersOf(answers, scenario, ALL, 'proved');
  });
});
