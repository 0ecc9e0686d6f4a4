/**
 * Owns which texts the netbsd tree has, by type of node. Pure data.
 */
import { PFS } from '../../node/node-types.ts';
import type { Texts } from '../reading.ts';
import { procfs_dostatus } from './status.ts';

export const NETBSD_TEXTS: Texts = {
  [PFS.status]: procfs_dostatus,
};
