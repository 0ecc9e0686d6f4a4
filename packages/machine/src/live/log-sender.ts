/**
 * Owns sending the lines that programs log from a CPU to the host, at most so many at a time: a program that
 * logs without end must not fill the memory of the host. Lines for which there is no room are counted, and
 * told.
 */
import type { CpuMessage } from './task.ts';

/** Lines on their way to the host. */
const MOST_LINES = 1000;
const MOST_CHARACTERS = 10_000;

export class LogSender {
  #sent = 0;
  #dropped = 0;

  /** `taken` counts, in the word of each CPU, the lines the host has taken. */
  constructor(
    readonly cpuid: number,
    readonly taken: Int32Array,
    readonly post: (message: CpuMessage) => void,
  ) {}

  log(cpuid: number, text: string): void {
    if (((this.#sent - Atomics.load(this.taken, this.cpuid)) | 0) >= MOST_LINES) {
      this.#dropped++;
      return;
    }
    this.flush();
    this.#send(cpuid, text.slice(0, MOST_CHARACTERS));
  }

  /** Tells of lines that were dropped. */
  flush(): void {
    if (this.#dropped === 0) return;
    const text = `(${this.#dropped} lines were dropped: they came faster than the host takes them)`;
    this.#dropped = 0;
    this.#send(this.cpuid, text);
  }

  #send(cpuid: number, text: string): void {
    this.#sent = (this.#sent + 1) | 0;
    this.post({ kind: 'log', cpuid, text });
  }
}
