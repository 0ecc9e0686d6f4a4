/**
 * Owns kern.malloc: the statistics of kmalloc for `vmstat -m`, a record for each type that has ever been
 * used, by name. The counters are read as they are; nothing is held while they change.
 */
import { cstring, int32, struct } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { EPERM } from '../errno.ts';
import { decodeStruct } from './kinfo.ts';
import type { SysctlOid } from './oid.ts';
import { SYSCTL_OUT, type SysctlReq } from './request.ts';

const NAME_BYTES = 32;

const MallocInfo = struct('malloc_info', {
  mi_name: cstring(NAME_BYTES),
  mi_inuse: int32,
  /** Words. */
  mi_memuse: int32,
  mi_highuse: int32,
  mi_calls: int32,
  mi_fail: int32,
  /** 0 for no limit. */
  mi_limit: int32,
});

const MI = MallocInfo.offsets;

/** A type as a program sees it. */
export interface MallocInfoRecord {
  readonly mi_name: string;
  readonly mi_inuse: number;
  readonly mi_memuse: number;
  readonly mi_highuse: number;
  readonly mi_calls: number;
  readonly mi_fail: number;
  readonly mi_limit: number;
}

/** The handler of kern.malloc. */
export function* sysctl_kern_malloc(
  k: Context,
  _oid: SysctlOid,
  _name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  if (req.newptr !== null) return EPERM;
  const types = [...k.kernel.kmem.statistics()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  for (const type of types) {
    const words = new Int32Array(MallocInfo.size);
    const bytes = new Uint8Array(words.buffer);
    bytes.set(new TextEncoder().encode(type.name).subarray(0, NAME_BYTES - 1));
    words[MI.mi_inuse] = type.inUse;
    words[MI.mi_memuse] = type.memUseWords;
    words[MI.mi_highuse] = type.highUseWords;
    words[MI.mi_calls] = type.requests;
    words[MI.mi_fail] = type.failures;
    words[MI.mi_limit] = type.limitWords;
    const error = yield* SYSCTL_OUT(k, req, bytes);
    if (error !== 0) return error;
  }
  return 0;
}

/** The records in the bytes kern.malloc gave. */
export function mallocInfoOf(bytes: Uint8Array): MallocInfoRecord[] {
  const size = MallocInfo.size * 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(
    { length: Math.floor(bytes.length / size) },
    (_, at) => decodeStruct(MallocInfo, view, at * MallocInfo.size) as unknown as MallocInfoRecord,
  );
}
