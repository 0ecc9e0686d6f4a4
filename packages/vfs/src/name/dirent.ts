/**
 * Owns the records that reading a directory gives (struct dirent of NetBSD sys/sys/dirent.h): little-endian,
 * each as long as its name needs, a multiple of eight bytes. Pure.
 *
 *     d_fileno 8 | d_reclen 2 | d_namlen 2 | d_type 1 | d_name ... NUL | padding
 */
import { VBLK, VCHR, VDIR, VFIFO, VLNK, VREG, VSOCK } from '../vnode/vnode-layout.ts';

const NAME_AT = 13;

/** d_type by v_type (IFTODT). */
const DT_BY_TYPE: ReadonlyMap<number, number> = new Map([
  [VFIFO, 1],
  [VCHR, 2],
  [VDIR, 4],
  [VBLK, 6],
  [VREG, 8],
  [VLNK, 10],
  [VSOCK, 12],
]);

export interface Dirent {
  readonly fileno: bigint;
  readonly type: number;
  readonly name: Uint8Array;
}

/** A record; `type` is a v_type, and DT_UNKNOWN in the record if it has none. */
export function packDirent({ fileno, type, name }: Dirent): Uint8Array {
  const record = new Uint8Array((NAME_AT + name.length + 1 + 7) & ~7);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, fileno, true);
  view.setUint16(8, record.length, true);
  view.setUint16(10, name.length, true);
  view.setUint8(12, DT_BY_TYPE.get(type) ?? 0);
  record.set(name, NAME_AT);
  return record;
}

/** The records of what a read gave; `type` is the d_type. */
export function unpackDirents(bytes: Uint8Array): Dirent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Dirent[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint16(at + 8, true)) {
    const name = bytes.slice(at + NAME_AT, at + NAME_AT + view.getUint16(at + 10, true));
    found.push({ fileno: view.getBigUint64(at, true), type: view.getUint8(at + 12), name });
  }
  return found;
}
