/**
 * Owns one request of sysctl(3) (struct sysctl_req of sys/sys/sysctl.h): what the caller wants to read and
 * write, and how far the handler has come. Made for each call; it never leaves the thread that asks. Handing
 * bytes to the caller touches its memory, which may fault: every token of the thread may be lost meanwhile.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, ENOMEM } from '../errno.ts';
import { VM } from '../life/vmspace-layout.ts';
import { curproc } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import type { SysctlOid } from './oid.ts';

/** Where the caller wants its answer: so many bytes; null only asks for the length. */
export type OldBuffer = { readonly length: number } | null;

export class SysctlReq {
  /** Bytes the handler has given so far, those that did not fit included. */
  oldidx = 0;
  /** Bytes of `newptr` the handler has taken. */
  newidx = 0;
  readonly #parts: Uint8Array[] = [];
  #given = 0;

  constructor(
    /** The tree the request is for. */
    readonly root: readonly SysctlOid[],
    readonly oldptr: OldBuffer,
    readonly newptr: Uint8Array | null,
  ) {}

  /** Bytes the caller has room for. */
  get oldlen(): number {
    return this.oldptr?.length ?? 0;
  }

  get newlen(): number {
    return this.newptr?.length ?? 0;
  }

  /** Takes what fits. */
  accept(bytes: Uint8Array): number {
    const fits = Math.min(bytes.length, this.oldlen - this.#given);
    if (fits > 0) this.#parts.push(bytes.slice(0, fits));
    this.#given += fits;
    return fits;
  }

  /** What the caller finds in its buffer. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#given);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Gives bytes to the caller: 0, or ENOMEM when they do not all fit (those that do are given). */
export function* SYSCTL_OUT(k: Context, req: SysctlReq, bytes: Uint8Array): Steps<number> {
  let error = 0;
  if (req.oldptr !== null) {
    yield* touchCaller(k);
    if (req.accept(bytes) < bytes.length) error = ENOMEM;
  }
  req.oldidx += bytes.length;
  return error;
}

/** Counts bytes for a caller that only asks how many there are. */
export function sysctlReserve(req: SysctlReq, length: number): void {
  req.oldidx += length;
}

/** Takes `length` bytes from the caller; null when it has not given as many (EINVAL). */
export function* SYSCTL_IN(k: Context, req: SysctlReq, length: number): Steps<Uint8Array | null> {
  const { newptr, newidx } = req;
  if (newptr === null || newptr.length - newidx < length) return null;
  yield* touchCaller(k);
  req.newidx += length;
  return newptr.slice(newidx, newidx + length);
}

/** The errno that stands for a null of SYSCTL_IN. */
export const IN_FAILED = EINVAL;

/** copyin and copyout: a page of the caller may have to be looked up, under the token of its space. */
function* touchCaller(k: Context): Steps {
  const p = curproc(k);
  if (p === 0) return;
  // The space of the running process: nobody else replaces it.
  const vm = k.peek(p + P.p_vmspace);
  if (vm === 0) return;
  yield* k.gettoken(vm + VM.vm_token);
  yield* k.reltoken(vm + VM.vm_token);
}
