/**
 * Owns which texts the FreeBSD trees have - that of 2001 (seed 002) and that of the README of 1993 - by type
 * of node. Pure data.
 */
import { PFS } from '../../node/node-types.ts';
import type { Texts } from '../reading.ts';
import { procfs_docmdline, procfs_dotype } from './arguments.ts';
import { procfs_domap } from './map.ts';
import { procfs_dorlimit } from './rlimit.ts';
import { procfs_dostatus, procfs_dostatus1993 } from './status.ts';

export const FREEBSD_TEXTS: Texts = {
  [PFS.cmdline]: procfs_docmdline,
  [PFS.etype]: procfs_dotype,
  [PFS.map]: procfs_domap,
  [PFS.rlimit]: procfs_dorlimit,
  [PFS.status]: procfs_dostatus,
};

export const README_TEXTS: Texts = {
  [PFS.status]: procfs_dostatus1993,
};
