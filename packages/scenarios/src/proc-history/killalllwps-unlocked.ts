/**
 * Owns P26: a process executes another program while a thread of it leaves.
 * DragonFlyBSD 5715de34eb, sys/kern/kern_exec.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'killalllwps-unlocked',
  {
    found: 'lost-wakeup',
    then: 'An exec waits for the others without p_token, under which they leave: their wakeup is lost.',
    now: 'It takes p_token first, in killalllwps.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.lwp_create('other');
        yield* u.execve('/bin/next');
      },
      *other(u) {
        yield* u.extexit();
      },
    },
    '/bin/next': {
      *main(u) {
        yield* u.exit();
      },
    },
  },
);
