/**
 * Owns a text program that goes round for ever, for debuggers to stop and to change.
 */
import type { Steps } from '@smplab/lwkt';
import { prele } from '../../src/table/hold.ts';
import { textImage } from '../../src/text/assembler.ts';
import { encode } from '../../src/text/instruction.ts';
import { proc_rwmem } from '../../src/text/rwmem.ts';
import type { User } from '../../src/user/user.ts';
import { kernelOf, lwpOf } from './text-program.ts';

/** The word of a breakpoint. */
export const BRK = encode({ name: 'brk', a: 0, b: 0, c: 0, imm: 0 });

/** Goes round until its word is set, which it never does itself. */
const SPIN = `
  main: li r1, 1
        st r1, started
  loop: ld r1, stop
        li r2, 0
        beq r1, r2, loop
        li r1, 3
        sys exit
  out:  li r1, 5
        sys exit
  .data
  stop:    .word 0
  started: .word 0`;
const SYMBOLS = textImage(SPIN).symbols;
/** Its addresses. */
export const { loop, out, stop } = SYMBOLS;

/** The child executes the spinner; the parent goes on when that spins. */
export function* spinner(u: User): Steps<number> {
  const k = kernelOf(u);
  const pid = yield* u.fork('child');
  for (const seen = [0]; seen[0] !== 1;) {
    yield* u.sched_yield();
    const { p } = yield* lwpOf(k, pid);
    yield* proc_rwmem(k, p, SYMBOLS.started, seen, false);
    yield* prele(k, p);
  }
  return pid;
}

/** Entry of the child. */
export function* child(u: User): Steps {
  yield* u.execve('/bin/spin');
}

export const TEXTS = { '/bin/spin': SPIN };
