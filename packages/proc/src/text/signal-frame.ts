/**
 * Owns what a signal handler of a text program finds and how it returns (sendsig, sigreturn of the platform):
 * the registers that were interrupted lie on the user stack, where the handler may change them, and
 * `sigreturn` takes them back from there. Run by the lwp itself, at the user boundary and in the system call.
 *
 *     handler: r0 = signal, r2 = sp = frame, lr = sigcode (li r0, 344; sys)
 *     frame:   signal | mask to go back to | r0 ... r13, sp, pc
 */
import type { Steps } from '@smplab/lwkt';
import { L, TF_PC, TF_SP, TRAPFRAME_WORDS } from '../table/lwp.ts';
import { LR } from './mnemonic.ts';
import { sigcodeAddress } from './text-load.ts';
import { copyinWords, copyoutWord } from './user-copy.ts';
import type { UserWords } from './user-words.ts';

const FRAME_REGISTERS = 2;
const FRAME_WORDS = FRAME_REGISTERS + TRAPFRAME_WORDS;

/** Enters the handler at an address; false if the stack has no room for the frame. */
export function* sendsig(user: UserWords, lp: number, handler: number, signal: number): Steps<boolean> {
  const { k } = user;
  const frame = lp + L.lwp_trapframe;
  const registers = k.words.slice(frame, frame + TRAPFRAME_WORDS);
  const to = (registers[TF_SP] & ~3) - FRAME_WORDS * 4;
  const content = [signal, k.words[lp + L.lwp_oldsigmask], ...registers];
  for (let at = 0; at < FRAME_WORDS; at++) {
    if (!(yield* copyoutWord(user, to + 4 * at, content[at]))) return false;
  }
  const { words } = k;
  words[frame] = signal;
  words[frame + 1] = 0;
  words[frame + 2] = to;
  words[frame + LR] = sigcodeAddress(user.limit);
  words[frame + TF_SP] = to;
  words[frame + TF_PC] = handler;
  return true;
}

/** Takes the registers from the frame at sp: the signal mask of before, or null if there is no frame. */
export function* sigframe(user: UserWords, lp: number): Steps<number | null> {
  const { k } = user;
  const frame = lp + L.lwp_trapframe;
  const content = yield* copyinWords(user, k.words[frame + TF_SP], FRAME_WORDS);
  if (content === null) return null;
  k.words.set(content.slice(FRAME_REGISTERS), frame);
  return content[1];
}
