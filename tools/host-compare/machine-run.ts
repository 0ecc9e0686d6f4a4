/**
 * Owns running sequences on a machine of this repository: explored, one schedule. The controller is the first
 * process and the reaper of all others. It gives a process its turn by SIGUSR2 and sleeps until nobody can
 * move: with no timeouts while others run, a sleep ends only then. What the step is stands in an object that
 * all programs see, which is sound because explored programs all run in this thread.
 */
import { explore } from '@smplab/explore';
import { errnoName, processScenario, type User } from '@smplab/proc';
import { KP } from '../../packages/proc/src/sysctl/kinfo.ts';
import { SSTOP } from '../../packages/proc/src/table/proc.ts';
import { type Known, type Order, orderOf, stateText } from './controller.ts';
import { NAMES, type Sequence, type Step } from './sequence.ts';

type Steps<T = void> = Generator<unknown, T>;

const SIGNALS: Readonly<Record<string, number>> = {
  ...{ '0': 0, HUP: 1, KILL: 9, TERM: 15, STOP: 17, TSTP: 18, CONT: 19, CHLD: 20 },
};
const SIGUSR2 = 31;
const SIG_BLOCK = 1;
const WNOHANG = 1;
const WUNTRACED = 2;
const WCONTINUED = 4;
const REAP_ACQUIRE = 1;
const KERN_PROC_PID = [1, 14, 1];
const SEQUENCES_PER_MACHINE = 20;
const LIMITS = {
  ...{ timeouts: 0, strands: 2000, pidMax: 9999, piddomDelay: 0, maxproc: 64, maxprocPerUid: 60 },
};

/** One sequence while it runs. */
class Run {
  readonly lines: string[] = [];
  readonly known = new Map<string, Known>();
  step: Step | null = null;
  order: Order | null = null;

  nameOf(pid: number): string {
    const found = [...this.known].find(([, each]) => each.pid === pid && each.state !== '?');
    return found?.[0] ?? 'somebody';
  }
}

/** The lines of each sequence: those of a step in order, and after each step what has become of all. */
export function machineLines(sequences: readonly Sequence[]): string[][] {
  const all: string[][] = [];
  for (let from = 0; from < sequences.length; from += SEQUENCES_PER_MACHINE) {
    all.push(...batchLines(sequences.slice(from, from + SEQUENCES_PER_MACHINE)));
  }
  return all;
}

function batchLines(sequences: readonly Sequence[]): string[][] {
  let runs: string[][] = [];
  let run = new Run();
  const turn = function* (): Steps {
    // It only ends the wait.
  };
  const actor = function* (u: User, at: number): Steps {
    if (at === 0) yield* u.setsid();
    for (;;) {
      yield* u.sigsuspend(0);
      yield* act(u, run);
    }
  };
  const programs = {
    *main(u: User): Steps {
      runs = [];
      yield* u.procctl(REAP_ACQUIRE);
      yield* u.sigaction(SIGUSR2, 'turn');
      yield* u.sigprocmask(SIG_BLOCK, 1 << (SIGUSR2 - 1));
      for (const sequence of sequences) {
        run = new Run();
        yield* conduct(u, run, sequence);
        runs.push(run.lines);
      }
    },
    turn,
    actor,
  };
  // What exec leads to: the same part, in a new program.
  const executed = {
    *main(u: User): Steps {
      yield* u.sigaction(SIGUSR2, 'turn');
      yield* actor(u, 1);
    },
    turn,
    actor,
  };
  const options = { cpus: 2, limits: LIMITS };
  const scenario = processScenario('host comparison', options, {
    '/bin/host': programs,
    '/bin/executed': executed,
  });
  const result = explore(scenario, { schedules: 1, shrink: false, strategy: 'dfs', maxSteps: 5_000_000 });
  if (!['none', 'nothing-concurrent'].includes(result.verdict)) {
    throw new Error(`sequence ${sequences[runs.length]?.seed}: ${result.verdict}: ${result.message}`);
  }
  return runs;
}

function* conduct(u: User, run: Run, { steps }: Sequence): Steps {
  const { known } = run;
  for (const name of NAMES) {
    const parent = steps.find(({ child }) => child === name)?.actor ?? '';
    known.set(name, { state: '?', pid: 0, pgid: 0, sid: 0, parent });
  }
  born(run, NAMES[0], yield* u.fork('actor', 0));
  yield* settle(u, run);
  for (const [at, step] of steps.entries()) {
    const order = orderOf(step, known);
    run.lines.push(`@${at}`);
    if (typeof order === 'string') run.lines.push(order);
    else {
      run.step = step;
      run.order = order;
      yield* u.kill(known.get(step.actor)?.pid ?? 0, SIGUSR2);
      yield* settle(u, run);
    }
    run.lines.push(stateText(known));
  }
  // Nothing is left for the next sequence. Who goes first may orphan others: how they end is no result.
  const told = run.lines.length;
  for (const { state, pid } of known.values()) if (state !== '?' && state !== '-') yield* u.kill(pid, 9);
  yield* settle(u, run);
  run.lines.length = told;
}

function born(run: Run, name: string, pid: number): void {
  const known = run.known.get(name);
  if (known === undefined) return;
  known.state = 'R';
  known.pid = pid;
}

/** Waits until nobody moves, reaps what is the controller's own, and looks at all. */
function* settle(u: User, run: Run): Steps {
  const reaped: string[] = [];
  for (;;) {
    yield* u.nanosleep(1);
    const { pid, status } = yield* u.wait4(-1, WNOHANG);
    if (pid <= 0) break;
    reaped.push(`${run.nameOf(pid)} ${statusText(status)}`);
  }
  if (reaped.length > 0) run.lines.push(`reaped ${reaped.sort().join(', ')}`);
  for (const known of run.known.values()) {
    if (known.state !== '?' && known.state !== '-') yield* look(u, known);
  }
}

function* look(u: User, known: Known): Steps {
  const pgid = yield* u.getpgid(known.pid);
  if (pgid < 0) {
    known.state = (yield* u.kill(known.pid, 0)) === 0 ? 'Z' : '-';
    return;
  }
  known.pgid = pgid;
  known.sid = yield* u.getsid(known.pid);
  const { bytes } = yield* u.__sysctl([...KERN_PROC_PID, known.pid]);
  const [stat] = new Int32Array(bytes.slice(4 * KP.kp_stat, 4 * KP.kp_stat + 4).buffer);
  known.state = stat === SSTOP ? 'T' : 'R';
}

/** One step, in the process whose turn it is. */
function* act(u: User, run: Run): Steps {
  // Kept: when this goes on after a stop, it may be another's turn.
  const { step, order } = run;
  if (step === null || order === null) return;
  if (step.op === 'exit') yield* u.exit(step.code ?? 0);
  if (step.op === 'exec') {
    run.lines.push(`${order.text} = done`);
    yield* u.execve('/bin/executed');
  }
  const result = yield* perform(u, run, step, order);
  run.lines.push(`${order.text} = ${result}`);
}

function* perform(u: User, run: Run, step: Step, order: Order): Steps<string> {
  const told = (result: number): string => (result < 0 ? `-1 ${errnoName(u.errno)}` : String(result));
  const named = (result: number): string => (result < 0 ? told(result) : run.nameOf(result));
  const signal = SIGNALS[step.signal ?? '0'];
  switch (step.op) {
    case 'fork':
      born(run, step.child ?? '', yield* u.fork('actor', 1));
      return step.child ?? '';
    case 'setpgid':
      return told(yield* u.setpgid(order.pid, order.pgid));
    case 'setsid':
      return named(yield* u.setsid());
    case 'getpgid':
      return named(yield* u.getpgid(order.pid));
    case 'getsid':
      return named(yield* u.getsid(order.pid));
    case 'kill':
      return told(yield* u.kill(order.pid, signal));
    case 'killpg':
      return told(yield* u.killpg(order.pgid, signal));
    case 'wait':
      return yield* waitOnce(u, run, order.pid, step);
    default:
      return yield* waitAll(u, run, step);
  }
}

function optionsOf({ untraced = false, continued = false }: Step): number {
  return WNOHANG | (untraced ? WUNTRACED : 0) | (continued ? WCONTINUED : 0);
}

function* waitOnce(u: User, run: Run, wanted: number, step: Step): Steps<string> {
  const { pid, status } = yield* u.wait4(wanted, optionsOf(step));
  if (pid < 0) return `-1 ${errnoName(u.errno)}`;
  return pid === 0 ? '0' : `${run.nameOf(pid)} ${statusText(status)}`;
}

/** All there is to be told of any child; which comes first is nobody's business (rule child-order). */
function* waitAll(u: User, run: Run, step: Step): Steps<string> {
  const found: string[] = [];
  for (;;) {
    const one = yield* waitOnce(u, run, -1, step);
    if (one === '0' || one.startsWith('-1')) return [...found.sort(), one].join(', ');
    found.push(one);
  }
}

function statusText(status: number): string {
  const signal = status & 0x7f;
  if (status === SIGNALS['CONT']) return 'continued';
  const nameOf = (number: number): string =>
    Object.entries(SIGNALS).find(([, each]) => each === number)?.[0] ?? String(number);
  if (signal === 0x7f) return `stopped ${nameOf(status >> 8)}`;
  return signal === 0 ? `exited ${status >> 8}` : `killed ${nameOf(signal)}`;
}
