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

/** The system; the machine halts when the shell ends. Its /proc has the files about the machine, too. */
export const system = procfsScenario(
  SYSTEM,
  { cpus: 2, haltsWithFirst: true, flags: PROCFSMNT_LINUXCOMPAT, ...givenTo(import.meta.url) },
  { '/bin/sh': SYSTEM_PROGRAMS['/bin/sh'], ...SYSTEM_PROGRAMS },
);

/** Where workers find it. */
export function fileSystemImage(options: SystemImageOptions = {}): ImageSource {
  return imageAt(import.meta.url, options);
}
