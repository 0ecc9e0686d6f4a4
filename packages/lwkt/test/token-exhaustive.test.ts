/**
 * All small programs over two tokens on two CPUs, each under every interleaving within a bound of
 * preemptions, and a selection on three CPUs: whatever is done to the word of a token is an edge of the
 * machine in @smplab/token, and the invariants of tokens hold after every step (token-judge.ts).
 */
import assert from 'node:assert/strict';
import { Execution } from '@smplab/explore';
import {
  deltaOf,
  eventNameOf,
  stateNameOf,
  tokenEvents,
  tokenStates,
  tokenTransitions,
  TOK_EXCLREQ,
} from '@smplab/token';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_create,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_join,
  lwkt_reltoken,
  lwkt_trytoken,
  lwkt_yield,
  need_lwkt_resched,
  type Steps,
} from '../src/index.ts';
import { fn, kernelProgram } from './fixtures/kernel-program.ts';
import { TokenJudge } from './fixtures/token-judge.ts';
import { watchWith } from './fixtures/watch.ts';

/** get, get shared, try; a lower-case letter is the token. `R` releases the last, `B` blocks. */
type Op = 'Ga' | 'Gb' | 'Sa' | 'Sb' | 'Ta' | 'Tb' | 'R' | 'B';
type Program = readonly Op[];

/**
 * Programs of a length that release only what they may hold and never ask exclusively for what they share.
 */
function programsOf(length: number, alphabet: readonly Op[]): Program[] {
  const all: Program[] = [];
  const grow = (program: Program, held: readonly Op[]): void => {
    if (program.length === length) {
      all.push(program);
      return;
    }
    for (const op of alphabet) {
      if (op === 'R') {
        if (held.length > 0) grow([...program, op], held.slice(0, -1));
      } else if (op === 'B') {
        if (program.length > 0) grow([...program, op], held);
      } else if (isAllowed(op, held)) grow([...program, op], [...held, op]);
    }
  };
  grow([], []);
  return all;
}

/** Exclusively only what is not held shared alone. */
function isAllowed(op: Op, held: readonly Op[]): boolean {
  const token = op[1];
  const mine = held.filter((each) => each[1] === token);
  return op.startsWith('S') || mine.length === 0 || !mine[0].startsWith('S');
}

/** Gives the CPU away and has it again: all tokens are dropped, and taken by the scheduler. */
function* block(k: Context): Steps {
  need_lwkt_resched(k.cpu);
  yield* lwkt_yield(k);
}

function* run(judge: TokenJudge, k: Context, program: Program, a: number, b: number, gate: number): Steps {
  if (gate !== 0) yield* judge.meet(k, gate);
  judge.enter(k);
  const held: number[] = [];
  for (const op of program) {
    const token = op[1] === 'a' ? a : b;
    if (op === 'R') {
      const last = held.pop();
      if (last !== undefined) yield* judge.call(k, lwkt_reltoken(k, last));
    } else if (op === 'B') yield* judge.call(k, block(k));
    else if (op.startsWith('T')) {
      if (yield* judge.call(k, lwkt_trytoken(k, token))) held.push(token);
    } else {
      yield* judge.call(k, op.startsWith('G') ? lwkt_gettoken(k, token) : lwkt_gettoken_shared(k, token));
      held.push(token);
    }
  }
  for (let last = held.pop(); last !== undefined; last = held.pop())
    yield* judge.call(k, lwkt_reltoken(k, last));
  judge.leave(k);
}

/** Runs sets of programs one after the other: one on each CPU, further ones behind those. */
class Bench {
  readonly judge: TokenJudge;
  runs = 0;
  readonly #execution = new Execution({ maxSteps: 5000 });
  #programs: readonly Program[] = [];

  constructor(cpus: number, asSeed: readonly string[] = []) {
    this.judge = new TokenJudge(null as never, cpus);
    const worker = (k: Context, which: number, a: number, b: number, gate: number): Steps =>
      run(this.judge, k, this.#programs[which], a, b, gate);
    this.judge.machine = kernelProgram('small programs', { cpus, asSeed, threads: { worker } }, (k) =>
      this.#main(k),
    );
  }

  /** Every interleaving within the bound. */
  prove(programs: readonly Program[], preemptions: number): void {
    this.#programs = programs;
    const { judge } = this;
    judge.judged = programs.length;
    const options = { preemptions, schedules: 20_000, isDeciding: judge.isBusy };
    const result = watchWith(this.#execution, judge.machine, judge, options);
    const { failure } = result;
    const text = programs.map((program) => program.join(' ')).join(' | ');
    assert.equal(
      failure,
      null,
      `${text}: ${failure?.verdict} ${failure?.message}\n${failure?.details.join('\n')}`,
    );
    assert.ok(result.complete, `${text} has too many interleavings`);
    this.runs += result.runs;
  }

  *#main(k: Context): Steps {
    const { judge } = this;
    const a = yield* judge.token(k, 'a');
    const b = yield* judge.token(k, 'b');
    const gate = yield* k.allocate('gate', 1, true);
    const threads: number[] = [];
    for (let which = 0; which < this.#programs.length; which++) {
      const isFirst = which < judge.together;
      const cpu = which % judge.together;
      threads.push(yield* lwkt_create(k, fn('worker'), { cpu, args: [which, a, b, isFirst ? gate : 0] }));
    }
    for (const td of threads) yield* lwkt_join(k, td);
    for (const token of [a, b]) assert.equal(k.peek(token) & ~TOK_EXCLREQ, 0, 'the token is free at the end');
  }
}

/** Edges that change the word, as `state event`; what lwkt never asks (a shared try) is left out. */
function edgesOf(seen: Iterable<string>): Set<string> {
  const edges = new Set<string>();
  for (const each of seen) {
    const [count, event] = each.split(':').map(Number);
    edges.add(`${stateNameOf(count)} ${eventNameOf(event)}`);
  }
  return edges;
}

function allEdges(): Set<string> {
  const edges = new Set<string>();
  for (const least of Object.values(tokenStates)) {
    for (const [name, event] of Object.entries(tokenEvents)) {
      const entry = tokenTransitions.entry(least, event);
      if (deltaOf(entry) !== 0 && !name.startsWith('tryShared')) edges.add(`${stateNameOf(least)} ${name}`);
    }
  }
  return edges;
}

describe('every small program with tokens', () => {
  const seen = new Set<string>();
  const remember = (bench: Bench): void => bench.judge.edges.forEach((edge) => seen.add(edge));

  it('of two operations moves words along edges only, on two CPUs with one preemption', () => {
    const programs = programsOf(2, ['Ga', 'Gb', 'Sa', 'Ta', 'R']);
    const bench = new Bench(2);
    for (const [at, one] of programs.entries()) {
      for (const two of programs.slice(at)) bench.prove([one, two], 1);
    }
    assert.ok(bench.runs > 3000, `${bench.runs} interleavings`);
    remember(bench);
  });

  it('of three operations does so without preemptions', () => {
    const programs = programsOf(3, ['Ga', 'Gb', 'Sa', 'R']);
    const bench = new Bench(2);
    for (const [at, one] of programs.entries()) {
      for (const two of programs.slice(at)) bench.prove([one, two], 0);
    }
    remember(bench);
  });

  it('does so with three threads on two CPUs and on three', () => {
    const programs = programsOf(2, ['Ga', 'Gb', 'Sa']).filter(([first, second]) => first !== second);
    for (const cpus of [2, 3]) {
      const bench = new Bench(cpus);
      for (const [at, one] of programs.entries()) {
        for (const [next, two] of programs.slice(at).entries()) {
          for (const three of programs.slice(at + next)) bench.prove([one, two, three], 0);
        }
      }
      remember(bench);
    }
  });

  it('does so where shared requests never stand back (asSeed exclreq-fair)', () => {
    const programs = programsOf(2, ['Ga', 'Sa', 'R', 'B']);
    const bench = new Bench(2, ['exclreq-fair']);
    for (const [at, one] of programs.entries()) {
      for (const two of programs.slice(at)) bench.prove([one, two], 1);
    }
    remember(bench);
  });

  it('does so where tokens are taken three times, or again before a waiter has them', () => {
    const bench = new Bench(2);
    const longer: Program[] = [
      ['Ga', 'Ga', 'Ga'],
      ['Ga', 'Ga', 'Ta'],
      ['Ga', 'Ga', 'Sa'],
      ['Ga', 'R', 'Ta'],
      ['Ga', 'R', 'Gb', 'Sa'],
    ];
    for (const program of longer) bench.prove([program, ['Ga']], 2);
    remember(bench);
  });

  it('taken together go along every edge but those that the order of release forbids', () => {
    // A counted reference lies above the exclusive one of its thread, so it goes first.
    const unreachable = ['recursive releaseExclusive', 'recursiveRequested releaseExclusive'];
    const edges = edgesOf(seen);
    assert.deepEqual(
      [...allEdges()].filter((edge) => !edges.has(edge)),
      unreachable,
    );
  });
});
