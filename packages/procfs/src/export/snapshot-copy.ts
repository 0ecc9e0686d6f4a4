/**
 * Owns a snapshot as the host has it: copied out of kernel memory. Runs on the host's main thread, while
 * nobody in the machine touches the records.
 */
import { type Memory, readBytes } from '@smplab/kmem';
import { VDIR, VLNK } from '@smplab/vfs';
import { SN, SN_BYTES } from './snapshot-layout.ts';

export interface SnapshotEntry {
  /** From the top of the tree, bytes as characters. */
  readonly path: string;
  readonly kind: 'directory' | 'file' | 'link';
  readonly mode: number;
  /** The text of a file, the target of a link. */
  readonly contents: Uint8Array;
}

/** The records of a snapshot, directories before what is in them. */
export function copySnapshot(memory: Memory, head: number): SnapshotEntry[] {
  const entries: SnapshotEntry[] = [];
  const { words } = memory;
  for (let record = head; record !== 0; record = words[record + SN.sn_next]) {
    const length = words[record + SN.sn_path];
    const bytes = readBytes(memory, record + SN_BYTES, length + words[record + SN.sn_length]);
    const kind = words[record + SN.sn_kind];
    entries.push({
      path: String.fromCharCode(...bytes.subarray(0, length)),
      kind: kind === VDIR ? 'directory' : kind === VLNK ? 'link' : 'file',
      mode: words[record + SN.sn_mode],
      contents: bytes.slice(length),
    });
  }
  return entries;
}
