/**
 * Owns the words of one execution: kmem memory handed out from the bottom up, and what race detection knows
 * of each word. A run starts by taking everything back. Runs on the thread that holds the execution.
 *
 *     0 null pointer | 1 .. 15 header of the memory | 16 .. top words of this run's objects | ... free
 */
import { Memory } from '@smplab/kmem';
import { RaceDetector } from '../detect/race-detector.ts';
import { Clocks } from './clocks.ts';

const FIRST_WORD = 16;
const MAXIMUM_WORDS = 1 << 22;

export abstract class Arena {
  readonly memory = Memory.create({ initialWords: 4096, maximumWords: MAXIMUM_WORDS });
  words: Int32Array = this.memory.words;
  readonly clocks = new Clocks();
  readonly racesSeen = new RaceDetector();
  /**
   * Whether accesses are ordered by clocks and checked; a search switches it off while no plain memory
   * exists.
   */
  racesOn: boolean;
  /** Some run of this execution created plain memory: something can race. */
  hasPlainMemory = false;
  #top = FIRST_WORD;
  #capacity = 0;

  constructor(races: boolean) {
    this.racesOn = races;
    this.#resize();
  }

  /** First word no object of this run has. */
  get top(): number {
    return this.#top;
  }

  /** Starts a run: no word belongs to anything. */
  protected resetArena(): void {
    this.#top = FIRST_WORD;
    this.clocks.reset();
    this.racesSeen.reset();
  }

  /** Reserves zeroed words for an object of this run. */
  allocate(words: number, initialised = true): number {
    const location = this.#top;
    if (location + words > this.#capacity) this.#grow(location + words);
    this.#top = location + words;
    for (let word = location; word < location + words; word++) {
      this.words[word] = 0;
      this.clocks.rowOf[word] = 0;
    }
    this.racesSeen.clear(location, words, initialised);
    return location;
  }

  /** Reserves words that are race-checked. */
  allocatePlain(words: number, initialised: boolean): number {
    this.hasPlainMemory = true;
    return this.allocate(words, initialised);
  }

  #grow(words: number): void {
    if (words > MAXIMUM_WORDS - FIRST_WORD) {
      this.misuse(
        `the scenario's objects need more than ${MAXIMUM_WORDS} words in one run: create fewer of them`,
      );
    }
    this.memory.grow(Math.min(MAXIMUM_WORDS, Math.max(words, this.#capacity * 2)));
    this.#resize();
  }

  #resize(): void {
    this.words = this.memory.words;
    this.#capacity = this.words.length;
    const rowOf = new Int32Array(this.#capacity);
    rowOf.set(this.clocks.rowOf);
    this.clocks.rowOf = rowOf;
    this.racesSeen.resize(this.#capacity);
  }

  /** The scenario asked for too much. */
  abstract misuse(message: string): never;
}
