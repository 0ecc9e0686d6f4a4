import assert from 'node:assert/strict';
import { Execution, explore, InputError } from '@smplab/explore';
import { FIX_SWITCHES, FixSwitchError } from '@smplab/lwkt';
import {
  createMachine,
  type CreateMachineOptions,
  type DriverName,
  MachineScenario,
  type MachineReport,
  runLockstepMachine,
  runSchedules,
} from '../src/index.ts';
import {
  becomes,
  debt,
  entries,
  LEDGER_FIXES,
  LedgerScenario,
  open,
  refused,
} from './fixtures/subsystem-programs.mjs';

const FILE = new URL('./fixtures/subsystem-programs.mjs', import.meta.url).href;
const DRIVERS: readonly DriverName[] = ['live', 'explore', 'lockstep'];

async function run(
  scenario: string,
  driver: DriverName,
  options: Partial<CreateMachineOptions> = {},
): Promise<{ readonly report: MachineReport; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const machine = createMachine({
    driver,
    cpus: 2,
    images: [{ module: FILE, scenario }],
    ...(driver === 'lockstep' ? {} : { onLog: (_cpu: number, text: string) => void lines.push(text) }),
    ...options,
  });
  return { report: await machine.run(), lines };
}

/** The same schedules, in workers and in this thread. */
async function twins(scenario: MachineScenario): Promise<void> {
  const { name } = scenario;
  const ranges = [{ strategy: 'random', seed: 1, count: 40 }];
  const { outcomes } = await runLockstepMachine({
    name,
    cpus: 2,
    images: [{ module: FILE, scenario: name }],
    ranges,
  });
  const expected = runSchedules(new Execution({ races: false }), scenario, ranges[0]);
  assert.deepEqual(outcomes, expected);
}

describe('a subsystem', function () {
  this.timeout(60_000);

  for (const driver of DRIVERS) {
    it(`has its words laid out before anything runs: ${driver}`, async () => {
      const { report } = await run('ledger', driver);
      assert.deepEqual([report.outcome, report.message], ['halted', 'all threads have ended']);
    });

    it(`fails a machine that ended well but left something: ${driver}`, async () => {
      const { report } = await run('open', driver);
      assert.deepEqual(
        [report.outcome, report.verdict, report.message, report.thread],
        ['failed', 'assertion', '1 entries are open', null],
      );
      if (driver !== 'lockstep') assert.deepEqual(report.notes, ['of the ledger']);
    });
  }

  it('has the same words in lockstep as explored: every schedule has the same hash', async () => {
    await twins(entries);
    await twins(open);
  });

  it('holds in every schedule, or is found not to', () => {
    assert.equal(explore(entries, { schedules: 200 }).verdict, 'none');
    assert.equal(explore(open, { schedules: 5, shrink: false }).message, '1 entries are open');
  });

  it('is checked after each step of a scenario that asks for it', () => {
    assert.notEqual(explore(debt, { schedules: 5 }).verdict, 'assertion');
    const checked = new LedgerScenario('debt', { ...debt.given, checkEachStep: true }, debt.body);
    const result = explore(checked, { schedules: 5 });
    assert.deepEqual([result.verdict, result.message], ['assertion', 'the ledger is in debt by 1']);
  });

  it('boots once for a scenario, attaches, and is reset for each run', () => {
    const scenario = new LedgerScenario('ledger', entries.given, entries.body);
    runSchedules(new Execution(), scenario, { strategy: 'random', seed: 1, count: 3 });
    assert.deepEqual(scenario.calls, ['boot', 'attach', 'reset', 'reset', 'reset']);
    assert.deepEqual(scenario.options['ledger'], { pages: 7 });
  });
});

describe('the fix switches of a subsystem', function () {
  this.timeout(60_000);
  const all = [...FIX_SWITCHES, ...LEDGER_FIXES].map(({ id }) => id).join(', ');
  const said = `there is no fix switch "nuts": known are ${all}, all`;

  for (const driver of DRIVERS) {
    it(`are told to its code, alone or with all: ${driver}`, async () => {
      for (const [asSeed, isOn] of [
        [['ledger-bolts'], true],
        [['ledger-nuts', 'tsleep-ident'], false],
        ['all', true],
      ] as const) {
        const { report, lines } = await run('ledger', driver, { asSeed, fixes: LEDGER_FIXES });
        assert.equal(report.outcome, 'halted', report.message);
        if (driver !== 'lockstep') assert.deepEqual(lines, [`bolts ${isOn}`]);
      }
    });

    it(`are refused by a machine whose images lack them, all known ones named: ${driver}`, async () => {
      const fixes = [{ id: 'nuts', commit: '', wrong: '' }];
      const { report } = await run('ledger', driver, { asSeed: ['nuts'], fixes });
      assert.deepEqual([report.outcome, report.message], ['refused', said]);
    });

    it(`are refused before anything is made, unless they are said to exist: ${driver}`, () => {
      const options = { driver, cpus: 1, images: [{ module: FILE }], asSeed: ['ledger-bolts'] };
      assert.throws(() => createMachine(options), InputError);
      assert.doesNotThrow(() => createMachine({ ...options, fixes: LEDGER_FIXES }));
    });
  }

  it('are known to a scenario of its kind, whose twins are of that kind too', () => {
    const seeded = entries.withSeed(['ledger-bolts']);
    assert.equal(seeded.constructor, entries.constructor);
    assert.deepEqual([seeded.asSeed, explore(seeded, { schedules: 3 }).verdict], [['ledger-bolts'], 'none']);
    assert.throws(
      () => entries.withSeed(['nuts']),
      (error: unknown) => error instanceof FixSwitchError && error.message === said,
    );
  });
});

describe('threads that become other code', function () {
  this.timeout(60_000);

  for (const driver of DRIVERS) {
    it(`end with what that returns, the code of before forgotten: ${driver}`, async () => {
      const { report } = await run('becomes', driver);
      assert.deepEqual([report.outcome, report.message], ['halted', 'all threads have ended']);
    });
  }

  it('make the same schedules in lockstep as explored', async () => twins(becomes));

  it('hold in every schedule', () => {
    assert.equal(explore(becomes, { schedules: 300 }).verdict, 'none');
  });

  const reasons: Readonly<Record<string, RegExp>> = {
    'in a critical section': /^become: main is in 1 critical sections$/,
    'with a token': /^become: main holds tokens$/,
    'with a spinlock': /^become: main holds 1 spinlocks$/,
    'in a handler':
      /^become: idle is (interrupted: the code that runs is not its own|in 1 critical sections)$/,
    'without code': /^become needs the generator/,
  };
  for (const { name } of refused) {
    for (const driver of DRIVERS) {
      it(`are refused ${name}: ${driver}`, async () => {
        const { report } = await run(name, driver);
        assert.match(report.message, reasons[name]);
        assert.equal(report.verdict, name === 'without code' ? 'scenario-misuse' : 'panic');
      });
    }
  }
});
