/** Owns audit 17: a title is read while the process writes another one. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const KERN_PROC_ARGS = [1, 14, 7] as const;
/** The titles, in the order of bytes of a word: "long" and "x". */
const LONG = 0x676e6f6c;
const SHORT = 0x78;

export default processFixPair(
  'args-title-torn',
  {
    found: 'assertion',
    then: 'The length is of one title and the bytes are of another: there is a NUL in the middle.',
    now: 'Length and bytes are of the same look at the words.',
  },
  {
    cpus: 2,
    systemCalls: {
      *title(k, word) {
        const p = kern.curproc(k.context);
        yield* kern.proc_usermap(k.context, p, 0);
        yield* k.atomic_store_int(k.context.peek(p + kern.P.p_upmap) + kern.UPMAP.proc_title, word);
      },
    },
  },
  {
    '/bin/titled': {
      *main(u) {
        yield* u.syscall('title', LONG);
        const reader = yield* u.fork('reader', yield* u.getpid());
        yield* u.syscall('title', SHORT);
        yield* u.wait4(reader);
      },
      *reader(u, pid: number) {
        const { bytes } = yield* u.__sysctl([...KERN_PROC_ARGS, pid]);
        const title = String.fromCharCode(...bytes);
        u.assert(title === 'long\0' || title === 'x\0', `the title is ${JSON.stringify(title)}`);
      },
    },
  },
);
