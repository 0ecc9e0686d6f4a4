/**
 * Owns what the instructions do that only change registers: arithmetic, branches, jumps. Pure, on the words
 * of a trap frame, in which pc names the next instruction already.
 */
import { TF_PC } from '../table/lwp.ts';

/** Executes one; false if there is no such function of `alu`. */
export function executePure(words: Int32Array, frame: number, word: number): boolean {
  const a = frame + ((word >> 20) & 0xf);
  const b = frame + ((word >> 16) & 0xf);
  const imm = (word << 16) >> 16;
  const pc = frame + TF_PC;
  switch (word >>> 24) {
    case 1: // nop
      return true;
    case 2: // li
      words[a] = imm;
      return true;
    case 3: // lih
      words[a] = (words[a] & 0xffff) | (imm << 16);
      return true;
    case 4: // mov
      words[a] = words[b];
      return true;
    case 5: // alu
      return alu(words, a, words[b], words[frame + ((word >> 12) & 0xf)], word & 0xf);
    case 6: // addi
      words[a] = words[b] + imm;
      return true;
    case 7: // beq
      if (words[a] === words[b]) words[pc] += imm * 4;
      return true;
    case 8: // bne
      if (words[a] !== words[b]) words[pc] += imm * 4;
      return true;
    case 9: // blt
      if (words[a] < words[b]) words[pc] += imm * 4;
      return true;
    case 10: // jmp
      words[pc] += imm * 4;
      return true;
    case 11: {
      // jal
      const back = words[pc];
      words[pc] = back + imm * 4;
      words[a] = back;
      return true;
    }
    default: // jr
      words[pc] = words[a];
      return true;
  }
}

function alu(words: Int32Array, a: number, b: number, c: number, f: number): boolean {
  switch (f) {
    case 0:
      words[a] = b + c;
      return true;
    case 1:
      words[a] = b - c;
      return true;
    case 2:
      words[a] = b & c;
      return true;
    case 3:
      words[a] = b | c;
      return true;
    case 4:
      words[a] = b ^ c;
      return true;
    case 5:
      words[a] = b << c;
      return true;
    case 6:
      words[a] = b >>> c;
      return true;
    default:
      return false;
  }
}
