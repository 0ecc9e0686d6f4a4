/**
 * Owns what all CPUs share of descriptors that are no files of a file system: their rows of operations, and
 * how large pipes are. Laid out once while the machine boots; constant from then on.
 */
import { int32, pointer, struct } from '@smplab/kmem';
import type { Context, Kernel } from '@smplab/lwkt';
import { VG } from '../vfs-layout.ts';
import { vfs } from '../vfs-kernel.ts';

const DescriptorGlobals = struct('descriptor_globals', {
  dg_pipeops: pointer('fileops'),
  /** Bytes of a pipe (PIPE_SIZE of NetBSD's sys/pipe.h). */
  dg_pipesize: int32,
  dg_kqueueops: pointer('fileops'),
  dg_socketops: pointer('fileops'),
  /** Bytes that wait at one end of a socket pair (PIPSIZ of uipc_usrreq.c). */
  dg_socketsize: int32,
});

/** Word offsets. */
export const DG = DescriptorGlobals.offsets;

/** Sizes other than NetBSD's. */
export interface DescriptorOptions {
  readonly pipeBytes?: number;
  readonly socketBytes?: number;
}

/** The block, while the machine boots; the first of the parts that need it lays it out. */
export function bootDescriptorGlobals(kernel: Kernel, g: number): number {
  const { words } = kernel;
  if (words[g + VG.vg_descriptors] === 0)
    words[g + VG.vg_descriptors] = kernel.memory.reserve(DescriptorGlobals.size);
  return words[g + VG.vg_descriptors];
}

/** The block of the machine that runs this code. */
export function descriptors(k: Context): number {
  return k.words[vfs(k).g + VG.vg_descriptors];
}
