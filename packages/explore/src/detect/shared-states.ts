/**
 * Owns what is known of each word where several realms share one memory, as the CPUs of a lockstep machine
 * do: which words are freed, not yet written, or beyond a block is the same for all of them, so it lies in
 * memory that they share. One object for each realm, over the same bytes; realms take turns, and the turn
 * orders what they see. Races are not looked for across realms: reads and writes tell nothing.
 */
import { RaceDetector, WORD_INITIALISED, WORD_UNINITIALISED, type WordState } from './race-detector.ts';

export class SharedStates extends RaceDetector {
  /** State + 1 of each word; 0 is that of a word nothing was done to. */
  readonly #states: Uint8Array;
  /** The words this realm gave a state in this run. */
  #from = 0;
  #end = 0;

  /** A byte for each word there may be. */
  constructor(buffer: SharedArrayBuffer) {
    super();
    this.#states = new Uint8Array(buffer);
  }

  /** Takes back what this realm said in the last run; before any realm says something in the next. */
  override reset(): void {
    super.reset();
    this.#states.fill(0, this.#from, this.#end);
    this.#from = 0;
    this.#end = 0;
  }

  override setState(location: number, words: number, state: WordState): void {
    const end = location + words;
    this.#states.fill(state + 1, location, end);
    this.#from = this.#end === 0 ? location : Math.min(this.#from, location);
    this.#end = Math.max(this.#end, end);
  }

  override stateOf(location: number): WordState {
    const state = this.#states[location];
    return state > 0 ? ((state - 1) as WordState) : WORD_INITIALISED;
  }

  override markInitialised(location: number): void {
    if (this.#states[location] === WORD_UNINITIALISED + 1) this.#states[location] = WORD_INITIALISED + 1;
  }

  override read(): void {
    // Nothing: see above.
  }

  override write(): void {
    // Nothing.
  }
}
