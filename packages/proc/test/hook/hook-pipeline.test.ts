import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Observable } from 'rxjs';
import { type ForkWords, Publication } from '../../src/hook/hook-event.ts';
import { HookPipeline, type Subscriber } from '../../src/hook/hook-pipeline.ts';

const WORDS: ForkWords = { parent: 100, child: 200, parentPid: 2, childPid: 3 };
const publication = (): Publication<ForkWords> => new Publication('a hook', WORDS);
const pipeline = (subscriber: Subscriber<ForkWords>, cookie = 0): HookPipeline<ForkWords> =>
  new HookPipeline('fork$ subscriber "tested"', subscriber, cookie);

describe('the stream of a hook', () => {
  it('subscribes once, with the cookie, and delivers each event before publish returns', () => {
    const seen: string[] = [];
    const made = pipeline((events$, cookie) => {
      seen.push(`cookie ${cookie}`);
      return events$.subscribe(({ childPid }) => seen.push(`child ${childPid}`));
    }, 7);
    made.publish(publication());
    seen.push('published');
    made.publish(publication());
    assert.deepEqual(seen, ['cookie 7', 'child 3', 'published', 'child 3']);
  });

  it('takes code for the publication only while the event is delivered', () => {
    const late: (() => void)[] = [];
    const code = function* (): Generator<never> {
      // It would be run by the publishing thread.
    };
    const made = pipeline((events$) =>
      events$.subscribe((event) => {
        event.runBefore(code);
        late.push(() => {
          event.runBefore(code);
        });
      }),
    );
    const one = publication();
    made.publish(one);
    assert.deepEqual(one.code, [code]);
    assert.throws(late[0], /a hook called runBefore after the event had been delivered/);
    assert.deepEqual(one.code, [code]);
  });

  it('ends its subscription when the hook is gone, and delivers nothing any more', () => {
    let ended = 0;
    let seen = 0;
    const made = pipeline((events$) => {
      const subscription = events$.subscribe(() => seen++);
      subscription.add(() => ended++);
      return subscription;
    });
    made.publish(publication());
    made.drop();
    made.publish(publication());
    assert.deepEqual([seen, ended], [1, 1]);
  });

  it('names who failed, with what, wherever the error comes from, and closes the event all the same', () => {
    const failing: readonly (readonly [string, Subscriber<ForkWords>])[] = [
      [
        'in the observer',
        (events$) =>
          events$.subscribe(() => {
            throw new RangeError('too far');
          }),
      ],
      [
        'in an operator',
        (events$) =>
          new Observable((observer) => {
            events$.subscribe(() => {
              observer.error(new RangeError('too far'));
            });
          }).subscribe(),
      ],
    ];
    for (const [where, subscriber] of failing) {
      const made = pipeline(subscriber);
      const one = publication();
      const event = one.event();
      assert.throws(
        () => {
          made.publish(one);
        },
        { name: 'SubscriberError', message: 'fork$ subscriber "tested" failed: RangeError: too far' },
        where,
      );
      assert.throws(() => {
        event.runBefore(function* () {
          // Never run.
        });
      }, /after the event had been delivered/);
    }
  });

  it('needs a subscription from its subscriber', () => {
    for (const returned of [undefined, {}, 5]) {
      assert.throws(
        () => pipeline((() => returned) as never),
        /"tested" failed: TypeError: it must return its subscription/,
      );
    }
  });
});
