/**
 * Owns loading RxJS when it is first needed: it takes a tenth of a second, which every worker and every
 * command would pay, though only the main thread of a live machine that somebody watches uses it. It is the
 * one instance that `import ... from 'rxjs'` gives.
 */
import { createRequire } from 'node:module';
import type * as Rxjs from 'rxjs';

const require = createRequire(import.meta.url);

/** The module. */
export function rxjs(): typeof Rxjs {
  return require('rxjs') as typeof Rxjs;
}
