import assert from 'node:assert/strict';
import { Clocks } from '../../src/engine/clocks.ts';
import { Execution } from '../../src/engine/execution.ts';
import { Strand } from '../../src/engine/strand.ts';

class Bare extends Strand {
  step(): void {
    throw new Error('never stepped');
  }
}

/** Clocks for `count` strands, all but the first spawned by the first, with room for some words. */
function clocked(count: number): { clocks: Clocks; strands: Strand[] } {
  const clocks = new Clocks();
  clocks.rowOf = new Int32Array(16);
  const execution = new Execution();
  const strands: Strand[] = [];
  for (let index = 0; index < count; index++) {
    const strand = new Bare(execution);
    strand.reuse(index, `s${index}`, strands[0] ?? null, 0);
    strands.push(strand);
    clocks.addStrand(strand, strands[0] === strand ? null : strands[0], strands);
  }
  return { clocks, strands };
}

/** Whether the second strand knows the present of the first. */
const knows = (who: Strand, whom: Strand, since: number): boolean => who.clock[whom.index] >= since;
const now = (strand: Strand): number => strand.clock[strand.index];

describe('vector clocks', () => {
  it('let a child know its parent, and not what the parent does later', () => {
    const { strands } = clocked(2);
    const [parent, child] = strands;
    assert.ok(knows(child, parent, 1));
    assert.ok(!knows(child, parent, now(parent)));
  });

  it('carry knowledge from a release to a later acquire', () => {
    const { clocks, strands } = clocked(3);
    const [, a, b] = strands;
    const before = now(a);
    clocks.acquire(b, 5);
    assert.ok(!knows(b, a, before));
    clocks.release(a, 5);
    assert.ok(!knows(b, a, before));
    clocks.acquire(b, 5);
    assert.ok(knows(b, a, before));
    assert.ok(!knows(b, a, now(a)), 'a has gone on since');
  });

  it('replace what a word carried at a release, and keep it at a merging one', () => {
    const { clocks, strands } = clocked(4);
    const [, a, b, c] = strands;
    const since = [now(a), now(b)];
    clocks.release(a, 5);
    clocks.release(b, 5);
    clocks.acquire(c, 5);
    assert.ok(!knows(c, a, since[0]) && knows(c, b, since[1]));
    clocks.releaseJoin(a, 5);
    clocks.acquire(c, 5);
    assert.ok(knows(c, a, since[0]) && knows(c, b, since[1]));
  });

  it('go both ways at a read-modify-write', () => {
    const { clocks, strands } = clocked(3);
    const [, a, b] = strands;
    const since = [now(a), now(b)];
    clocks.acquireRelease(a, 5);
    clocks.acquireRelease(b, 5);
    clocks.acquire(a, 5);
    assert.ok(knows(b, a, since[0]) && knows(a, b, since[1]));
  });

  it('give a joining strand all that the ended one knew', () => {
    const { clocks, strands } = clocked(3);
    const [main, a, b] = strands;
    const since = now(a);
    clocks.release(a, 5);
    clocks.acquire(b, 5);
    clocks.join(main, b);
    assert.ok(knows(main, a, since) && knows(main, b, now(b)));
  });

  it('keep words apart', () => {
    const { clocks, strands } = clocked(3);
    const [, a, b] = strands;
    const since = now(a);
    clocks.release(a, 5);
    clocks.acquire(b, 6);
    assert.ok(!knows(b, a, since));
  });

  it('know as much when there are many strands', () => {
    const { clocks, strands } = clocked(3);
    const [main, a] = strands;
    const since = now(a);
    clocks.release(a, 5);
    for (let index = 3; index < 40; index++) {
      const strand = new Bare(main.execution);
      strand.reuse(index, `s${index}`, main, 0);
      strands.push(strand);
      clocks.addStrand(strand, main, strands);
    }
    clocks.acquire(strands[39], 5);
    assert.ok(knows(strands[39], a, since));
    assert.equal(strands[39].clock[38], 0);
  });
});

describe('the rows of vector clocks', () => {
  it('are taken back at a new run, wherever they were given out', () => {
    const { clocks, strands } = clocked(3);
    clocks.release(strands[1], 5);
    clocks.release(strands[1], 15);
    clocks.reset();
    assert.deepEqual([...clocks.rowOf], new Array<number>(16).fill(0));
  });

  it('are given to words beyond those there was room for', () => {
    const { clocks, strands } = clocked(3);
    const [, a, b] = strands;
    const since = now(a);
    clocks.acquire(b, 1000);
    clocks.release(a, 1000);
    clocks.acquire(b, 1000);
    assert.ok(knows(b, a, since));
  });
});
