/**
 * Owns tokens that are found, not made (sys/kern/lwkt_token.c): those of the pool, by the address of an
 * object that has none of its own, and those the kernel has by name. Objects may share a token of the pool,
 * so it is only taken exclusively: shared, it could be wanted exclusively by the thread that holds it.
 */
import type { GlobalTokenName } from '@smplab/token';
import type { Context } from './context.ts';
import type { Steps } from './registry.ts';
import { lwkt_gettoken, lwkt_reltoken } from './token.ts';

/** The token of the object at an address. */
export function lwkt_token_pool_lookup(k: Context, address: number): number {
  return k.kernel.pool.lookup(address);
}

/** Takes the token of the object at an address; gives the token. */
export function* lwkt_getpooltoken(k: Context, address: number): Steps<number> {
  const token = lwkt_token_pool_lookup(k, address);
  yield* lwkt_gettoken(k, token);
  return token;
}

/** Gives it back. */
export function* lwkt_relpooltoken(k: Context, address: number): Steps {
  yield* lwkt_reltoken(k, lwkt_token_pool_lookup(k, address));
}

/** The token of a name, such as `vm`. */
export function globalToken(k: Context, name: GlobalTokenName): number {
  return k.kernel.globals.lookup(name);
}
