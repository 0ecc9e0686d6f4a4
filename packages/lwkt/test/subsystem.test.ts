import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { M_WAITOK, mallocType } from '@smplab/kmem';
import { describe, it } from 'mocha';
import {
  ExploredMachine,
  type ExploredMachineOptions,
  FIX_SWITCHES,
  FixSwitchError,
  GD,
  type Kernel,
  Registry,
  RegistryError,
  type Subsystem,
} from '../src/index.ts';
import { type Body, verdictOf } from './fixtures/kernel-program.ts';

const ONE = { strategy: 'random', schedules: 1 };
const M_LAID = mallocType('laid', 'words of a subsystem');

/** A subsystem with a word of its own; `calls` says what was asked of it. */
function wordOf(name: string, calls: string[], rest: Partial<Subsystem> = {}): Subsystem & { word: number } {
  const subsystem = {
    name,
    word: 0,
    fixes: [],
    options: {},
    boot(kernel: Kernel, main: number): void {
      calls.push(`${name} boot`);
      assert.equal(kernel.words[kernel.gdOf(0) + GD.gd_tdrunq], main);
      subsystem.word = kernel.memory.reserve(2);
      kernel.words[subsystem.word] = 7;
      kernel.words[subsystem.word + 1] = kernel.kmem.kmalloc(M_LAID, 4, M_WAITOK, 'boot');
    },
    attach: (): void => void calls.push(`${name} attach`),
    reset: (kernel: Kernel): void => {
      calls.push(`${name} reset`);
      assert.equal(kernel.words[subsystem.word], 7);
    },
    quiesce: (): readonly string[] => [],
    check: (): readonly string[] => [],
    ...rest,
  };
  return subsystem;
}

function machine(
  subsystems: readonly Subsystem[],
  main: Body,
  options: Partial<ExploredMachineOptions> = {},
): ExploredMachine {
  const registry = new Registry();
  for (const subsystem of subsystems) registry.addSubsystem(subsystem);
  return new ExploredMachine('subsystems', {
    cpus: 2,
    ...options,
    registry,
    main: registry.register('main', main),
  });
}

const nothing: Body = function* (k) {
  yield* k.fence();
};

describe('a subsystem of an explored machine', () => {
  it('boots once, attaches to each memory, and is reset before each run, in the order of adding', () => {
    const calls: string[] = [];
    const [a, b] = [wordOf('a', calls), wordOf('b', calls)];
    const program = machine([a, b, a], function* (k) {
      if ((yield* k.load(a.word)) !== 7) k.panic('the word is not as it was laid out');
      yield* k.store(a.word, 8);
    });
    verdictOf(program, 'nothing-concurrent', { strategy: 'random', schedules: 3 });
    const first = ['a boot', 'b boot', 'a attach', 'b attach', 'a reset', 'b reset'];
    assert.deepEqual(calls.slice(0, 8), [...first, 'a reset', 'b reset']);
    assert.equal(calls.filter((call) => call.endsWith('boot')).length, 2);
  });

  it('leaves no leak by what it laid out', () => {
    const program = machine([wordOf('a', [])], nothing, { checkLeaks: true });
    assert.notEqual(explore(program, ONE).verdict, 'leak');
    const forgets = machine(
      [wordOf('a', [])],
      function* (k) {
        yield* k.allocate('lost', 4, true);
      },
      { checkLeaks: true },
    );
    assert.match(verdictOf(forgets, 'leak', ONE).message, /^1 blocks/);
  });

  it('fails a run that ended well, with what it finds left, and no run that failed before', () => {
    const program = machine([wordOf('a', [], { quiesce: () => ['two are left', 'one', 'other'] })], nothing);
    const { message, finding } = verdictOf(program, 'assertion', ONE);
    assert.match(message, /two are left/);
    assert.deepEqual(finding?.details, ['one', 'other']);
    const never = machine([wordOf('a', [], { quiesce: () => assert.fail('asked') })], function* (k) {
      yield* k.fence();
      k.panic('before');
    });
    assert.match(verdictOf(never, 'panic', ONE).message, /before/);
  });

  it('checks after each step, if that is asked for', () => {
    const laid = wordOf('a', [], {
      check: ({ words }) => (words[laid.word] === 9 ? ['the word is nine', 'since then'] : []),
    });
    const main: Body = function* (k) {
      for (const value of [8, 9, 10]) yield* k.store(laid.word, value);
    };
    assert.notEqual(explore(machine([laid], main), ONE).verdict, 'assertion');
    const result = verdictOf(machine([laid], main, { checkEachStep: true }), 'assertion', ONE);
    assert.match(result.message, /the word is nine/);
    assert.deepEqual(result.finding?.details, ['since then']);
    assert.match(result.trace.at(-1)?.text ?? '', /9/);
    assert.equal(result.finding?.strand, 'cpu0/main');
  });

  it('has its options among those a schedule is bound to, unless it has none', () => {
    const { options } = machine([wordOf('a', [], { options: { pages: 3 } }), wordOf('b', [])], nothing);
    assert.deepEqual([options['a'], 'b' in options], [{ pages: 3 }, false]);
  });

  it('brings fix switches, which are known with those of the kernel', () => {
    const fixes = [{ id: 'bolts', commit: 'none', wrong: 'nothing' }];
    const given = (asSeed: readonly string[]) => machine([wordOf('a', [], { fixes })], nothing, { asSeed });
    assert.deepEqual(given(['bolts', 'tsleep-ident']).options['asSeed'], ['bolts', 'tsleep-ident']);
    const all = [...FIX_SWITCHES.map(({ id }) => id), 'bolts', 'all'].join(', ');
    assert.throws(
      () => given(['nuts']),
      (error: unknown) =>
        error instanceof FixSwitchError &&
        error.message === `there is no fix switch "nuts": known are ${all}`,
    );
    const seen: string[][] = [];
    const attach = ({ asSeedIds, asSeed }: Kernel): void =>
      void seen.push([...asSeedIds, String(asSeed['tsleep-ident'])]);
    for (const asSeed of [['bolts'], 'all'] as const) {
      verdictOf(
        machine([wordOf('a', [], { fixes, attach })], nothing, { asSeed }),
        'nothing-concurrent',
        ONE,
      );
    }
    assert.deepEqual(seen[0], ['bolts', 'false']);
    const last = seen.at(-1) ?? [];
    assert.deepEqual([last[0], last.includes('bolts'), last.at(-1)], ['all', true, 'true']);
  });

  it('has a name of its own', () => {
    const registry = new Registry();
    registry.addSubsystem(wordOf('a', []));
    const refuses = (name: unknown, said: RegExp): void =>
      assert.throws(
        () => registry.addSubsystem(wordOf(name as string, [])),
        (error: unknown) => error instanceof RegistryError && said.test(error.message),
      );
    refuses('a', /two subsystems are called "a"/);
    for (const name of ['', 'limits', 3]) refuses(name, /a subsystem cannot be called /);
    assert.deepEqual(
      registry.subsystems.map(({ name }) => name),
      ['a'],
    );
  });
});
