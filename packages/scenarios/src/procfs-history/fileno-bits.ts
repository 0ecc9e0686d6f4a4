/**
 * Owns bug 26 of procfs: there are more types of nodes than their numbers have bits for. NetBSD procfs.h,
 * 2007 to 2018; the README of 1993 has three bits.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

/** PROCFSMNT_LINUXCOMPAT: the types that came later. */
const LINUX = 1;

export default procfsFixPair(
  'procfs-fileno-bits',
  {
    found: 'assertion',
    then: 'Two files have one number, and programs that compare numbers take them for one.',
    now: 'Each node has a number of its own.',
  },
  { cpus: 1, flags: LINUX },
  {
    '/bin/stat': {
      *main(u) {
        yield* u.stat('/proc/sysvipc');
        yield* u.stat('/proc/2/status');
      },
    },
  },
);
