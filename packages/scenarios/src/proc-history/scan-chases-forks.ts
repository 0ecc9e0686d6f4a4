/**
 * Owns P18: a process forks while somebody visits all processes.
 * DragonFlyBSD c5d9d57560, sys/kern/kern_proc.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { G, P } = kern;

export default processFixPair(
  'scan-chases-forks',
  {
    found: 'assertion',
    then: 'The scan visits processes that are forked while it goes on: it ends when the forks do.',
    now: 'A scan visits the processes that were there when it began.',
  },
  {
    cpus: 2,
    systemCalls: {
      *scan(k) {
        const next = kern.procs(k.context).g + G.g_nextpid;
        let first = 0;
        yield* kern.allproc_scan(k.context, function* (_context, p) {
          if (first === 0) first = yield* k.atomic_load_acq_int(next);
          const pid = k.get(p + P.p_pid);
          k.assert(pid < first, `process ${pid} is visited by a scan that began before it was forked`);
          return 0;
        });
        return 0;
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.lwp_create('scanner');
        yield* u.wait4(yield* u.fork('child'));
      },
      *scanner(u) {
        yield* u.syscall('scan');
        yield* u.extexit();
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
