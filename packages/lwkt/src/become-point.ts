/**
 * Owns the place in a thread's code where it puts other code in its own place: to `yield*` it looks like an
 * operation, and the driver that resumes generators knows by what it yields that the code which yielded is to
 * be dropped. Which code comes instead stands in the context (`successor`). Stateless.
 */

/** What a generator yields when it is never to be resumed. */
export const BECOMING: IteratorResult<unknown> = { done: false, value: undefined };

/** What `Context.become` gives. */
export const BECOME_POINT: Iterable<unknown> & Iterator<unknown> = {
  [Symbol.iterator]: () => BECOME_POINT,
  next: () => BECOMING,
};
