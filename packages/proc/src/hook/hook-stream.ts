/**
 * Owns the streams `fork$`, `exec$`, `exit$` and `reap$` as kernel code subscribes to them: a subscription is
 * a hook in kernel memory that names the subscriber, so that whichever CPU publishes finds it. The RxJS side
 * is made by each realm itself, from the subscriber it has under that name (hook-table.ts).
 */
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { HOOK_EXEC, HOOK_EXIT, HOOK_FORK, HOOK_KINDS, HOOK_REAP } from './hook-layout.ts';
import { hook_disestablish, hook_establish } from './hook-list.ts';
import { subscriberNumber } from './hook-table.ts';

/** A hook of a stream; `hook` is a word that may be kept in kernel memory. */
export class HookSubscription {
  constructor(
    readonly kind: number,
    readonly hook: number,
  ) {}

  /** Disestablishes the hook; waits for it where it runs. A panic from inside a hook. */
  unsubscribe(k: Context): Steps {
    return hook_disestablish(k, this.kind, this.hook);
  }
}

/** One of the streams. */
export class HookStream {
  constructor(readonly kind: number) {}

  /**
   * Subscribes the subscriber registered under a name, on every CPU, with a word of its own.
   * @example const subscription = yield* exec$.subscribe(k, 'revoke', mount);
   */
  *subscribe(k: Context, name: string, cookie = 0): Steps<HookSubscription> {
    const number = subscriberNumber(this.kind, name);
    const { hooks } = procs(k);
    if (hooks.whoIs(number) === undefined) {
      const names = hooks.namesOf(this.kind).join(', ') || 'none';
      k.misuse(
        'scenario-misuse',
        `${HOOK_KINDS[this.kind]}$.subscribe: no subscriber is registered as ${JSON.stringify(name)}: ` +
          `registered are ${names}`,
      );
    }
    return new HookSubscription(this.kind, yield* hook_establish(k, this.kind, number, cookie));
  }

  /** The subscription of a hook that was kept as a word. */
  subscriptionOf(hook: number): HookSubscription {
    return new HookSubscription(this.kind, hook);
  }
}

/** A process has been forked. */
export const fork$ = new HookStream(HOOK_FORK);
/** A process has exchanged its image. */
export const exec$ = new HookStream(HOOK_EXEC);
/** A process exits. */
export const exit$ = new HookStream(HOOK_EXIT);
/** A zombie is reaped. */
export const reap$ = new HookStream(HOOK_REAP);
