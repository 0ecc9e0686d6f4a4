/**
 * Owns the other end of a terminal of a live machine, outside of it: what a person types goes into its ring
 * of input, what it shows comes out of its ring of output. Runs on the host's thread, looks at kernel memory
 * only, and tells the machine by an interrupt. From its start on a full output ring makes programs wait.
 *
 *     const terminal = new HostTerminal(machine.memory, 'console', () => machine.interrupt(0, TTY_VECTOR));
 *     process.stdin.on('data', (bytes) => terminal.type(bytes));
 *     while (...) { process.stdout.write(terminal.take()); await terminal.output(); }
 */
import { type Memory, readCstring, Symbols } from '@smplab/kmem';
import { T, TF_BLOCK, TF_HANGUP, Tty, TTY_RING } from './tty-layout.ts';

export class HostTerminal {
  readonly #tp: number;
  /** Typed, and not yet in the ring, which the kernel empties. */
  #waiting: number[] = [];

  constructor(
    readonly memory: Memory,
    name: string,
    /** Raises TTY_VECTOR of cpu0. */
    readonly raise: () => void,
  ) {
    const { pointer, count } = new Symbols(memory).find('ttys');
    const all = Array.from({ length: count }, (_, at) => pointer + at * Tty.size);
    const tp = all.find((each) => readCstring(memory, each + T.t_name, 16) === name);
    if (tp === undefined) throw new RangeError(`there is no terminal "${name}"`);
    this.#tp = tp;
    const { words } = memory;
    const tail = Atomics.load(words, tp + T.t_outtail);
    // What a transcript has forgotten is lost.
    Atomics.store(words, tp + T.t_outhead, (tail - Math.min(tail, words[tp + T.t_outsize])) | 0);
    Atomics.or(words, tp + T.t_flags, TF_BLOCK);
  }

  /** What the machine has shown since the last call. */
  take(): Uint8Array {
    const { words } = this.memory;
    const tp = this.#tp;
    const head = Atomics.load(words, tp + T.t_outhead);
    const tail = Atomics.load(words, tp + T.t_outtail);
    const bytes = new Uint8Array((tail - head) | 0);
    const mask = words[tp + T.t_outsize] - 1;
    for (let at = 0; at < bytes.length; at++) bytes[at] = words[words[tp + T.t_out] + ((head + at) & mask)];
    if (bytes.length > 0) {
      Atomics.store(words, tp + T.t_outhead, tail);
      this.raise();
    }
    this.#flush();
    return bytes;
  }

  /** Waits until there may be something to take, or for so many milliseconds. */
  async output(milliseconds = 50): Promise<void> {
    const { words } = this.memory;
    const tail = this.#tp + T.t_outtail;
    const seen = Atomics.load(words, this.#tp + T.t_outhead);
    const wait = Atomics.waitAsync(words, tail, seen, milliseconds);
    if (wait.async) await wait.value;
  }

  /** Keys have been hit. */
  type(keys: Uint8Array | string): void {
    this.#waiting.push(...(typeof keys === 'string' ? new TextEncoder().encode(keys) : keys));
    this.#flush();
  }

  /** The person has gone: SIGHUP for whoever leads the session. */
  hangUp(): void {
    Atomics.or(this.memory.words, this.#tp + T.t_flags, TF_HANGUP);
    this.raise();
  }

  /** As much as there is room for; the rest goes with the next call. */
  #flush(): void {
    if (this.#waiting.length === 0) return;
    const { words } = this.memory;
    const tp = this.#tp;
    const tail = Atomics.load(words, tp + T.t_hosttail);
    const room = TTY_RING - ((tail - Atomics.load(words, tp + T.t_hosthead)) | 0);
    const bytes = this.#waiting.splice(0, room);
    for (const [at, byte] of bytes.entries()) words[tp + T.t_host + ((tail + at) & (TTY_RING - 1))] = byte;
    if (bytes.length === 0) return;
    Atomics.store(words, tp + T.t_hosttail, (tail + bytes.length) | 0);
    this.raise();
  }
}
