/**
 * Owns what the README of 1993 says of registers: they may be read at any time, of a process that runs as
 * well, because "the bsd kernel is single-processor". Here it is not.
 */
import { kern, textImage } from '@smplab/proc';
import { procfsFixPair } from '../procfs-fix-pair.ts';

const { TF_PC, TRAPFRAME_WORDS, WORD_BYTES } = kern;

/** Counts in two registers: they are equal, or r1 is one ahead. */
const COUNTER = textImage(`
  main: li r1, 0
        li r2, 0
        li r3, 60
  loop: addi r1, r1, 1
        addi r2, r2, 1
        blt r2, r3, loop
  out:  li r1, 0
        sys exit`);
const { loop, out } = COUNTER.symbols;

export default procfsFixPair(
  'procfs-torn-regs',
  {
    found: 'assertion',
    then: 'The registers that are read were never together: the process changes them meanwhile.',
    now: 'They are copied by the CPU that runs the process, between two instructions.',
  },
  { cpus: 2 },
  {
    '/bin/reader': {
      *main(u) {
        const pid = yield* u.fork('child');
        for (let left = 20; left > 0; left--) {
          const fd = yield* u.open(`/proc/${pid}/regs`);
          const bytes = yield* u.read(fd, TRAPFRAME_WORDS * WORD_BYTES);
          yield* u.close(fd);
          yield* u.sched_yield();
          // While it execs, and when it is gone.
          if (bytes === null || bytes.length < TRAPFRAME_WORDS * WORD_BYTES) continue;
          const registers = new Int32Array(bytes.slice().buffer);
          const pc = registers[TF_PC];
          if (pc < loop || pc > out) continue;
          const ahead = pc === loop + WORD_BYTES ? 1 : 0;
          u.assert(registers[1] - registers[2] === ahead, `r1 ${registers[1]}, r2 ${registers[2]}`);
        }
        yield* u.wait4(pid);
      },
      *child(u) {
        yield* u.execve('/bin/counter');
      },
    },
    '/bin/counter': COUNTER,
  },
);
