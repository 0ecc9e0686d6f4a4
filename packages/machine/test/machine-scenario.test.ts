import assert from 'node:assert/strict';
import { explore, InputError, replay } from '@smplab/explore';
import { explores } from '@smplab/explore/mocha';
import { FixSwitchError } from '@smplab/lwkt';
import {
  type KernelApi,
  machineScenario,
  type MachineScenarioOptions,
  MachineScenario,
} from '../src/index.ts';
import { outcome } from './fixtures/kernel-run.ts';
import twoWriters from './fixtures/two-writers.ts';

const careless = machineScenario(
  'careless writers',
  {
    cpus: 2,
    threads: {
      *writer(k, counter) {
        const before = yield* k.atomic_load_int(counter);
        yield* k.atomic_store_int(counter, before + 1);
      },
    },
  },
  function* (k) {
    const counter = yield* k.kmalloc('counter', 4);
    const a = yield* k.lwkt_create('writer', { cpu: 0, args: [counter] });
    const b = yield* k.lwkt_create('writer', { cpu: 1, args: [counter] });
    yield* k.join(a);
    yield* k.join(b);
    k.assert(k.get(counter) === 2, 'both writes count');
  },
);

const body = function* (k: KernelApi): Generator<unknown, void> {
  yield* k.cpu_mfence();
};

describe('a machine scenario', () => {
  it('holds as the contract writes it, in mocha', explores(twoWriters, { schedules: 2000 }));

  it('keeps a known bug findable in mocha', explores(careless, { schedules: 500, expects: 'assertion' }));

  it('fails in mocha with the table and a command that replays it', () => {
    const run = explores(careless, { schedules: 500 });
    const file = new URL(import.meta.url).pathname;
    const context = { timeout: () => undefined, test: { file, fullTitle: () => 'a title' } };
    assert.throws(
      () => run.call(context),
      /both writes count[\s\S]*SMPLAB_REPLAY=v1:\S+ npx mocha \S+ -g 'a title'/,
    );
  });

  it('gives a schedule that replays the very finding', () => {
    const found = explore(careless, { schedules: 500 });
    assert.equal(found.verdict, 'assertion');
    const again = replay(careless, found.schedule ?? '');
    const steps = ({ trace }: typeof found): string[] => trace.map((step) => `${step.strand} ${step.text}`);
    assert.deepEqual([again.verdict, again.message], [found.verdict, found.message]);
    assert.deepEqual(steps(again), steps(found));
  });

  it('is shortened to no more switches than the bug needs', () => {
    const raw = explore(careless, { schedules: 500, seed: 3, shrink: false });
    const short = explore(careless, { schedules: 500, seed: 3 });
    assert.equal(short.message, raw.message);
    assert.ok(
      (short.contextSwitches ?? 99) <= Math.min(6, raw.contextSwitches ?? 0),
      String(short.contextSwitches),
    );
  });

  it('finds the same with the same seed, in another scenario object too', () => {
    const twin = machineScenario(careless.name, careless.given, careless.body);
    const one = explore(careless, { schedules: 500, seed: 5 });
    const other = explore(twin, { schedules: 500, seed: 5 });
    assert.deepEqual(
      [one.schedule, one.schedules, one.steps],
      [other.schedule, other.schedules, other.steps],
    );
  });

  it('has two CPUs unless it says otherwise, and as many as it says', () => {
    for (const cpus of [undefined, 1, 4, 64]) {
      const asked = cpus === undefined ? {} : { cpus };
      const check = function* (k: KernelApi): Generator<unknown, void> {
        yield* k.cpu_mfence();
        k.assert(k.ncpus === (cpus ?? 2) && k.cpuid === 0, `${k.ncpus} CPUs`);
      };
      assert.equal(outcome(check, asked, 1), 'ok');
    }
  });

  it('carries its limits, CPUs and switches in the options that a schedule is bound to', () => {
    const scenario = machineScenario('x', { cpus: 3, limits: { hz: 7 }, asSeed: ['tsleep-ident'] }, body);
    const { cpus, asSeed, limits } = scenario.options as Record<string, unknown>;
    assert.deepEqual([cpus, asSeed, (limits as { hz: number }).hz], [3, ['tsleep-ident'], 7]);
    const found = explore(careless, { schedules: 500 });
    const other = machineScenario(careless.name, { ...careless.given, limits: { hz: 7 } }, careless.body);
    assert.throws(() => replay(other, found.schedule ?? ''), InputError);
  });

  it('has a twin with other fix switches off, and refuses an id that is none', () => {
    const seeded = careless.withSeed(['tsleep-ident']);
    assert.deepEqual(
      [seeded.name, seeded.asSeed, careless.asSeed],
      [careless.name, ['tsleep-ident'], undefined],
    );
    assert.deepEqual(careless.withSeed('all').asSeed, ['all']);
    assert.throws(() => careless.withSeed(['no such']), FixSwitchError);
  });

  it('reports blocks left behind only when it asks for that', () => {
    const forgets = function* (k: KernelApi): Generator<unknown, void> {
      yield* k.kmalloc('lost', 40);
    };
    assert.equal(outcome(forgets, {}, 1), 'ok');
    assert.match(outcome(forgets, { checkLeaks: true }, 1), /^leak: 1 blocks/);
  });

  it('fails when tokens were lost under a value, only when it asks for that', () => {
    const threads: MachineScenarioOptions['threads'] = {
      *writer(k, token, word) {
        yield* k.lwkt_gettoken(token);
        const before = k.get(word);
        yield* k.tsleep(word, 0, 'nap', 1);
        k.set(word, before + 1);
        yield* k.lwkt_reltoken(token);
      },
    };
    const main = function* (k: KernelApi): Generator<unknown, void> {
      const args = [k.lwkt_token_init('t'), yield* k.kmalloc('word', 4)];
      const writers = [];
      for (const cpu of [0, 1]) writers.push(yield* k.lwkt_create('writer', { cpu, args }));
      for (const writer of writers) yield* k.join(writer);
    };
    assert.equal(outcome(main, { threads }), 'ok');
    assert.match(outcome(main, { threads, failOnAtomicityBreak: true }), /^token-misuse: /);
  });

  it('keeps what the catalogue shows of it', () => {
    const notes = { source: 'a paper', shows: 'a bug', expected: 'assertion' };
    assert.deepEqual(machineScenario('x', notes, body).notes, notes);
    assert.ok(machineScenario('x', {}, body) instanceof MachineScenario);
  });
});
