/**
 * Owns the interpreter of the text machine. Registers are the words of the trap frame, each instruction is
 * fetched from the text page at that moment, and every instruction is one user operation that passes the user
 * boundary: whoever stops the lwp may change both. Runs in the thread of the lwp.
 *
 *     fetch at pc -> pc to the next -> execute -> user boundary -> fetch ...
 *                                        |  trap: pc back to the instruction, SIGILL SIGSEGV SIGTRAP
 */
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { RESTART } from '../errno.ts';
import { FN_EXIT1 } from '../functions.ts';
import { sigreturn } from '../signal/cursig.ts';
import { SIGILL, SIGKILL, SIGSEGV, SIGTRAP } from '../signal/signals.ts';
import { trapsignal } from '../signal/trapsignal.ts';
import { L, TF_PC } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { type HandlerRunner, userret } from '../user/boundary.ts';
import { executePure } from './execute.ts';
import { OP_BRK, OP_LAST_PURE, OP_LD, OP_ST, OP_SYS, OP_XCHG, UNUSED_BITS } from './instruction.ts';
import { sendsig, sigframe } from './signal-frame.ts';
import { textCall } from './system-calls.ts';
import { SYSTEM_CALL_NUMBERS } from './system-call-numbers.ts';
import type { TextImage } from './text-image.ts';
import { textLoad } from './text-load.ts';
import { UserWords } from './user-words.ts';

const WORD = 4;

/** The whole life of an lwp of a text program: loads the image if it is new, and runs. */
export function* textStart(k: Context, lp: number, image: TextImage): Steps<never> {
  // Past the point where exec could have failed.
  if ((yield* textLoad(k, lp, image)) !== 0) yield* k.call(FN_EXIT1, SIGKILL);
  return yield* textRun(k, lp);
}

/** Runs a program from what its trap frame holds. */
function* textRun(k: Context, lp: number): Steps<never> {
  yield* new TextMachine(k, lp).start();
  return k.panic('textRun: the program came to no end');
}

class TextMachine implements HandlerRunner {
  readonly #user: UserWords;
  readonly #frame: number;
  /** Handlers that run on top of each other. */
  #depth = 0;

  constructor(
    readonly k: Context,
    readonly lp: number,
  ) {
    this.#user = new UserWords(k);
    this.#frame = lp + L.lwp_trapframe;
  }

  *start(): Steps {
    this.#useSpace();
    // Whatever was sent to it before it first ran is delivered before its first instruction.
    yield* userret(this.k, this.lp, this);
    yield* this.#run();
  }

  /** Until the handler that runs returns; the program itself runs until it ends. */
  *#run(): Steps {
    const { k, lp } = this;
    const user = this.#user;
    const pc = this.#frame + TF_PC;
    for (let isReturned = false; !isReturned;) {
      const at = k.words[pc];
      let location = user.at(at);
      if (location === 0) location = yield* user.fault(at);
      if (location === 0) yield* trapsignal(k, lp, SIGSEGV);
      else {
        const word = yield* k.load(location);
        const op = word >>> 24;
        k.words[pc] = at + WORD;
        if (op === 0 || (word & UNUSED_BITS[op]) !== 0) yield* this.#trap(at, SIGILL);
        else if (op <= OP_LAST_PURE) {
          if (!executePure(k.words, this.#frame, word)) yield* this.#trap(at, SIGILL);
        } else if (op <= OP_XCHG) yield* this.#access(at, word);
        else if (op === OP_BRK) yield* this.#trap(at, SIGTRAP);
        else if (op === OP_SYS) isReturned = yield* this.#call(at);
      }
      yield* userret(k, lp, this);
    }
  }

  /** ld, st, xchg. */
  *#access(at: number, word: number): Steps {
    const { k } = this;
    const user = this.#user;
    const op = word >>> 24;
    const address = (k.words[this.#frame + ((word >> 16) & 0xf)] + ((word << 16) >> 16)) | 0;
    const register = this.#frame + ((word >> 20) & 0xf);
    const value = k.words[register];
    // It has not happened yet: whoever looks at the registers meanwhile finds all of it or nothing.
    k.words[this.#frame + TF_PC] = at;
    if (op !== OP_LD && !user.isStorable(address)) return yield* this.#trap(at, SIGSEGV);
    let location = user.at(address);
    if (location === 0) location = yield* user.fault(address);
    if (location === 0) return yield* this.#trap(at, SIGSEGV);
    let loaded = value;
    if (op === OP_ST) yield* k.store(location, value);
    else loaded = op === OP_LD ? yield* k.load(location) : yield* k.swap(location, value);
    k.words[this.#frame + TF_PC] = at + WORD;
    if (op !== OP_ST) k.words[register] = loaded;
  }

  /** Nothing has happened: the instruction can be executed again. */
  *#trap(at: number, signal: number): Steps {
    this.k.words[this.#frame + TF_PC] = at;
    yield* trapsignal(this.k, this.lp, signal);
  }

  /** A system call; true if the handler that runs has returned. */
  *#call(at: number): Steps<boolean> {
    const { k } = this;
    const frame = this.#frame;
    if (k.words[frame] === SYSTEM_CALL_NUMBERS.sigreturn) return yield* this.#sigreturn(at);
    k.words[k.td + TD.td_incall] = 1;
    const result = yield* textCall(this.#user, this.lp);
    k.words[k.td + TD.td_incall] = 0;
    this.#useSpace();
    const { words } = k;
    if (result === RESTART) {
      // A debugger that has changed pc meanwhile wants it so.
      if (words[frame + TF_PC] === at + WORD) words[frame + TF_PC] = at;
    } else {
      words[frame] = result < 0 ? -1 : result;
      words[frame + 1] = result < 0 ? -result : 0;
    }
    return false;
  }

  *#sigreturn(at: number): Steps<boolean> {
    const { k, lp } = this;
    k.words[lp + L.lwp_nsyscall]++;
    const mask = yield* sigframe(this.#user, lp);
    if (mask === null) {
      yield* this.#trap(at, SIGSEGV);
      return false;
    }
    if (this.#depth > 0) return true;
    // The handler was entered by the lwp this one was forked from: its boundary is not here to do it.
    yield* sigreturn(k, lp, mask);
    return false;
  }

  /** Runs a handler on top of what the program does, until it returns. */
  *handle(entry: number, signal: number): Steps {
    const { k } = this;
    if (!(yield* sendsig(this.#user, this.lp, entry, signal))) yield* k.call(FN_EXIT1, SIGILL);
    this.#depth++;
    yield* this.#run();
    this.#depth--;
  }

  /** Replaced by the process itself only: its own look needs no token. */
  #useSpace(): void {
    const { k, lp } = this;
    this.#user.use(k.peek(k.words[lp + L.lwp_proc] + P.p_vmspace));
  }
}
