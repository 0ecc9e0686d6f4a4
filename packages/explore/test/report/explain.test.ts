import assert from 'node:assert/strict';
import { explain } from '../../src/report/explain.ts';
import { finding, LOST_UPDATE, MAIN, step, T1, T2 } from './sample-result.ts';

describe('the explanation of a finding', () => {
  it('names the update that was lost', () => {
    assert.equal(explain(finding()), "t2 stores x between t1's load and t1's store: t2's update is lost.");
  });

  it('is silent when the overwritten store was no update of what was there', () => {
    const trace = LOST_UPDATE.filter((each) => !(each.strand === T2 && each.op === 'load'));
    assert.equal(explain(finding({ trace })), null);
  });

  it('is silent about an object the assertion does not look at', () => {
    const trace = [...LOST_UPDATE.slice(0, -1), step(MAIN, 'y.peek() → 1')];
    assert.equal(explain(finding({ trace })), null);
  });

  it('says who changed a value between two looks at it', () => {
    const trace = [step(T1, 'x.load() → 0'), step(T2, 'x.store(4)'), step(T1, 'x.load() → 4')];
    assert.equal(
      explain(finding({ trace, strand: T1 })),
      't2 changes x from 0 to 4 between two loads of t1: what t1 saw first no longer holds.',
    );
  });

  it('says which value was out of date', () => {
    const trace = [step(MAIN, 'stop.read() → 0'), step(T1, 'stop.write(1)'), step(MAIN, 'n.add(1) → 1')];
    assert.equal(
      explain(finding({ trace })),
      'main goes on with stop = 0, which it read before t1 writes 1.',
    );
  });

  it('says who holds and who waits in a cycle', () => {
    const trace = [step(T1, 'a.lock()'), step(T2, 'b.lock()', { switched: true })];
    const details = [
      'main/t1 waits in b.lock(), held by main/t2',
      'main/t2 waits in a.lock(), held by main/t1',
    ];
    assert.equal(
      explain(finding({ verdict: 'deadlock', strand: null, trace, details })),
      't1 holds a and waits for b; t2 holds b and waits for a. Taking them in one order everywhere ends it.',
    );
  });

  it('says that a thread locked what it holds', () => {
    const details = ['main waits in a.lock(), held by main'];
    assert.equal(
      explain(finding({ verdict: 'deadlock', strand: null, trace: [step(MAIN, 'a.lock()')], details })),
      'main locks a, which it holds already: it waits for itself.',
    );
  });

  it('says that the owner of a lock has ended', () => {
    const details = ['main/t2 waits in a.lock(), held by main/t1 (which has ended)'];
    assert.equal(
      explain(finding({ verdict: 'deadlock', strand: null, trace: [], details })),
      't1 ended without giving a back.',
    );
  });

  it('says that a signal came too early, or never', () => {
    const wait = step(T1, 'c.wait(m)');
    const early = finding({ verdict: 'lost-wakeup', strand: T1, trace: [step(T2, 'c.signal()'), wait] });
    assert.equal(explain(early), 't2 signals c before t1 sleeps on it: the wakeup finds nobody.');
    assert.equal(explain({ ...early, trace: [wait] }), 'Nobody signals c.');
  });

  it('says who freed an object and what its user had just done', () => {
    const trace = [
      step(T1, 'head.load() → 20'),
      step(T2, 'free(node#1)', { object: '' }),
      step(T1, 'node#1.next.read()'),
    ];
    const details = ['node#1 allocated by main', 'node#1 freed by main/t2 at f.ts:9'];
    assert.equal(
      explain(finding({ verdict: 'use-after-free', strand: T1, trace, details })),
      "t2 frees node#1 after t1's head.load() and before t1 uses it.",
    );
  });

  it('says what both saw that freed one object', () => {
    const trace = [T1, T2].flatMap((strand) => [step(strand, 'n.load() → 0'), step(strand, 'free(node#1)')]);
    const details = ['node#1 allocated by main', 'node#1 freed by main/t1'];
    const found = finding({ verdict: 'double-free', strand: T2, trace, details });
    assert.equal(explain(found), 't1 and t2 both saw n = 0 before they freed node#1.');
    assert.equal(explain({ ...found, trace: trace.slice(1) }), null);
  });

  it('says who stored the null that was followed', () => {
    const trace = [step(T2, 'p.store(0)'), step(T1, 'p.load() → 0')];
    assert.equal(
      explain(finding({ verdict: 'null-dereference', strand: T1, trace })),
      't2 stores 0 in p before t1 reads it.',
    );
  });

  it('leaves verdicts that speak for themselves alone', () => {
    assert.equal(explain(finding({ verdict: 'leak' })), null);
  });
});
