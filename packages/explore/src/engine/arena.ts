/**
 * Owns the words of one execution, and what race detection knows of each. A plain scenario's objects are
 * handed out from the bottom up, and a run starts by taking everything back. The memory of a kernel machine
 * has its own layout and allocator: such a run starts by adopting the machine's boot image. Runs on the
 * thread that holds the execution.
 *
 *     0 null pointer | 1 .. 15 header of the memory | 16 .. top words of this run's objects | ... free
 *
 *     adopted: 0 .. length words of the image, blocks of strands among them | .. memory.top reserved since
 */
import { KmemError, Memory } from '@smplab/kmem';
import { RaceDetector, WORD_UNINITIALISED } from '../detect/race-detector.ts';
import { SharedStates } from '../detect/shared-states.ts';
import type { BootImage } from './boot-image.ts';
import { Clocks } from './clocks.ts';
import { STRAND_WORDS } from './strand.ts';

const FIRST_WORD = 16;
const MAXIMUM_WORDS = 1 << 22;
/** Words beyond an image that a run of it finds without growing the memory: views survive that. */
const HEADROOM_WORDS = 4096;

export abstract class Arena {
  readonly memory: Memory;
  /** All words. In a run that adopted an image, `memory.words` may be newer within a step that grew it. */
  words: Int32Array;
  readonly clocks = new Clocks();
  readonly racesSeen: RaceDetector;
  /**
   * Whether accesses are ordered by clocks and checked; a search switches it off while no plain memory
   * exists.
   */
  racesOn: boolean;
  /** Some run of this execution created plain memory: something can race. */
  hasPlainMemory = false;
  /** The image this run started from; null in a run of a plain scenario. */
  #image: BootImage | null = null;
  #top = FIRST_WORD;
  #capacity = 0;
  /** Words may hold what runs without an image left, which no allocation top tells. */
  #isLittered = true;

  /** Over the given memory, which the runs then overwrite, or over one of its own. */
  constructor(races: boolean, memory?: Memory, states?: SharedArrayBuffer) {
    this.racesSeen = states === undefined ? new RaceDetector() : new SharedStates(states);
    this.memory = memory ?? Memory.create({ initialWords: 4096, maximumWords: MAXIMUM_WORDS });
    this.words = this.memory.words;
    this.racesOn = races;
    this.#resize();
  }

  /** First word no object of this run has. */
  get top(): number {
    return this.#image === null ? this.#top : this.#reservedEnd();
  }

  /** Starts a run: no word belongs to anything. */
  protected resetArena(): void {
    this.#image = null;
    this.#top = FIRST_WORD;
    this.clocks.reset();
    this.racesSeen.reset();
  }

  /**
   * Makes the memory exactly the image, zero beyond it. A program of a kernel machine calls this at the
   * beginning of its `start`, before anything is created in the run; every word then counts as initialised
   * and never accessed. The whole image is copied: for the few thousand words of a small kernel that takes
   * 0.7 us, less than finding out which of its pages differ.
   */
  adoptImage(image: BootImage): void {
    if (this.#image !== null || this.#top !== FIRST_WORD)
      this.misuse('a boot image was adopted after the run had created strands or objects: adopt it first');
    this.#checkImage(image);
    const { memory } = this;
    const { length } = image;
    const wanted = Math.min(length + HEADROOM_WORDS, memory.maximumWords);
    if (memory.length < wanted) memory.grow(wanted);
    this.syncWords();
    // Before the header, and with it the allocation top, is put back.
    const end = this.#isLittered ? memory.length : this.#reservedEnd();
    this.words.set(image.words.length === length ? image.words : image.words.subarray(0, length));
    if (end > length) this.words.fill(0, length, end);
    if (this.#isLittered) this.racesSeen.forget();
    this.#isLittered = false;
    this.#image = image;
    this.hasPlainMemory = true;
  }

  /**
   * Takes the memory as it is for one that holds the image: for a part of a machine whose memory another
   * execution restores, and whose words others change between its steps.
   */
  joinImage(image: BootImage): void {
    this.#checkImage(image);
    this.memory.refresh();
    this.syncWords();
    this.#image = image;
  }

  /** Takes over the views of a memory that was grown by others than this arena. */
  syncWords(): void {
    if (this.words !== this.memory.words) this.#resize();
  }

  /** Reserves zeroed words for an object of this run. */
  allocate(words: number, initialised = true): number {
    if (this.#image !== null) return this.#reserve(words, initialised);
    const location = this.#top;
    if (location + words > this.#capacity) this.#grow(location + words);
    this.#isLittered = true;
    this.#top = location + words;
    for (let word = location; word < location + words; word++) this.words[word] = 0;
    this.racesSeen.clear(location, words, initialised);
    return location;
  }

  /** Reserves words that are race-checked. */
  allocatePlain(words: number, initialised: boolean): number {
    this.hasPlainMemory = true;
    return this.allocate(words, initialised);
  }

  /** The zeroed block of the strand with this index. */
  protected allocateStrand(index: number): number {
    const image = this.#image;
    if (image === null) return this.allocate(STRAND_WORDS);
    if (index >= image.strandCapacity) {
      this.misuse(
        `the machine started more than ${image.strandCapacity} strands in one run: ` +
          'its boot image has no room for the blocks of more',
      );
    }
    const location = image.strandArea + index * STRAND_WORDS;
    for (let word = location; word < location + STRAND_WORDS; word++) this.words[word] = 0;
    return location;
  }

  /** Reserves words of an adopted memory. */
  #reserve(words: number, initialised: boolean): number {
    let location = 0;
    try {
      location = this.memory.reserve(words);
    } catch (error) {
      if (!(error instanceof KmemError)) throw error;
      this.misuse(`the machine's memory has no room for ${words} more words: ${error.message}`);
    }
    this.syncWords();
    this.words.fill(0, location, location + words);
    if (!initialised) this.racesSeen.setState(location, words, WORD_UNINITIALISED);
    return location;
  }

  #checkImage({ words, length, strandArea, strandCapacity }: BootImage): void {
    const { maximumWords } = this.memory;
    if (length > words.length || length < FIRST_WORD || length > maximumWords) {
      this.misuse(
        `a boot image of ${length} words was given as ${words.length} words, ` +
          `for a memory of ${FIRST_WORD} to ${maximumWords} words`,
      );
    }
    if (strandArea < FIRST_WORD || strandArea + strandCapacity * STRAND_WORDS > length)
      this.misuse(`the strand area of the boot image (from word ${strandArea}) lies outside it`);
  }

  /** The allocation top of the memory, however wrong a wild store has made it. */
  #reservedEnd(): number {
    const { top, length } = this.memory;
    return top < 0 || top > length ? length : top;
  }

  #grow(words: number): void {
    const { maximumWords } = this.memory;
    if (words > maximumWords - FIRST_WORD) {
      this.misuse(
        `the scenario's objects need more than ${maximumWords} words in one run: create fewer of them`,
      );
    }
    this.memory.grow(Math.min(maximumWords, Math.max(words, this.#capacity * 2)));
    this.#resize();
  }

  #resize(): void {
    this.words = this.memory.words;
    this.#capacity = this.words.length;
    this.clocks.resize(this.#capacity);
    this.racesSeen.resize(this.#capacity);
  }

  /** The scenario asked for too much. */
  abstract misuse(message: string): never;
}
