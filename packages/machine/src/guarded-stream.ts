/**
 * Owns streams whose subscribers cannot do harm. RxJS throws what a subscriber throws later, on a timer,
 * where it ends the process; here it is reported at once and the subscriber stays subscribed. Errors of
 * operators on the way to a subscriber without an error handler are reported as well. Streams made from
 * these by `pipe` are of the same kind; those made by the creation functions of RxJS (`merge(a$, b$)`) are
 * not.
 */
import type { Observable, Observer, Subscription } from 'rxjs';
import { rxjs } from './rxjs.ts';

type Report = (error: unknown) => void;

/** An observable whose subscribers are guarded. */
type GuardedClass = new <T>(report: Report) => Observable<T>;

/** The class, made from RxJS when that is first needed. */
const CLASSES = new Map<'guarded', GuardedClass>();

function guardedClass(): GuardedClass {
  let made = CLASSES.get('guarded');
  if (made === undefined) CLASSES.set('guarded', (made = makeClass()));
  return made;
}

function makeClass(): GuardedClass {
  const { Observable: Base, Subscriber: End } = rxjs();
  return class GuardedObservable<T> extends Base<T> {
    readonly report: Report;

    constructor(report: Report) {
      super();
      this.report = report;
    }

    override lift<R>(operator?: unknown): Observable<R> {
      return lifted<R>(this, this.report, operator);
    }

    override subscribe(
      observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
      error?: ((error: unknown) => void) | null,
      complete?: (() => void) | null,
    ): Subscription {
      // An operator, or RxJS itself: the guard stands at the end of the line.
      if (observerOrNext instanceof End) return super.subscribe(observerOrNext);
      const given: Partial<Observer<T>> =
        typeof observerOrNext === 'object' && observerOrNext !== null
          ? observerOrNext
          : {
              ...(observerOrNext && { next: observerOrNext }),
              ...(error && { error }),
              ...(complete && { complete }),
            };
      return super.subscribe(guarded(given, this.report));
    }
  };
}

/** An observable that runs an operator on a source, as Observable.lift makes them. */
function lifted<R>(source: Observable<unknown>, report: Report, operator?: unknown): Observable<R> {
  const Guarded = guardedClass();
  const made = new Guarded<R>(report);
  return Object.assign(made, { source, operator });
}

function guarded<T>(observer: Partial<Observer<T>>, report: Report): Observer<T> {
  const safely = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      report(error);
    }
  };
  return {
    next: (value) => safely(() => observer.next?.(value)),
    error: (error) => safely(() => (observer.error === undefined ? report(error) : observer.error(error))),
    complete: () => safely(() => observer.complete?.()),
  };
}

/** The values of a source, for subscribers of whom nothing is known. */
export function guardedStream<T>(source: Observable<T>, report: Report): Observable<T> {
  return lifted<T>(source, report);
}
