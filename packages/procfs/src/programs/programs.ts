/**
 * Owns the list of programs of a machine that has file systems: those of every machine, and these.
 */
import { BIN_PROGRAMS } from '@smplab/proc';
import type { VfsPrograms } from '@smplab/vfs';
import { df } from './df.ts';
import { chmod, ln, mkdir, mv, rm, rmdir, touch } from './file-programs.ts';
import { ls } from './ls.ts';
import { mount, umount } from './mount.ts';
import { procps } from './procps.ts';
import { stat } from './stat.ts';
import { top } from './top.ts';

const FILE_PROGRAMS: VfsPrograms = {
  '/bin/chmod': chmod,
  '/bin/df': df,
  '/bin/ln': ln,
  '/bin/ls': ls,
  '/bin/mkdir': mkdir,
  '/bin/mv': mv,
  '/bin/rm': rm,
  '/bin/rmdir': rmdir,
  '/sbin/mount': mount,
  '/sbin/umount': umount,
  '/usr/bin/procps': procps,
  '/usr/bin/stat': stat,
  '/usr/bin/top': top,
  '/usr/bin/touch': touch,
};

/** With the shell and the others. */
export const SYSTEM_PROGRAMS: VfsPrograms = { ...BIN_PROGRAMS, ...FILE_PROGRAMS };
