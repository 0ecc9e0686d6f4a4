/**
 * Owns P5: two processes exit and leave a child each to init.
 * DragonFlyBSD 7e90d7915b, sys/kern/kern_exit.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { P } = kern;

export default processFixPair(
  'reparent-no-token',
  {
    found: 'assertion',
    then: 'Two processes enter their children in the list of init at once: one child is lost.',
    now: 'The list of children is changed with the token of the reaper.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** Counts the children of init. */
      *family({ context: k }) {
        const init = k.peek(kern.procs(k).g + kern.G.g_initproc);
        let count = 0;
        yield* k.gettoken(init + P.p_token);
        for (let p = kern.listFirst(k, init + P.p_children); p !== 0; p = kern.listNext(k, p, P.p_sibling)) {
          count++;
        }
        yield* k.reltoken(init + P.p_token);
        return count;
      },
    },
  },
  {
    '/bin/first': {
      *main(u) {
        for (const pid of [yield* u.fork('parent'), yield* u.fork('parent')]) yield* u.wait4(pid);
        u.assert((yield* u.syscall('family')) === 3, 'a process whose parent is init is not on its list');
        // Everybody else that is left.
        yield* u.kill(-1, kern.SIGKILL);
      },
      *parent(u) {
        yield* u.fork('child');
      },
      *child(u) {
        yield* u.pause();
      },
    },
  },
);
