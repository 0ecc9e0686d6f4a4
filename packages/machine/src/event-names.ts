/**
 * Owns the names of threads, tokens and functions for events, read from kernel memory at the moment they are
 * asked for. A thread or token whose memory was used again for something else by then is called by its
 * number. Keeps a text as long as the words it was made of stay the same. Runs on the reader's thread,
 * takes no lock.
 */
import { type Memory, readCstring } from '@smplab/kmem';
import { TD } from '@smplab/lwkt';
import { T_DESC, stateNameOf } from '@smplab/token';

const TEXT_BYTES = 16;
const TEXT_WORDS = 4;
// Letters, digits, punctuation and spaces of any script; what poison and pointers decode to is none of these.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;

interface KnownText {
  readonly words: readonly number[];
  readonly text: string;
}

/** A text that was a name once; empty when the words cannot be one. */
export function plausibleName(text: string): string {
  return PRINTABLE.test(text) && !text.includes('\ufffd') ? text : '';
}

export class EventNames {
  readonly #texts = new Map<number, KnownText>();

  constructor(
    readonly memory: Memory,
    readonly functionName: (number: number) => string,
  ) {}

  thread(td: number): { readonly td: number; readonly name: string } {
    if (td === 0) return { td, name: 'no thread' };
    return { td, name: this.#text(td + TD.td_comm) || `thread ${td}` };
  }

  /** What a thread waits for (td_wmesg); empty when it says nothing. */
  message(td: number): string {
    return this.#text(td + TD.td_wmesg);
  }

  token(token: number): string {
    return this.#text(token + T_DESC) || `token ${token}`;
  }

  /** State of a token by its count, as the machine of @smplab/token calls it. */
  state(count: number): string {
    return stateNameOf(count);
  }

  function(number: number): string {
    return this.functionName(number);
  }

  #text(at: number): string {
    const { memory } = this;
    if (at <= 0 || at + TEXT_WORDS > memory.length) memory.refresh();
    if (at <= 0 || at + TEXT_WORDS > memory.length) return '';
    const known = this.#texts.get(at);
    const { words } = memory;
    if (known?.words.every((word, i) => words[at + i] === word) === true) return known.text;
    const fresh = {
      words: [...words.subarray(at, at + TEXT_WORDS)],
      text: plausibleName(readCstring(memory, at, TEXT_BYTES)),
    };
    this.#texts.set(at, fresh);
    return fresh.text;
  }
}
