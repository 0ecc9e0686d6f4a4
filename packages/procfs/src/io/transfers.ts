/**
 * Owns the list of nodes whose I/O is no text, and what does it. Pure data.
 */
import { PFS } from '../node/node-types.ts';
import { procfs_control } from './control.ts';
import { procfs_domem } from './mem.ts';
import { procfs_donote } from './note.ts';
import { procfs_doabsent, procfs_doregs } from './regs.ts';
import type { Transfers } from './transfer.ts';

export const TRANSFERS: Transfers = {
  [PFS.mem]: procfs_domem,
  [PFS.regs]: procfs_doregs,
  [PFS.fpregs]: procfs_doabsent,
  [PFS.dbregs]: procfs_doabsent,
  [PFS.note]: procfs_donote,
  [PFS.notepg]: procfs_donote,
  [PFS.ctl]: procfs_control,
};
