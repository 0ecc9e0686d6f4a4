/**
 * Owns audit 1: a way into enterpgrp that does not come by pfind. setpgid holds the process, so it is never
 * gone there; kernel code that has it from its parent's list may meet a zombie.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'enterpgrp-error-release',
  {
    found: 'token-misuse',
    then: 'For a process that has just become a zombie enterpgrp gives back a token it has not taken.',
    now: 'It looks at the process with all tokens held, and gives back those.',
  },
  {
    systemCalls: {
      /** Gives each child a group of its own: the errors there were. */
      *regroup(k) {
        const { P } = kern;
        const own = kern.curproc(k.context);
        yield* k.lwkt_gettoken(own + P.p_token);
        const child = k.get(own + P.p_children);
        yield* kern.phold(k.context, child);
        yield* k.lwkt_reltoken(own + P.p_token);
        yield* k.lwkt_gettoken(child + P.p_token);
        const pid = k.get(child + P.p_pid);
        const error = yield* kern.enterpgrp(k.context, child, pid, 0);
        yield* k.lwkt_reltoken(child + P.p_token);
        yield* kern.prele(k.context, child);
        return error;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.syscall('regroup');
        const { pid: waited } = yield* u.wait4(pid);
        u.assert(waited === pid, 'the job is waited for');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
