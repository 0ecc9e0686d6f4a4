/**
 * Owns P21: a program that may see its own processes only lists them, while another changes its user.
 * DragonFlyBSD 6cbfbdb972, sys/kern/kern_proc.c.
 */
import { processFixPair } from '../process-fix-pair.ts';
import { mib, word } from './mib.ts';

export default processFixPair(
  'ucred-replaced',
  {
    found: 'use-after-free',
    then: 'The scan follows p_ucred while seteuid replaces the credentials and frees the old ones.',
    now: 'The scan holds the credentials, taken under p_spin, under which they are replaced.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.__sysctl(mib('security.ps_showallprocs'), null, word(0));
        const ps = yield* u.fork('ps');
        for (const uid of [5, 0, 5, 0]) yield* u.seteuid(uid);
        yield* u.wait4(ps);
      },
      *ps(u) {
        for (let count = 0; count < 3; count++) yield* u.__sysctl(mib('kern.proc.uid', 99));
      },
    },
  },
);
