import assert from 'node:assert/strict';
import { checkScenario, MACHINE_RULES, machineScenario } from '../src/index.ts';

const body = function* (): Generator<unknown, void> {};

function refusal(options: unknown, code: unknown = body, name: unknown = 'x'): string {
  try {
    machineScenario(name as string, options as object, code as never);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'accepted';
}

describe('a machine scenario that makes no sense', () => {
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'no CPU',
      { cpus: 0 },
      /^RangeError: machineScenario "x": a machine of 0 CPUs: a whole number from 1 to 64/,
    ],
    ['too many CPUs', { cpus: 1000 }, /a machine of 1000 CPUs/],
    ['half a CPU', { cpus: 3.5 }, /a machine of 3\.5 CPUs/],
    ['CPUs in words', { cpus: '2' }, /^RangeError/],
    ['an unknown limit', { limits: { nope: 1 } }, /there is no limit "nope": limits are hz, sleepBuckets/],
    ['a limit out of range', { limits: { hz: 0 } }, /limit hz is 0: a whole number from 1/],
    ['limits that are no table', { limits: 5 }, /limits are numbers by name/],
    [
      'limits beyond memory',
      { limits: { sleepBuckets: 1 << 26 } },
      /^InputError: .*its limits ask for too much: ENOMEM/,
    ],
    ['an unknown fix switch', { asSeed: ['nope'] }, /there is no fix switch "nope": known are exclreq-fair/],
    ['fix switches that are no list', { asSeed: 5 }, /asSeed is a list of fix switches, or 'all'/],
    ['an option nobody has', { thraeds: {} }, /there is no option "thraeds": options are cpus, threads/],
    ['a flag in words', { checkLeaks: 'yes' }, /checkLeaks is true or false/],
    ['another flag in words', { checkEachStep: 1 }, /checkEachStep is true or false/],
    ['a thread that is no function', { threads: { a: 3 } }, /the thread a is no generator function/],
    ['threads that are no table', { threads: 7 }, /threads are functions by name/],
    [
      'an async thread',
      { threads: { a: async () => Promise.resolve() } },
      /a is async; kernel code waits for words/,
    ],
    ['a thread called main', { threads: { main: body } }, /the name main is taken by its body/],
    [
      'a thread with a name of the kernel',
      { threads: { lwkt_idle: body } },
      /the name lwkt_idle is taken by the kernel/,
    ],
    ['no options', null, /^TypeError: machineScenario "x" needs options/],
  ];

  for (const [what, options, message] of refused) {
    it(`is refused when it is loaded: ${what}`, () => {
      assert.match(refusal(options), message);
    });
  }

  it('is refused without a body, with an async one, and without a name', () => {
    assert.match(refusal({}, null), /needs a generator function as its body/);
    assert.match(
      refusal({}, async () => Promise.resolve()),
      /its body is async/,
    );
    assert.match(refusal({}, body, ' '), /^TypeError: machineScenario needs a name$/);
    assert.match(refusal({}, body, 7), /needs a name/);
  });

  it('is accepted with the most and the least that is possible', () => {
    assert.equal(refusal({}), 'accepted');
    assert.equal(refusal({ cpus: 64, asSeed: 'all', limits: {}, threads: {} }), 'accepted');
  });
});

describe('the check of a kind of scenario that another package makes', () => {
  const rules = {
    ...MACHINE_RULES,
    what: 'processScenario',
    fixes: [{ id: 'bolts', commit: 'none', wrong: 'nothing' }],
    options: ['init', 'strict'],
    flags: ['strict'],
  };

  it('knows its options, flags and fix switches, and calls it by its name', () => {
    checkScenario('x', { cpus: 1, init: 'sh', strict: true, asSeed: ['bolts'] }, body, rules);
    const refused: readonly (readonly [object, RegExp])[] = [
      [{ strict: 1 }, /^processScenario "x": strict is true or false$/],
      [{ inits: 1 }, /^processScenario "x": there is no option "inits": .*checkEachStep.*, init, strict$/],
      [{ asSeed: ['tsleep-ident'] }, /there is no fix switch "tsleep-ident": known are bolts, all$/],
    ];
    for (const [options, message] of refused) {
      assert.throws(() => checkScenario('x', options, body, rules), { message });
    }
    assert.throws(() => checkScenario('', {}, body, rules), /^TypeError: processScenario needs a name$/);
  });
});
