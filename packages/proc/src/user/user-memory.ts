/**
 * Owns the part of `u` that is the program's own memory: words of its address space, by byte address. What
 * fork copies, exec throws away, and a debugger reads is here. An address that is none ends the program with
 * SIGSEGV, unless it has a handler.
 */
import type { Steps } from '@smplab/lwkt';
import { vm_load, vm_store } from '../life/vmspace.ts';
import { curproc } from '../proc-kernel.ts';
import { SIGSEGV } from '../signal/signals.ts';
import { trapsignal } from '../signal/trapsignal.ts';
import { P } from '../table/proc.ts';
import { UserFiles } from './user-files.ts';

/** What no word of memory is: the answer to a load from no address. */
const FAULT = Number.NaN;

export abstract class UserMemory extends UserFiles {
  /** The word at a byte address; 0 where nothing was stored. */
  *load(address: number): Steps<number> {
    const { k } = this;
    const value = yield* vm_load(k, this.#space(), address, FAULT);
    if (Number.isNaN(value)) yield* trapsignal(k, this.lp, SIGSEGV);
    yield* this.boundary();
    return value | 0;
  }

  /** Stores a word at a byte address. */
  *store(address: number, value: number): Steps {
    const { k } = this;
    if ((yield* vm_store(k, this.#space(), address, value | 0)) !== 0) yield* trapsignal(k, this.lp, SIGSEGV);
    yield* this.boundary();
  }

  /** Replaced by the process itself only, in exec: its own look needs no token. */
  #space(): number {
    return this.k.peek(curproc(this.k) + P.p_vmspace);
  }
}
