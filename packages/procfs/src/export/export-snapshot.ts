/**
 * Owns bringing the snapshots of a live machine to a directory of the host, for as long as the machine runs.
 * Runs on the host's main thread: it looks at a word of the machine's memory from time to time.
 *
 *     const machine = createMachine({ images: [image with exportTicks], ... });
 *     const exporting = new SnapshotExport(machine.memory, '/tmp/proc');
 *     await machine.run();
 *     exporting.close();
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
export function exportSnapshot(memory: Memory, tree: HostTree): boolean {
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
  readonly #timer: NodeJS.Timeout;
  #written = 0;
  /** What writing threw: told by `close`, as nobody waits for a timer. */
  #failure: unknown = null;

  /** Throws InputError for a place that cannot be written to. */
  constructor(memory: Memory, directory: string, everyMs = 50) {
    this.tree = new HostTree(directory);
    this.#memory = memory;
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  get counts(): ExportCounts {
    const px = areaOf(this.#memory);
    const at = (field: number): number => (px === 0 ? 0 : Atomics.load(this.#memory.words, px + field));
    return { written: this.#written, tries: at(PX.px_tries), error: at(PX.px_error) };
  }

  /** Ends it; the last snapshot stays. Throws what kept snapshots from being written. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#failure !== null) throw this.#failure;
  }

  #look(): void {
    try {
      if (exportSnapshot(this.#memory, this.tree)) this.#written++;
    } catch (error) {
      this.#failure ??= error;
      clearInterval(this.#timer);
    }
  }
}
