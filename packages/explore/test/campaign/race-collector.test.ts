import assert from 'node:assert/strict';
import { explore } from '../../src/campaign/explore.ts';
import { RaceCollector } from '../../src/campaign/race-collector.ts';
import { Execution, type Program } from '../../src/engine/execution.ts';
import { scenario } from '../../src/scenario.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { SwitchingMachine } from '../engine/switching-machine.ts';
import { guarded, racy } from './programs.ts';

function collect(program: Program, schedules = 100): RaceCollector {
  const execution = new Execution();
  const collector = new RaceCollector(execution, program);
  const strategy = new RandomWalk(1);
  collector.startRange();
  for (let index = 0; index < schedules; index++) {
    strategy.begin(index);
    execution.execute(program, strategy);
    collector.collect(index);
  }
  return collector;
}

describe('the races that are collected', () => {
  it('have both sites, the object and the locks held', () => {
    const [race] = [...collect(racy).found.values()].map((found) => found.race);
    assert.equal(race.object, 'x');
    const sides = [race.first, race.second].sort((a, b) => a.strand.localeCompare(b.strand));
    assert.deepEqual(
      sides.map(({ strand, op, holding }) => [strand, op, holding]),
      [
        ['main/t1', 'write', ['m']],
        ['main/t2', 'read', []],
      ],
    );
    const lines = sides.map(({ at }) => at ?? '');
    for (const line of lines) assert.match(line, /^packages\/explore\/test\/campaign\/programs\.ts:\d+$/);
    assert.notEqual(lines[0], lines[1]);
  });

  it('are one per pair of sites, however many threads run them and however often', () => {
    const program = scenario('crowd', function* (s) {
      const x = s.cell('x', 0);
      const body = function* (): Generator<unknown, void> {
        for (let i = 0; i < 3; i++) yield* x.write(i);
      };
      for (let i = 0; i < 3; i++) yield* s.spawn(`t${i}`, body);
    });
    assert.equal(collect(program).found.size, 1);
  });

  it('are one per object of an array at most', () => {
    const program = scenario('array', function* (s) {
      const a = s.array('a', 4, 0);
      const body = function* (): Generator<unknown, void> {
        for (let i = 0; i < 4; i++) yield* a.write(i, 1);
      };
      yield* s.spawn('t1', body);
      yield* s.spawn('t2', body);
    });
    const objects = [...collect(program).found.values()].map(({ race }) => race.object);
    assert.equal(objects.length, new Set(objects).size);
    assert.ok(objects.every((object) => /^a\[\d\]$/.test(object)));
  });

  it('are told apart by their sites', () => {
    const program = scenario('two sites', function* (s) {
      const x = s.cell('x', 0);
      yield* s.spawn('t1', function* () {
        yield* x.write(1);
        yield* x.write(2);
      });
      yield* s.spawn('t2', function* () {
        yield* x.read();
      });
    });
    const pairs = [...collect(program, 200).found.values()].map(({ race }) =>
      [race.first.at, race.second.at].sort().join(),
    );
    assert.equal(new Set(pairs).size, 2);
  });

  it('carry the number of the first schedule that showed them', () => {
    const [found] = collect(racy).found.values();
    assert.equal(found.race.schedule, found.index + 1);
    const execution = new Execution();
    const strategy = new RandomWalk(1);
    for (let index = 0; index <= found.index; index++) {
      strategy.begin(index);
      execution.execute(racy, strategy);
      assert.equal(execution.racesSeen.races.length > 0, index === found.index);
    }
  });

  it('are none in a program that orders its accesses', () => {
    assert.equal(collect(guarded).found.size, 0);
  });

  it('name what a program says that its strands hold', () => {
    const machine = new SwitchingMachine('races', [
      {
        threads: {},
        *handler(t) {
          yield* t.add(0, 1);
          t.set(1, 1);
        },
        isRequested: true,
      },
      {
        threads: {
          *c(t) {
            yield* t.add(2, 1);
            t.get(1);
          },
        },
      },
    ]);
    const [race] = [...collect(machine).found.values()].map((found) => found.race);
    const sides = [race.first, race.second].map(({ strand, op, holding }) => [strand, op, ...holding].join());
    assert.deepEqual(sides.sort(), ['cpu0/irq,write,the interrupt level', 'cpu1/c,read']);
    assert.equal(race.object, 'y');
  });

  it('are forgotten at the start of a range', () => {
    const collector = collect(racy);
    collector.startRange();
    assert.equal(collector.found.size, 0);
  });

  it('survive JSON, which is how they leave smplab', () => {
    const { races } = explore(racy, { schedules: 50 });
    assert.ok(races.length > 0);
    assert.deepEqual(JSON.parse(JSON.stringify(races)), races);
  });
});
