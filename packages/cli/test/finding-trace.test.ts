import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTrace, type Trace, type TraceEvent } from '@smplab/trace';
import { findingTrace } from '../src/finding-trace.ts';

/** A report with steps such as `main: spawn(a)`; `!` before the text: an unforced switch. */
function report(strands: readonly string[], ...steps: string[]): object {
  const trace = steps.map((line) => {
    const [, strand, mark, text] = /^(\S+): (!?)(.*)$/.exec(line) ?? assert.fail(line);
    const [, object = '', op = text] = /^(?:(.+)\.)?(\w+)\(/.exec(text) ?? [];
    return { strand, op, object, text, value: null, at: null, switched: mark === '!' };
  });
  return { scenario: 'small', verdict: 'deadlock', message: 'all wait', seed: 1, strands, trace };
}

const told = ({ events }: Trace, kind: TraceEvent['kind']): unknown[] =>
  events.flatMap((event) => (event.kind === kind ? [Object.values(event).slice(1)] : []));

describe('the trace of a finding', () => {
  const plain = findingTrace(
    report(
      ['main', 'main/a', 'main/b'],
      'main: spawn(a)',
      'main: spawn(b)',
      'main/a: lock.lock()',
      'main/b: !other.load()',
      'main/a: !lock.unlock()',
      'main/b: lock.lock()',
      'main: join(a)',
    ),
  );

  it('has strands as threads, on one CPU if they name none', () => {
    assert.equal(plain.cpus, 1);
    assert.deepEqual(
      plain.threads.map(({ tid, name, processName }) => [tid, name, processName]),
      [
        [1, 'main', 'small'],
        [2, 'main/a', 'small'],
        [3, 'main/b', 'small'],
      ],
    );
    assert.deepEqual(plain.description, { verdict: 'deadlock', message: 'all wait', seed: '1' });
  });

  it('takes a microsecond for each step, which is a slice', () => {
    const begins = told(plain, 'begin').map((row) =>
      (row as unknown[]).filter((_, at) => at !== 1 && at !== 3),
    );
    assert.deepEqual(begins.slice(0, 4), [
      [0, 1, 'spawn(a)'],
      [1_000, 1, 'spawn(b)'],
      [2_000, 2, 'lock.lock()'],
      [3_000, 3, 'other.load()'],
    ]);
    assert.equal(told(plain, 'end').length, 7);
    assert.deepEqual(told(plain, 'instant'), [[7_000, 0, 1, 'deadlock: all wait']]);
  });

  it('tells switches that were forced from those that were not', () => {
    assert.deepEqual(
      told(plain, 'switch').map((row) => (row as unknown[]).filter((_, at) => at !== 1)),
      [
        [0, 0, 'R', 1],
        [2_000, 1, 'S', 2],
        [3_000, 2, 'R+', 3],
        [4_000, 3, 'R+', 2],
        [5_000, 2, 'S', 3],
        [6_000, 3, 'S', 1],
      ],
    );
  });

  it('has a spawned strand woken by who spawns it, and one that waits by who used the object last', () => {
    assert.deepEqual(told(plain, 'waking'), [
      [500, 0, 2, 1, 0],
      [1_500, 0, 3, 1, 0],
      // `join(a)` goes on after the last step of a.
      [4_500, 0, 1, 2, 0],
    ]);
    assert.deepEqual(checkTrace(plain), []);
  });

  it('puts strands of a machine on its CPUs, and its messages between them', () => {
    const machine = findingTrace(
      report(
        ['cpu0/main', 'cpu1/irq', 'cpu1/idle'],
        'cpu1/idle: x.load()',
        'cpu0/main: cpu1.gd_ipimask[0].or(1)',
        'cpu1/irq: interrupt()',
        'cpu1/idle: x.load()',
      ),
    );
    assert.equal(machine.cpus, 2);
    assert.deepEqual(told(machine, 'ipi'), [[1_500, 0, 1, 'ipi', 1]]);
    assert.deepEqual(told(machine, 'switch'), [
      [0, 1, 0, 'R', 3],
      [1_000, 0, 0, 'R', 1],
      [2_000, 1, 3, 'R+', 2],
      [3_000, 1, 2, 'S', 3],
    ]);
    assert.deepEqual(checkTrace(machine), []);
  });

  it('has calls of the kernel as slices around their steps, and notes as instants', () => {
    const step = { strand: 'cpu0/main', object: 'x', text: 'x.load()', value: 3, op: 'load' };
    const { events } = findingTrace({
      scenario: 'calls',
      trace: [
        { ...step, call: 'lwkt_create' },
        { ...step, isStep: false },
        { ...step, call: 'lwkt_create' },
        { ...step, call: 'tsleep' },
      ],
    });
    const rows = events.flatMap((e) =>
      'track' in e && e.track === 'calls' ? [[e.kind, e.timeNs, nameOf(e)]] : [],
    );
    assert.deepEqual(rows, [
      ['begin', 0, 'lwkt_create'],
      ['end', 2_000, 'lwkt_create'],
      ['begin', 2_000, 'tsleep'],
      ['end', 3_000, 'tsleep'],
    ]);
    assert.ok(events.some((e) => e.kind === 'instant' && e.timeNs === 1_000 && e.name === 'x.load() → 3'));
  });

  it('is consistent, whatever the steps are', () => {
    const strands = ['main', 'main/a', 'main/b', 'cpu1/irq', 'cpu1/main', 'cpu1/main/a'];
    const texts = [
      'spawn(a)',
      'spawn(b)',
      'x.lock()',
      'x.unlock()',
      'y.load()',
      'join(a)',
      'cpu1.gd_ipimask.or(1)',
    ];
    const step = fc.tuple(fc.constantFrom(...strands), fc.constantFrom('', '!'), fc.constantFrom(...texts));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.boolean(), (steps, isTold) => {
        const lines = steps.map(([strand, mark, text]) => `${strand}: ${mark}${text}`);
        assert.deepEqual(checkTrace(findingTrace(report(isTold ? strands : [], ...lines))), []);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what is no report, and a report without a trace', () => {
    for (const value of [null, [], 3, {}, { scenario: 'x' }, { trace: [] }])
      assert.throws(
        () => findingTrace(value),
        /neither a trace of smplab nor what "smplab explore --json" prints/,
      );
    assert.throws(() => findingTrace({ scenario: 'x', trace: [] }), /"x" has no trace: nothing was found/);
    assert.throws(() => findingTrace({ scenario: 'x', trace: [3] }), /step 1 of its trace is no object/);
    assert.throws(
      () => findingTrace({ scenario: 'x', trace: [{ op: 'x' }] }),
      /step 1 .* no text for strand/,
    );
  });
});

function nameOf(event: TraceEvent): string {
  return 'name' in event ? event.name : '';
}
