/**
 * Owns loading RxJS when a hook is first published to, and keeping what it does within the call. Left alone
 * it reports an error of a subscriber on a timer, where nobody knows any more which thread published; here
 * both its error report and its schedulers are led to the caller, for the time of one call. It is the one
 * instance that `import ... from 'rxjs'` gives.
 */
import { createRequire } from 'node:module';
import type * as Rxjs from 'rxjs';

const require = createRequire(import.meta.url);

/** What RxJS calls for a moment later; `delegate` is its own place for replacements. */
interface Provider {
  delegate: Readonly<Record<string, (...args: never[]) => unknown>> | undefined;
}

const SCHEDULER = 'rxjs/internal/scheduler/';

/** The module. */
export function rxjs(): typeof Rxjs {
  return require('rxjs') as typeof Rxjs;
}

/** RxJS calls the first for its reports of errors only; the others put work off. */
const PROVIDERS = [
  ['timeoutProvider', { setTimeout: atOnce }],
  ['intervalProvider', { setInterval: refused }],
  ['immediateProvider', { setImmediate: refused }],
] as const;

/** Calls; gives the errors that the call threw, or that RxJS would have reported later. */
export function errorsOf(call: () => void): readonly unknown[] {
  const errors: unknown[] = [];
  const { config } = rxjs();
  const { onUnhandledError } = config;
  const restore = PROVIDERS.map(([name, delegate]) => delegatedTo(name, delegate));
  config.onUnhandledError = (error) => errors.push(error);
  try {
    call();
  } catch (error) {
    errors.push(error);
  } finally {
    config.onUnhandledError = onUnhandledError;
    for (const each of restore) each();
  }
  return errors;
}

function atOnce(report: () => void): number {
  report();
  return 0;
}

function refused(): never {
  throw new Error('an asynchronous operator puts the event off: hooks run within the thread that publishes');
}

/** Puts a replacement into a provider; gives what takes it out again. */
function delegatedTo(name: string, replacement: Provider['delegate']): () => void {
  const provider = (require(SCHEDULER + name) as Readonly<Record<string, Provider>>)[name];
  const { delegate } = provider;
  provider.delegate = replacement;
  return () => {
    provider.delegate = delegate;
  };
}
