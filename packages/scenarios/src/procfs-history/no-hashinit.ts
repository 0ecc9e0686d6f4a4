/**
 * Owns bug 3 of procfs: the first node is put into a table that nobody has made. NetBSD procfs_vfsops.c
 * 1.112, which only works together with 1.113.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-no-hashinit',
  {
    found: 'panic',
    before: { asSeed: ['procfs-no-hashinit'], revoke: '1.112' },
    then: 'The first look into a mount dereferences a null pointer.',
    now: 'The module makes the table before it has the file system known.',
  },
  { cpus: 2 },
  {
    '/bin/ls': {
      *main(u) {
        yield* u.stat('/proc');
      },
    },
  },
);
