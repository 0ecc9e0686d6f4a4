/**
 * Owns what the controller of a sequence decides before each step, on the machine of this repository;
 * host-run.py decides the same on the host. It knows of each process what it saw after the step before. What
 * it does not ask has a rule (difference-rules.ts).
 */
import type { Step } from './sequence.ts';

/** R runs or sleeps, T is stopped, Z has ended and was not waited for, `-` is gone, `?` was never forked. */
type State = 'R' | 'T' | 'Z' | '-' | '?';

export interface Known {
  state: State;
  pid: number;
  /** Of a zombie: the last that was seen. */
  pgid: number;
  sid: number;
  readonly parent: string;
}

/** A number that is no process and no group. */
const NOBODY_PID = 0x3fffffff;

/** A step with numbers in place of names. */
export interface Order {
  readonly text: string;
  readonly pid: number;
  readonly pgid: number;
}

/** What is to be done, or why nothing is. */
export function orderOf(step: Step, known: ReadonlyMap<string, Known>): Order | string {
  const actor = known.get(step.actor);
  const text = textOf(step);
  if (actor?.state !== 'R') return `${text}: skipped, ${step.actor} is ${actor?.state ?? '?'}`;
  if (step.op === 'setpgid' || step.op === 'setsid') {
    const reason = notAsked(step, known);
    if (reason !== null) return `${text}: not asked, ${reason}`;
  }
  if (step.op === 'killpg') return groupOrder(step, known, actor, text);
  const about = known.get(step.target ?? '');
  const mark = (step.op === 'getpgid' || step.op === 'getsid') && about?.state === 'Z' ? ' [zombie]' : '';
  const group = step.group === undefined || step.group === '0' ? 0 : pidOf(known.get(step.group));
  return { text: text + mark, pid: pidOf(known.get(step.target ?? step.actor)), pgid: group };
}

/** A group that nobody is in is asked for by a number that nobody can have. */
function groupOrder(step: Step, known: ReadonlyMap<string, Known>, actor: Known, text: string): Order {
  const pgid = step.target === '0' ? actor.pgid : (known.get(step.target ?? '')?.pid ?? 0);
  const members = [...known.values()].filter(
    (each) =>
      each.pgid === pgid && pgid !== 0 && (each.state === 'Z' || each.state === 'R' || each.state === 'T'),
  );
  const isDead = members.length > 0 && members.every(({ state }) => state === 'Z');
  return {
    text: isDead ? `${text} [zombies]` : text,
    pid: 0,
    pgid: step.target === '0' ? 0 : members.length > 0 ? pgid : NOBODY_PID,
  };
}

/** Rules zombie-setpgid, stopped-orphan and grandchild. */
function notAsked({ op, actor, target = actor }: Step, known: ReadonlyMap<string, Known>): string | null {
  const about = known.get(op === 'setsid' ? actor : target);
  // A group can lose by it what kept it from being an orphan: that of who moves, and those of its children.
  const groups = [...known.values()].filter((each) => each === about || known.get(each.parent) === about);
  const isTouched = ({ state, pgid }: Known): boolean =>
    state === 'T' && groups.some((each) => each.pgid === pgid);
  if ([...known.values()].some(isTouched)) return 'somebody is stopped';
  if (op === 'setsid') return null;
  if (about?.state === 'Z') return 'a zombie';
  if (target === actor || about === undefined || about.parent === actor) return null;
  for (let up = about.parent; up !== ''; up = known.get(up)?.parent ?? '') {
    if (up === actor) return 'a grandchild';
  }
  return null;
}

function pidOf(known: Known | undefined): number {
  return known === undefined || known.state === '-' || known.state === '?' ? NOBODY_PID : known.pid;
}

/** The step as it is told. */
function textOf(step: Step): string {
  const { actor, op, target = '', group = '', signal = '', child = '' } = step;
  switch (op) {
    case 'fork':
      return `${actor} fork(${child})`;
    case 'setpgid':
      return `${actor} setpgid(${target}, ${group})`;
    case 'kill':
    case 'killpg':
      return `${actor} ${op}(${target}, ${signal})`;
    case 'wait':
      return `${actor} wait(${target}${optionsOf(step)})`;
    case 'waitany':
      return `${actor} waitany(${optionsOf(step).slice(2)})`;
    case 'exit':
      return `${actor} exit(${step.code ?? 0})`;
    default:
      return op === 'setsid' || op === 'exec' ? `${actor} ${op}()` : `${actor} ${op}(${target})`;
  }
}

function optionsOf({ untraced = false, continued = false }: Step): string {
  return `${untraced ? ', WUNTRACED' : ''}${continued ? ', WCONTINUED' : ''}`;
}

/** What is known after a step, in one line. */
export function stateText(known: ReadonlyMap<string, Known>): string {
  const nameOf = (pid: number): string =>
    [...known].find(([, each]) => each.pid === pid && each.state !== '?')?.[0] ?? 'somebody';
  const parts = [...known]
    .filter(([, { state }]) => state !== '?')
    .map(([name, { state, pgid, sid }]) =>
      state === 'R' || state === 'T' ? `${name}:${state} ${nameOf(pgid)}/${nameOf(sid)}` : `${name}:${state}`,
    );
  return `state ${parts.join(' ')}`;
}
