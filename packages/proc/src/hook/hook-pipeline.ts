/**
 * Owns the stream of one hook in one realm: a Subject, and what the subscriber made of it. Everything that
 * happens in it happens within one call of `publish`, errors included.
 */
import type { Observable, Subject, Unsubscribable } from 'rxjs';
import type { Published, Publication } from './hook-event.ts';
import { errorsOf, rxjs } from './rxjs.ts';

/** Subscribes to the stream of a hook, in each realm that publishes to it. */
export type Subscriber<W> = (events$: Observable<Published<W>>, cookie: number) => Unsubscribable;

/** A subscriber failed; the message names it. */
class SubscriberError extends Error {
  override readonly name = 'SubscriberError';
}

export class HookPipeline<W> {
  readonly #subject: Subject<Published<W>>;
  #subscription: Unsubscribable | null = null;

  /** Throws SubscriberError. */
  constructor(
    readonly who: string,
    subscriber: Subscriber<W>,
    cookie: number,
  ) {
    const { Subject: Source } = rxjs();
    this.#subject = new Source<Published<W>>();
    this.#guarded(() => {
      const subscription = subscriber(this.#subject.asObservable(), cookie) as
        Partial<Unsubscribable> | undefined;
      if (typeof subscription?.unsubscribe !== 'function')
        throw new TypeError('it must return its subscription, as events$.subscribe(...) gives it');
      this.#subscription = subscription as Unsubscribable;
    });
  }

  /** Delivers the event; the publication has what the subscriber hands over. Throws SubscriberError. */
  publish(publication: Publication<W>): void {
    try {
      this.#guarded(() => this.#subject.next(publication.event()));
    } finally {
      publication.close();
    }
  }

  /** The hook is gone. */
  drop(): void {
    this.#guarded(() => this.#subscription?.unsubscribe());
  }

  #guarded(call: () => void): void {
    const [first] = errorsOf(call);
    if (first === undefined) return;
    const text = first instanceof Error ? `${first.name}: ${first.message}` : JSON.stringify(first);
    throw new SubscriberError(`${this.who} failed: ${text}`, { cause: first });
  }
}
