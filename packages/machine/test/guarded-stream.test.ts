import assert from 'node:assert/strict';
import { map, Subject, take } from 'rxjs';
import { guardedStream } from '../src/guarded-stream.ts';

/** A source, the guarded stream of it, and what was reported. */
function guarded() {
  const source = new Subject<number>();
  const reports: string[] = [];
  const stream = guardedStream(source, (error) => reports.push((error as Error).message));
  return { source, stream, reports };
}

const fail = (what: string): never => {
  throw new Error(what);
};

describe('a guarded stream', () => {
  it('reports a subscriber that throws, at once, and lets it and all others hear on', () => {
    const { source, stream, reports } = guarded();
    const heard: number[] = [];
    let calls = 0;
    stream.subscribe(() => fail(`call ${++calls}`));
    stream.subscribe((value) => heard.push(value));
    source.next(1);
    assert.deepEqual({ heard, reports }, { heard: [1], reports: ['call 1'] });
    source.next(2);
    assert.deepEqual({ heard, reports }, { heard: [1, 2], reports: ['call 1', 'call 2'] });
  });

  it('reports an operator that throws to a subscriber without an error handler', () => {
    const { source, stream, reports } = guarded();
    const heard: number[] = [];
    stream.pipe(map((value) => (value === 2 ? fail('two') : value))).subscribe((value) => heard.push(value));
    for (const value of [1, 2, 3]) source.next(value);
    assert.deepEqual({ heard, reports }, { heard: [1], reports: ['two'] });
  });

  it('leaves errors to those who handle them, and reports handlers that throw', () => {
    const { source, stream, reports } = guarded();
    const handled: unknown[] = [];
    const broken = stream.pipe(map(() => fail('operator')));
    broken.subscribe({ error: (error: Error) => handled.push(error.message) });
    broken.subscribe({ error: () => fail('handler') });
    stream.subscribe({ complete: () => fail('completion') });
    source.next(1);
    source.complete();
    assert.deepEqual({ handled, reports }, { handled: ['operator'], reports: ['handler', 'completion'] });
  });

  it('takes observers in every form, unsubscribes and completes', () => {
    const { source, stream, reports } = guarded();
    const heard: string[] = [];
    stream
      .pipe(take(1))
      .subscribe({ next: (value) => heard.push(`a${value}`), complete: () => heard.push('done') });
    stream.subscribe().unsubscribe();
    const subscription = stream.subscribe((value) => heard.push(`b${value}`));
    source.next(1);
    subscription.unsubscribe();
    source.next(2);
    assert.deepEqual({ heard, reports }, { heard: ['a1', 'done', 'b1'], reports: [] });
    assert.equal(source.observed, false);
  });
});
