/**
 * Owns reading standard input line by line, whether it comes in lines (a terminal) or in larger parts.
 */
import type { Steps } from '@smplab/lwkt';
import { EINTR } from '../errno.ts';
import type { User } from '../user/user.ts';

const PART = 1024;

export class LineReader {
  #pending = '';

  constructor(readonly u: User) {}

  /**
   * A line without its end; null at the end of input. An interrupted read is an empty line, and `newline`
   * shows.
   */
  *next(newline: boolean): Steps<string | null> {
    while (!this.#pending.includes('\n')) {
      const bytes = yield* this.u.read(0, PART);
      if (bytes === null) {
        if (this.u.errno !== EINTR) return null;
        if (newline) yield* this.u.write(1, '\n');
        return '';
      }
      if (bytes.length === 0) {
        if (this.#pending === '') return null;
        this.#pending += '\n';
        break;
      }
      this.#pending += new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    }
    const end = this.#pending.indexOf('\n');
    const line = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end + 1);
    return line;
  }
}
