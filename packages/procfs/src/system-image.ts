/**
 * Owns the system that `smplab boot` starts: the one of the process table (proc/src/system-image.ts) with a
 * root file system, /proc and the programs for them. Arguments and environment of the shell travel in the URL
 * of this module.
 *
 *     createMachine({ cpus: 2, images: [fileSystemImage({ argv: ['-c', 'ls /proc'] })], devices: true })
 */
import type { ImageSource } from '@smplab/machine';
import { givenTo, imageAt, SYSTEM, type SystemImageOptions } from '@smplab/proc';
import { procfsScenario } from './procfs-scenario.ts';
import { PROCFSMNT_LINUXCOMPAT } from './procfs-layout.ts';
import { SYSTEM_PROGRAMS } from './programs/programs.ts';

const EXPORT_TICKS = 'exportTicks';

/** What it is started with. */
export interface FileSystemImageOptions extends SystemImageOptions {
  /** Ticks between two snapshots of the linux tree for the host (SnapshotExport); default: none are taken. */
  readonly exportTicks?: number;
}

/** The system; the machine halts when the shell ends. Its /proc has the files about the machine, too. */
export const system = procfsScenario(
  SYSTEM,
  {
    cpus: 2,
    haltsWithFirst: true,
    flags: PROCFSMNT_LINUXCOMPAT,
    exportTicks: Number(new URL(import.meta.url).searchParams.get(EXPORT_TICKS) ?? 0),
    ...givenTo(import.meta.url),
  },
  { '/bin/sh': SYSTEM_PROGRAMS['/bin/sh'], ...SYSTEM_PROGRAMS },
);

/** Where workers find it. */
export function fileSystemImage({ exportTicks, ...options }: FileSystemImageOptions = {}): ImageSource {
  const image = imageAt(import.meta.url, options);
  if (exportTicks === undefined) return image;
  const url = new URL(image.module);
  url.searchParams.set(EXPORT_TICKS, String(exportTicks));
  return { ...image, module: url.href };
}
