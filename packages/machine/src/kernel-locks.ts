/**
 * Owns the locks of `k`: tokens, spinlocks and lockmgr locks under their BSD names. What they promise is in
 * the sources of @smplab/lwkt that they call.
 */
import type { Step } from '@smplab/explore';
import * as lwkt from '@smplab/lwkt';
import type { Steps } from '@smplab/lwkt';
import { TOKEN_WORDS } from '@smplab/token';
import { KernelFace } from './kernel-face.ts';

export abstract class KernelLocks extends KernelFace {
  // ---- tokens ---------------------------------------------------------------------------------------------

  /**
   * A token in new memory that stays with the machine, or at an address, such as that of a field; gives the
   * address.
   */
  lwkt_token_init(desc: string): number;
  lwkt_token_init(token: number, desc: string): number;
  lwkt_token_init(first: number | string, second?: string): number {
    const { at, text } = this.placeOf(first, second, 'token', TOKEN_WORDS, 'lwkt_token_init');
    lwkt.lwkt_token_init(this.context, at, text);
    return at;
  }

  lwkt_gettoken(token: number): Step<void> | Steps {
    return this.context.gettoken(token);
  }

  lwkt_gettoken_shared(token: number): Steps {
    return lwkt.lwkt_gettoken_shared(this.context, token);
  }

  lwkt_trytoken(token: number): Steps<boolean> {
    return lwkt.lwkt_trytoken(this.context, token);
  }

  lwkt_reltoken(token: number): Step<void> | Steps {
    return this.context.reltoken(token);
  }

  lwkt_token_swap(): void {
    lwkt.lwkt_token_swap(this.context);
  }

  lwkt_token_held(token: number): boolean {
    return lwkt.lwkt_token_held(this.context, token);
  }

  lwkt_token_held_excl(token: number): boolean {
    return lwkt.lwkt_token_held_excl(this.context, token);
  }

  // ---- spinlocks ------------------------------------------------------------------------------------------

  /** A spinlock in new memory that stays with the machine, or at an address; gives the address. */
  spin_init(descr: string): number;
  spin_init(spin: number, descr: string): number;
  spin_init(first: number | string, second?: string): number {
    const { at, text } = this.placeOf(first, second, 'spinlock', lwkt.Spinlock.size, 'spin_init');
    lwkt.spin_init(this.context, at, text);
    return at;
  }

  spin_lock(spin: number): Steps {
    return lwkt.spin_lock(this.context, spin);
  }

  spin_trylock(spin: number): Steps<boolean> {
    return lwkt.spin_trylock(this.context, spin);
  }

  spin_unlock(spin: number): Steps {
    return lwkt.spin_unlock(this.context, spin);
  }

  spin_lock_shared(spin: number): Steps {
    return lwkt.spin_lock_shared(this.context, spin);
  }

  spin_unlock_shared(spin: number): Steps {
    return lwkt.spin_unlock_shared(this.context, spin);
  }

  spin_held(spin: number): boolean {
    return lwkt.spin_held(this.context, spin);
  }

  // ---- lockmgr --------------------------------------------------------------------------------------------

  /** A lock in new memory that stays with the machine; gives its address. `flags` hold for every request. */
  lockinit(wmesg: string, timo?: number, flags?: number): number;
  /** The same at an address. */
  lockinit(lock: number, wmesg: string, timo?: number, flags?: number): number;
  lockinit(...given: readonly (number | string | undefined)[]): number {
    const [first, second] = given;
    const { at, text } = this.placeOf(first, second, 'lock', lwkt.Lock.size, 'lockinit');
    const [timo = 0, flags = 0] = given.slice(typeof first === 'number' ? 2 : 1) as number[];
    lwkt.lockinit(this.context, at, text, timo, flags);
    return at;
  }

  lockuninit(lock: number): void {
    lwkt.lockuninit(this.context, lock);
  }

  /** Takes, changes or gives back a lock: LK_SHARED, LK_EXCLUSIVE, LK_RELEASE ...; 0 or an errno. */
  lockmgr(lock: number, flags: number): Steps<number> {
    return lwkt.lockmgr(this.context, lock, flags);
  }

  lockstatus(lock: number, td = 0): number {
    return lwkt.lockstatus(this.context, lock, td);
  }

  lockowned(lock: number): boolean {
    return lwkt.lockowned(this.context, lock);
  }

  lockcount(lock: number): number {
    return lwkt.lockcount(this.context, lock);
  }
}
