/**
 * Owns the other end of a terminal of a live machine, outside of it: what a person types, or what a file
 * holds, goes into its ring of input as far as there is room to read it, what it shows comes out of its ring
 * of output. Runs on the host's thread, looks at kernel memory only, and tells the machine by an interrupt.
 * From its start on a full output ring makes programs wait.
 *
 *     const terminal = new HostTerminal(machine.memory, 'console', () => machine.interrupt(0, TTY_VECTOR));
 *     process.stdin.on('data', (bytes) => terminal.type(bytes));
 *     while (...) { process.stdout.write(terminal.take()); await terminal.output(); }
 */
import { type Memory, readCstring, Symbols } from '@smplab/kmem';
import { T, TF_BLOCK, TF_HANGUP, TF_WINSIZE, Tty, TTY_RING } from './tty-layout.ts';
import {
  ECHO,
  ECHONL,
  ICANON,
  ICRNL,
  ISIG,
  IXON,
  OPOST,
  VDISABLE,
  VEOF,
  VERASE,
  VINTR,
  VKILL,
  VSUSP,
} from './ttycom.ts';

/** Bytes of the queue of input that are left free: a byte on its way is in neither ring. */
const SLACK = 4;
/** A line of a pipe that is longer than the queue is handed over in parts. */
const LONGEST_PART = TTY_RING - 2 * SLACK;

export interface HostTerminalOptions {
  /** Nobody sits at it: nothing is echoed or edited, no byte is a signal, line feeds stay what they are. */
  readonly isPipe?: boolean;
  readonly rows?: number;
  readonly columns?: number;
}

export class HostTerminal {
  readonly #tp: number;
  /** Typed, and not yet in the ring. */
  #waiting: number[] = [];
  #hasEnded = false;

  /** Whether a machine has terminals: those with processes do, once they have booted. */
  static isIn(memory: Memory): boolean {
    return new Symbols(memory).all().some(({ name }) => name === 'ttys');
  }

  /** To be made before the machine runs, when its modes are nobody's yet. */
  constructor(
    readonly memory: Memory,
    name: string,
    /** Raises TTY_VECTOR of cpu0. */
    readonly raise: () => void,
    options: HostTerminalOptions = {},
  ) {
    const { pointer, count } = new Symbols(memory).find('ttys');
    const all = Array.from({ length: count }, (_, at) => pointer + at * Tty.size);
    const tp = all.find((each) => readCstring(memory, each + T.t_name, 16) === name);
    if (tp === undefined) throw new RangeError(`there is no terminal "${name}"`);
    this.#tp = tp;
    this.#setUp(options);
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

  /** Keys that wait for the machine to read those before. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /** Keys have been hit. */
  type(keys: Uint8Array | string): void {
    for (const byte of typeof keys === 'string' ? new TextEncoder().encode(keys) : keys) {
      // It throws away what was typed before, wherever that is.
      if (this.#isSignal(byte)) this.#waiting = [];
      this.#waiting.push(byte);
    }
    this.#flush();
  }

  /** There will be no more keys: whoever reads finds the end, again and again. */
  end(): void {
    this.#hasEnded = true;
    this.#flush();
  }

  /** The screen has another size: SIGWINCH for the group in the foreground. */
  resize(rows: number, columns: number): void {
    const { words } = this.memory;
    Atomics.store(words, this.#tp + T.t_hostsize, (rows << 16) | columns);
    Atomics.or(words, this.#tp + T.t_flags, TF_WINSIZE);
    this.raise();
  }

  /** The person has gone: SIGHUP for whoever leads the session. */
  hangUp(): void {
    Atomics.or(this.memory.words, this.#tp + T.t_flags, TF_HANGUP);
    this.raise();
  }

  #setUp({ isPipe = false, rows, columns }: HostTerminalOptions): void {
    const { words } = this.memory;
    const tp = this.#tp;
    if (rows !== undefined) words[tp + T.t_rows] = rows;
    if (columns !== undefined) words[tp + T.t_columns] = columns;
    if (!isPipe) return;
    words[tp + T.t_lflag] &= ~(ECHO | ECHONL | ISIG);
    words[tp + T.t_iflag] &= ~(ICRNL | IXON);
    words[tp + T.t_oflag] &= ~OPOST;
    for (const index of [VERASE, VKILL]) words[tp + T.t_cc + index] = VDISABLE;
  }

  /** Whether a byte is one of the keys that signal the group in the foreground. */
  #isSignal(byte: number): boolean {
    const { words } = this.memory;
    const tp = this.#tp;
    if ((words[tp + T.t_lflag] & ISIG) === 0) return false;
    return byte === words[tp + T.t_cc + VINTR] || byte === words[tp + T.t_cc + VSUSP];
  }

  /** As much as there is room for; the rest goes with a later call. */
  #flush(): void {
    const { words } = this.memory;
    const tp = this.#tp;
    const onTheWay = (Atomics.load(words, tp + T.t_hosttail) - Atomics.load(words, tp + T.t_hosthead)) | 0;
    const queued = (Atomics.load(words, tp + T.t_tail) - Atomics.load(words, tp + T.t_head)) | 0;
    const typed = (Atomics.load(words, tp + T.t_tail) - Atomics.load(words, tp + T.t_line)) | 0;
    if (this.#waiting.length === 0) {
      // A line without an end is handed over first.
      const isRead = queued === 0 || typed > 0;
      if (this.#hasEnded && onTheWay === 0 && isRead) this.#put([words[tp + T.t_cc + VEOF]]);
      return;
    }
    // A key that signals does not wait until somebody reads.
    if (onTheWay === 0 && this.#isSignal(this.#waiting[0])) {
      this.#put(this.#waiting.splice(0, 1));
      return;
    }
    const isCanonical = (words[tp + T.t_lflag] & ICANON) !== 0;
    const isPart = isCanonical && onTheWay === 0 && typed >= LONGEST_PART && typed === queued;
    if (isPart) this.#put([words[tp + T.t_cc + VEOF]]);
    else this.#put(this.#waiting.splice(0, Math.max(0, TTY_RING - SLACK - onTheWay - queued)));
  }

  /** Puts bytes into the ring, which has room. */
  #put(bytes: readonly number[]): void {
    if (bytes.length === 0) return;
    const { words } = this.memory;
    const tp = this.#tp;
    const tail = Atomics.load(words, tp + T.t_hosttail);
    for (const [at, byte] of bytes.entries()) words[tp + T.t_host + ((tail + at) & (TTY_RING - 1))] = byte;
    Atomics.store(words, tp + T.t_hosttail, (tail + bytes.length) | 0);
    this.raise();
  }
}
