import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Pipe } from '../../src/sync/pipe.ts';
import type { Program } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function machine(programs: Readonly<Record<string, Program>>, cpus = 4): Simulation<unknown> {
  const sim = new Simulation<unknown>({ policy: roundRobin(), topology: symmetric(cpus), costs: NO_COSTS });
  for (const [name, program] of Object.entries(programs)) sim.spawn({ name, program });
  return sim;
}

describe('a pipe', () => {
  it('holds back who writes to a full one until there is room, and who reads from an empty one', () => {
    const pipe = new Pipe('p', 2);
    const log: string[] = [];
    const sim = machine({
      *writer(t) {
        yield t.sleep(5 * MS);
        for (let at = 1; at <= 4; at++) {
          yield pipe.write();
          log.push(`wrote ${at} at ${t.now / MS}`);
        }
      },
      *reader(t) {
        for (let at = 1; at <= 4; at++) {
          log.push(`read ${yield pipe.read()} at ${t.now / MS}`);
          yield t.compute(3 * MS);
        }
      },
    });
    sim.run(Infinity);
    assert.deepEqual(log, [
      'wrote 1 at 5',
      'wrote 2 at 5',
      'wrote 3 at 5',
      'read 1 at 5',
      'read 1 at 8',
      'wrote 4 at 8',
      'read 1 at 11',
      'read 1 at 14',
    ]);
    assert.equal(pipe.held, 0);
  });

  it('lets a write that is longer than it go in piece by piece, and a read take what is there', () => {
    const pipe = new Pipe('p', 10);
    const reads: number[] = [];
    let written = -1;
    const sim = machine({
      *writer(t) {
        yield pipe.write(25);
        written = t.now / MS;
      },
      *reader(t) {
        for (let left = 25; left > 0;) {
          yield t.sleep(MS);
          const count = yield pipe.read(7);
          reads.push(count);
          left -= count;
        }
      },
    });
    sim.run(Infinity);
    assert.deepEqual(reads, [7, 7, 7, 4]);
    // After three reads 10 + 15 are in.
    assert.equal(written, 3);
  });

  it('serves readers, and writers, in the order in which they came', () => {
    const pipe = new Pipe('p', 1);
    const order: string[] = [];
    const reader = (name: string): Program =>
      function* () {
        yield pipe.read();
        order.push(name);
      };
    const writer = (name: string): Program =>
      function* (t) {
        yield t.sleep(MS);
        yield pipe.write();
        order.push(name);
        yield t.compute(MS);
      };
    const sim = machine(
      { a: reader('a'), b: reader('b'), x: writer('x'), y: writer('y'), z: writer('z') },
      1,
    );
    sim.run(Infinity);
    assert.deepEqual(
      order.filter((name) => name < 'm'),
      ['a', 'b'],
    );
    assert.deepEqual(
      order.filter((name) => name > 'm'),
      ['x', 'y', 'z'],
    );
    assert.equal(pipe.held, 1);
  });

  it('says what cannot be', () => {
    assert.throws(() => new Pipe('p', 0), /pipe "p" holds 0: a whole number from 1/);
    assert.throws(() => new Pipe('p', 1).write(0), /pipe "p": write of 0/);
    assert.throws(() => new Pipe('p', 1).read(1.5), /pipe "p": read of 1.5/);
  });

  it('loses and makes no byte, whoever reads and writes how much', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(sizes, { maxLength: 4 }),
        sizes,
        (capacity, all, most) => {
          const pipe = new Pipe('p', capacity);
          const total = all.flat().reduce((a, b) => a + b, 0);
          let read = 0;
          const programs: Record<string, Program> = {
            *reader(t) {
              for (let at = 0; read < total; at++) {
                read += yield pipe.read(most[at % most.length]);
                yield t.compute(at % 3);
              }
            },
          };
          for (const [at, own] of all.entries())
            programs[`writer ${at}`] = function* (t) {
              for (const size of own) {
                yield pipe.write(size);
                yield t.compute(size % 5);
              }
            };
          const sim = machine(programs, 2);
          sim.run(Infinity);
          assert.deepEqual([read, pipe.held, sim.tasks.size], [total, 0, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
