/**
 * Owns random sequences of process operations for the comparison with the host's kernel: seeded, the same for
 * every run, plain data that both sides read. Processes have names, from `a` on in the order of their forks;
 * `a` is there from the start and leads a session.
 */

export const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
const SIGNALS = ['0', 'TERM', 'KILL', 'STOP', 'STOP', 'STOP', 'CONT', 'CONT', 'TSTP', 'HUP', 'CHLD'] as const;
const STEPS_LEAST = 12;
const STEPS_SPREAD = 14;
const CODES = 5;

/** One operation of one process; which fields there are depends on `op`. */
export interface Step {
  readonly actor: string;
  readonly op: string;
  /** The process it is about; the actor itself is one of them. */
  readonly target?: string;
  /** Of setpgid: whose group; `0` for the target's own. */
  readonly group?: string;
  /** Without SIG; `0` only asks. */
  readonly signal?: string;
  readonly untraced?: boolean;
  readonly continued?: boolean;
  readonly code?: number;
  /** Of fork: the name of the child. */
  readonly child?: string;
}

export interface Sequence {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** How often each operation comes, relatively. */
const WEIGHTS: readonly (readonly [string, number])[] = [
  ['fork', 6],
  ['setpgid', 6],
  ['setsid', 2],
  ['kill', 7],
  ['killpg', 4],
  ['wait', 6],
  ['waitany', 2],
  ['exit', 2],
  ['exec', 1],
  ['getpgid', 1],
  ['getsid', 1],
];

/** The sequence of a seed. */
export function sequenceOf(seed: number): Sequence {
  const random = randomOf(seed);
  const born = [NAMES[0] as string];
  const steps: Step[] = [];
  const length = STEPS_LEAST + random(STEPS_SPREAD);
  // A tree first: what follows needs somebody to happen to.
  for (let at = 0; at < length; at++) steps.push(stepOf(random, born, at < 3 ? 'fork' : weighted(random)));
  return { seed, steps };
}

function stepOf(random: (below: number) => number, born: string[], wanted: string): Step {
  const op = wanted === 'fork' && born.length === NAMES.length ? 'wait' : wanted;
  // The first process and the last ones most often: they have children, or are some.
  const actor = random(3) === 0 ? born[0] : pick(random, born);
  const target = pick(random, born);
  switch (op) {
    case 'fork': {
      const child = NAMES[born.length];
      born.push(child);
      return { actor, op, child };
    }
    case 'setpgid':
      return { actor, op, target, group: random(2) === 0 ? '0' : pick(random, born) };
    case 'kill':
      return { actor, op, target, signal: pick(random, SIGNALS) };
    case 'killpg':
      return { actor, op, target: random(3) === 0 ? '0' : target, signal: pick(random, SIGNALS) };
    case 'wait':
    case 'waitany':
      return { actor, op, target, untraced: random(2) === 0, continued: random(2) === 0 };
    case 'exit':
      return { actor, op, code: random(CODES) };
    default:
      return { actor, op, target };
  }
}

function weighted(random: (below: number) => number): string {
  const total = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random(total);
  for (const [op, weight] of WEIGHTS) {
    if (left < weight) return op;
    left -= weight;
  }
  return 'wait';
}

function pick<T>(random: (below: number) => number, from: readonly T[]): T {
  return from[random(from.length)];
}

/** Whole numbers from 0 on, by a 32-bit state (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 0x9e3779b9) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}
