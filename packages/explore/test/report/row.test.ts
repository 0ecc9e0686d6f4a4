import assert from 'node:assert/strict';
import { elide, rowsOf, type StepRow } from '../../src/report/row.ts';
import { finding, MAIN, step, T1, T2 } from './sample-result.ts';

const texts = (...args: Parameters<typeof rowsOf>): string[] => rowsOf(...args).map((row) => row.text);

function row(strand: string, text: string): StepRow {
  return { strand, text, at: null, switched: false, failed: false, spans: false };
}

describe('the rows of a table', () => {
  it('take spawns, joins and peeks of one strand together', () => {
    const trace = [
      step(MAIN, 'spawn(t1)'),
      step(MAIN, 'spawn(t2)'),
      step(MAIN, 't1.join() → 0'),
      step(MAIN, 't2.join() → 7'),
      step(MAIN, 'x.peek() → 1'),
      step(MAIN, 'y.peek() → 2'),
    ];
    assert.deepEqual(texts(finding({ trace })), ['spawn t1, t2', 'join t1', 'join t2 → 7', 'x → 1, y → 2']);
  });

  it('start anew where a strand was switched to', () => {
    const trace = [step(MAIN, 'spawn(t1)'), step(MAIN, 'spawn(t2)', { switched: true })];
    assert.deepEqual(texts(finding({ trace, strand: null })), ['spawn t1', 'spawn t2']);
  });

  it('take the steps of one call of the kernel together, and mark where it goes on', () => {
    const wakeup = { call: 'wakeup', at: 'f.ts:3' };
    const trace = [
      { ...step(T1, 'queue.look() → 0'), op: 'look', object: 'queue', call: 'lwkt_gettoken', at: 'f.ts:1' },
      {
        ...step(T1, 'queue.change(0, 1)'),
        op: 'change',
        object: 'queue',
        call: 'lwkt_gettoken',
        at: 'f.ts:1',
      },
      { ...step(T1, 'mask.load() → 0'), ...wakeup },
      { ...step(T2, 'x.store(1)', { switched: true }) },
      { ...step(T1, 'ipiq.store(1)', { switched: true }), ...wakeup },
      { ...step(T1, 'mask.or(1)'), call: 'wakeup', at: 'f.ts:4' },
    ];
    const expected = ['lwkt_gettoken(queue)', 'wakeup', 'x.store(1)', '… wakeup', 'wakeup'];
    assert.deepEqual(texts(finding({ trace, strand: null })), expected);
  });

  it('mark the look at which an assertion failed', () => {
    const last = rowsOf(finding()).at(-1);
    assert.deepEqual([last?.text, last?.failed], ['x → 1', true]);
  });

  it('mark the operation that failed', () => {
    const trace = [step(T1, 'node#1.next.read()', { at: 'f.ts:3' })];
    const rows = rowsOf(finding({ verdict: 'use-after-free', strand: T1, at: 'f.ts:3', trace }));
    assert.deepEqual(
      rows.map((each) => [each.text, each.failed]),
      [['node#1.next.read()', true]],
    );
  });

  it('give a failure between operations a row of its own', () => {
    const trace = [step(T1, 'x.load() → 3')];
    const rows = rowsOf(finding({ verdict: 'panic', strand: T1, at: 'f.ts:9', trace }));
    assert.deepEqual(rows.at(-1), {
      strand: T1,
      text: 'panic',
      at: 'f.ts:9',
      switched: false,
      failed: true,
      spans: false,
    });
  });

  it('mark nothing where no strand is at fault', () => {
    assert.ok(rowsOf(finding({ verdict: 'deadlock', strand: null })).every((each) => !each.failed));
  });
});

describe('the elision of a long table', () => {
  it('leaves a short one alone', () => {
    const rows = [row(T1, 'a'), row(T2, 'b')];
    assert.deepEqual(elide(rows, 60), rows);
  });

  it('hides stretches of one strand and keeps the changes between strands', () => {
    const rows = [T1, T2, T1].flatMap((strand) =>
      Array.from({ length: 50 }, (_, i) => row(strand, String(i))),
    );
    const shown = elide(rows, 60);
    const hidden = shown.reduce((sum, each) => sum + ('hidden' in each ? each.hidden : 0), 0);
    assert.ok(shown.length <= 60);
    assert.equal(shown.filter((each) => 'strand' in each).length + hidden, 150);
    const at = shown.indexOf(rows[50]);
    assert.equal(shown[at - 1], rows[49]);
  });

  it('keeps what is around a switch nobody was forced into, where strands take turns all the way', () => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      return { ...row(i % 2 === 0 ? T1 : T2, String(i)), switched: i === 150 };
    });
    const shown = elide(rows, 60);
    assert.ok(shown.length <= 60);
    for (const at of [0, 5, 148, 150, 152, 299]) assert.ok(shown.includes(rows[at]), String(at));
    assert.ok(!shown.includes(rows[140]));
  });

  it('hides the middle as a whole where strands take turns all the way', () => {
    const rows = Array.from({ length: 300 }, (_, i) => row(i % 2 === 0 ? T1 : T2, String(i)));
    const shown = elide(rows, 60);
    assert.ok(shown.length <= 61);
    assert.equal(shown[0], rows[0]);
    assert.equal(shown.at(-1), rows[299]);
  });
});
