/**
 * Owns bringing the snapshots of a live machine to a directory of the host. Runs on the host's main thread:
 * whoever runs the machine has it look at a word of the machine's memory from time to time.
 *
 *     const machine = createMachine({ images: [image with exportTicks], ... });
 *     const exporting = new SnapshotExport(machine.memory, '/tmp/proc');
 *     const timer = setInterval(() => exporting.look(), 50);
 *     await machine.run();
 */
import { KmemError, type Memory } from '@smplab/kmem';
import { exportArea } from './exporter.ts';
import { HostTree } from './host-tree.ts';
import { copySnapshot } from './snapshot-copy.ts';
import { PX, SNAPSHOT_EMPTY, SNAPSHOT_FULL } from './snapshot-layout.ts';

/** What an export has come to so far. */
export interface ExportCounts {
  /** Snapshots written, and tries of the machine to take them. */
  readonly written: number;
  readonly tries: number;
  /** The errno of the last one. */
  readonly error: number;
}

/** Base of `procfs_export`; 0 as long as the machine has not booted. */
function areaOf(memory: Memory): number {
  try {
    return exportArea(memory);
  } catch (error) {
    if (error instanceof KmemError) return 0;
    throw error;
  }
}

/** Takes a snapshot the machine has ready to DIR; false if there is none. */
function exportSnapshot(memory: Memory, tree: HostTree): boolean {
  const px = areaOf(memory);
  const { words } = memory;
  if (px === 0 || Atomics.load(words, px + PX.px_state) !== SNAPSHOT_FULL) return false;
  const entries = copySnapshot(memory, Atomics.load(words, px + PX.px_head));
  Atomics.store(words, px + PX.px_state, SNAPSHOT_EMPTY);
  tree.write(entries);
  return true;
}

export class SnapshotExport {
  readonly tree: HostTree;
  readonly #memory: Memory;
  #written = 0;

  /** Throws InputError for a place that cannot be written to. */
  constructor(memory: Memory, directory: string) {
    this.tree = new HostTree(directory);
    this.#memory = memory;
  }

  get counts(): ExportCounts {
    const px = areaOf(this.#memory);
    const at = (field: number): number => (px === 0 ? 0 : Atomics.load(this.#memory.words, px + field));
    return { written: this.#written, tries: at(PX.px_tries), error: at(PX.px_error) };
  }

  /** Writes the snapshot the machine has ready, if there is one; true if there was. */
  look(): boolean {
    const isNew = exportSnapshot(this.#memory, this.tree);
    if (isNew) this.#written++;
    return isNew;
  }
}
