/**
 * Owns the atomicity-break log: a value read while tokens were held, the tokens lost at a block and had
 * again, and the value used without a second look. The kernel's tokens serialise only until their holder
 * blocks, and nothing at the place of the bug shows that a call below may block. Seen from the accesses to
 * plain words:
 *
 *     read W under tokens T ... block (all of T lost) ... W changed by another ... write W, not read again
 *     read pointer W ........... block ................... W changed by another ... access behind the old W
 *
 * Single-threaded with its execution; forgotten at the start of each run.
 */
import type { ExploredContext } from './context.ts';
import type { ExploredMachine } from './machine.ts';

/** Words behind a pointer that count as accesses through it. */
const REACH_WORDS = 64;
const LINES_MAXIMUM = 8;

/** What a thread knows of a word. */
interface Known {
  /** Number of the block before which it was read. */
  readonly epoch: number;
  readonly value: number;
  /** How often the word had been written by anyone. */
  readonly version: number;
}

/** One thread's tokens and what it read. */
interface Memo {
  held: number;
  epoch: number;
  lastBreak: string;
  lastToken: number;
  readonly known: Map<number, Known>;
}

export class AtomicityLog {
  /** Sentences about the breaks of this run, oldest first. */
  readonly lines: string[] = [];
  readonly #memos = new Map<number, Memo>();
  readonly #versions = new Map<number, number>();
  #isUsed = false;

  constructor(readonly machine: ExploredMachine) {}

  reset(): void {
    if (!this.#isUsed) return;
    this.#isUsed = false;
    this.lines.length = 0;
    this.#memos.clear();
    this.#versions.clear();
  }

  /** The sentences that go under a finding: the last few. */
  recentLines(): string[] {
    return this.lines.slice(-LINES_MAXIMUM);
  }

  token(k: ExploredContext, _token: number, taken: boolean): void {
    const memo = this.#memo(k);
    memo.held += taken ? 1 : -1;
    // What was read under tokens that were given back is not claimed to hold any longer.
    if (memo.held === 0) memo.known.clear();
  }

  broken(k: ExploredContext, what: string, token: number): void {
    const memo = this.#memo(k);
    if (memo.held === 0) return;
    memo.epoch++;
    memo.lastBreak = what;
    memo.lastToken = token;
  }

  read(k: ExploredContext, location: number): void {
    const memo = this.#memo(k);
    this.#checkThrough(k, memo, location);
    if (memo.held === 0) return;
    const value = k.words[location];
    memo.known.set(location, { epoch: memo.epoch, value, version: this.#versions.get(location) ?? 0 });
  }

  write(k: ExploredContext, location: number): void {
    const memo = this.#memo(k);
    this.#checkThrough(k, memo, location);
    const version = (this.#versions.get(location) ?? 0) + 1;
    const known = memo.known.get(location);
    if (memo.held > 0 && known !== undefined && known.epoch !== memo.epoch && known.version !== version - 1) {
      this.#report(k, memo, location, `writes ${this.machine.names.describe(location)}`);
    }
    this.#versions.set(location, version);
    if (memo.held > 0) memo.known.set(location, { epoch: memo.epoch, value: 0, version });
  }

  /** An access behind a pointer that was read before a block and has been replaced since. */
  #checkThrough(k: ExploredContext, memo: Memo, location: number): void {
    if (memo.epoch === 0) return;
    for (const [source, known] of memo.known) {
      if (known.epoch === memo.epoch || known.value <= 0) continue;
      if (location < known.value || location >= known.value + REACH_WORDS) continue;
      if ((this.#versions.get(source) ?? 0) === known.version) continue;
      this.#report(k, memo, source, `goes through it to ${this.machine.names.describe(location)}`);
      memo.known.delete(source);
    }
  }

  #report(k: ExploredContext, memo: Memo, location: number, use: string): void {
    const name = this.machine.names.describe(location);
    const waited = memo.lastToken === 0 ? '' : ` ${this.machine.names.token(memo.lastToken)}`;
    const line =
      `atomicity break: ${k.strand.path} read ${name} under a token, ` +
      `then ${memo.lastBreak}${waited} (all its tokens were lost), ` +
      `${name} was changed, and it ${use} without a second look`;
    if (!this.lines.includes(line)) this.lines.push(line);
    if (this.machine.failsOnBreak) this.machine.execution.stop('token-misuse', line, { details: [] });
  }

  #memo(k: ExploredContext): Memo {
    this.#isUsed = true;
    const { td } = k;
    let memo = this.#memos.get(td);
    if (memo === undefined) {
      memo = { held: 0, epoch: 0, lastBreak: '', lastToken: 0, known: new Map() };
      this.#memos.set(td, memo);
    }
    return memo;
  }
}
