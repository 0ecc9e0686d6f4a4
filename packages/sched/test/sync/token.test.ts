import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Token } from '../../src/sync/token.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function simulate(cpus: number): Simulation<null> {
  return new Simulation({
    policy: roundRobin({ quantumNs: MS }),
    topology: symmetric(cpus),
    costs: NO_COSTS,
  });
}

describe('a token', () => {
  it('is given away by who sleeps, and had again before it goes on', () => {
    const sim = simulate(2);
    const token = new Token('t');
    const log: string[] = [];
    sim.spawn({
      name: 'sleeper',
      *program(t) {
        yield token.gettoken();
        yield t.compute(MS);
        yield t.sleep(4 * MS);
        log.push(`sleeper goes on at ${t.now / MS} as ${token.owner?.name}`);
        yield token.reltoken();
      },
    });
    sim.spawn({
      name: 'other',
      *program(t) {
        yield token.gettoken();
        log.push(`other has it at ${t.now / MS}`);
        yield t.compute(6 * MS);
        yield token.reltoken();
      },
    });
    sim.run(Infinity);
    assert.deepEqual(log, ['other has it at 1', 'sleeper goes on at 7 as sleeper']);
    assert.deepEqual([token.owner, token.collisions], [null, 2]);
  });

  it('stays with who is only preempted', () => {
    const sim = simulate(1);
    const token = new Token('t');
    let inside = 0;
    for (const name of ['a', 'b', 'c']) {
      sim.spawn({
        name,
        *program(t) {
          for (let left = 5; left > 0; left--) {
            yield token.gettoken();
            assert.equal(++inside, 1);
            yield t.compute(3.5 * MS);
            inside--;
            yield token.reltoken();
          }
        },
      });
    }
    sim.run(Infinity);
    assert.equal(sim.ended.length, 3);
    assert.equal(sim.now, 52.5 * MS);
  });

  it('cannot make a deadlock of two that want two in different orders', () => {
    const sim = simulate(2);
    const [a, b] = [new Token('a'), new Token('b')];
    const pairs = [
      [a, b],
      [b, a],
    ] as const;
    for (const [first, second] of pairs) {
      sim.spawn({
        name: `${first.name}${second.name}`,
        *program(t) {
          yield first.gettoken();
          yield t.compute(MS);
          yield second.gettoken();
          assert.equal(first.owner?.name, t.task.name);
          yield t.compute(MS);
          yield second.reltoken();
          yield first.reltoken();
        },
      });
    }
    sim.run(Infinity);
    assert.equal(sim.ended.length, 2);
  });

  it('refuses what LWKT panics about', () => {
    const sim = simulate(1);
    const token = new Token('t');
    sim.spawn({
      name: 'a',
      *program() {
        yield token.reltoken();
      },
    });
    assert.throws(() => sim.run(Infinity), /task "a" releases token "t", which it does not have/);
  });
});
