/**
 * Owns the scripted session of a debugger that README.md shows: one process follows another through its mem,
 * regs and ctl, whichever way it gets at them.
 */
import { kern, textImage } from '@smplab/proc';
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { PFS } from '../../src/node/node-types.ts';
import { REGS_BYTES } from '../../src/io/regs.ts';
import { bytesOf, type Nodes, type NodesEntry, wordsOf } from './transfer-program.ts';

const { TF_PC } = kern;

/** Adds up until it is told to stop; exits with the sum of 3 and what a debugger makes of it. */
const ADDER = `
  main: li r1, 3
        st r1, ready
  loop: ld r2, stop
        li r3, 0
        beq r2, r3, loop
  done: addi r1, r1, 1
        sys exit
  .data
  ready: .word 0
  stop:  .word 0`;
const image = textImage(ADDER);
const { loop, done, ready, stop } = image.symbols;
/** The instruction of a breakpoint. */
const BREAKPOINT = textImage('main: brk').words[0];

export const SESSION_TEXTS = { '/bin/adder': ADDER };

function* tells(u: VfsUser, nodes: Nodes, pid: number, message: string): Steps {
  const answer = yield* nodes.write(u, PFS.ctl, pid, `${message}\n`);
  u.assert(answer === 0, `${message}: ${answer}`);
}

function* registers(u: VfsUser, nodes: Nodes, pid: number): Steps<Int32Array> {
  return wordsOf(yield* nodes.read(u, PFS.regs, pid, REGS_BYTES));
}

function* peek(u: VfsUser, nodes: Nodes, pid: number, address: number): Steps<number> {
  return wordsOf(yield* nodes.read(u, PFS.mem, pid, 4, address))[0];
}

function* poke(u: VfsUser, nodes: Nodes, pid: number, address: number, word: number): Steps {
  const answer = yield* nodes.write(u, PFS.mem, pid, bytesOf(word), address);
  u.assert(answer === 0, `mem at ${address}: ${answer}`);
}

/** Attach, wait, step, breakpoint, run, change registers and memory, detach. */
export const session: Readonly<Record<string, NodesEntry>> = {
  *adder(u) {
    yield* u.execve('/bin/adder');
  },

  *main(u, nodes) {
    const pid = yield* u.fork('adder');
    while ((yield* peek(u, nodes, pid, ready)) !== 3) yield* u.sched_yield();
    yield* tells(u, nodes, pid, 'attach');
    yield* tells(u, nodes, pid, 'wait');
    const before = (yield* registers(u, nodes, pid))[TF_PC];
    u.assert(before >= loop && before < done, `it goes round at ${before}`);
    yield* tells(u, nodes, pid, 'step');
    yield* tells(u, nodes, pid, 'wait');
    const after = (yield* registers(u, nodes, pid))[TF_PC];
    u.assert(after === (before === done - 4 ? loop : before + 4), `one instruction: ${before}, ${after}`);

    const word = yield* peek(u, nodes, pid, done);
    yield* poke(u, nodes, pid, done, BREAKPOINT);
    yield* poke(u, nodes, pid, stop, 1);
    yield* tells(u, nodes, pid, 'run');
    yield* tells(u, nodes, pid, 'wait');
    const at = yield* registers(u, nodes, pid);
    u.assert(at[TF_PC] === done && at[1] === 3, `at the breakpoint: pc ${at[TF_PC]}, r1 ${at[1]}`);

    yield* poke(u, nodes, pid, done, word);
    u.assert((yield* nodes.write(u, PFS.regs, pid, bytesOf(41), 4)) === 0, 'r1');
    yield* tells(u, nodes, pid, 'detach');
    const { status } = yield* u.wait4(pid);
    u.assert(status === 42 << 8, `it exits with ${status >> 8}`);
  },
};
