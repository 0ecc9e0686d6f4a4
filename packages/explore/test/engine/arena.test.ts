/** The words of an execution: handed out from the bottom up, clean in every run, and not without end. */
import assert from 'node:assert/strict';
import { Memory } from '@smplab/kmem';
import { WORD_UNINITIALISED } from '../../src/detect/race-detector.ts';
import type { BootImage } from '../../src/engine/boot-image.ts';
import { Execution, type Program } from '../../src/engine/execution.ts';
import { STRAND_NEXT, STRAND_WORDS } from '../../src/engine/strand.ts';
import { startThread } from '../../src/engine/thread.ts';
import { scenario, type ScenarioContext } from '../../src/scenario.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { OldestFirst } from '../exploration.ts';

describe('the arena of an execution', () => {
  it('hands out neighbouring words that are zero', () => {
    const execution = new Execution();
    const first = execution.allocate(3);
    execution.words.fill(7, first, first + 3);
    assert.equal(execution.allocate(2), first + 3);
    assert.deepEqual([...execution.words.subarray(first + 3, first + 5)], [0, 0]);
    assert.equal(execution.top, first + 5);
  });

  it('never hands out the null pointer', () => {
    assert.ok(new Execution().allocate(1) > 0);
  });

  it('keeps what was written when it grows', () => {
    const execution = new Execution();
    const early = execution.allocate(1);
    execution.words[early] = 42;
    const { length } = execution.words;
    const large = execution.allocate(length * 3);
    assert.ok(execution.words.length >= large + length * 3);
    assert.equal(execution.words[early], 42);
  });

  it('gives each run the same words, cleared', () => {
    const execution = new Execution();
    const seen: number[][] = [];
    const program = scenario('words', function* (s) {
      const x = s.cell('x', 0);
      seen.push([x.location, execution.words[x.location]]);
      yield* x.write(5);
    });
    const walk = new RandomWalk(1);
    for (let run = 0; run < 3; run++) {
      walk.begin(run);
      execution.execute(program, walk);
    }
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
    assert.equal(seen[0][1], 0);
  });

  it('knows whether there is memory that can race', () => {
    const execution = new Execution();
    execution.allocate(1);
    assert.equal(execution.hasPlainMemory, false);
    execution.allocatePlain(1, true);
    assert.equal(execution.hasPlainMemory, true);
  });

  it('refuses a scenario that wants more words than there are, in words', () => {
    const execution = new Execution();
    const walk = new RandomWalk(1);
    walk.begin(0);
    const greedy = scenario('greedy', function* (s) {
      s.array('much', 100_000_000, 0);
      yield* s.fence();
    });
    execution.execute(greedy, walk);
    assert.equal(execution.failure?.verdict, 'scenario-misuse');
    assert.match(execution.failure.message, /more than \d+ words/);
  });
});

describe('the arena of a machine', () => {
  /** What the words of a run were, header and all, after `use` had the run to itself. */
  function runOf(
    image: BootImage,
    execution: Execution,
    use: (execution: Execution) => void = () => {},
  ): string[] {
    const program: Program = {
      name: 'machine',
      start(given) {
        given.adoptImage(image);
        use(given);
      },
    };
    execution.execute(program, new OldestFirst());
    return [execution.failure?.message ?? ''];
  }

  /** An image of a memory with an area for two strands and the words 7, 7, 7 at its end. */
  function imageOf(): BootImage {
    const memory = Memory.create({ initialWords: 64 });
    const strandArea: number = memory.reserve(2 * STRAND_WORDS);
    memory.words.fill(7, memory.reserve(3), memory.top);
    return { words: memory.words.slice(0, memory.top), length: memory.top, strandArea, strandCapacity: 2 };
  }

  const holdsImage = ({ words, memory }: Execution, image: BootImage): boolean =>
    words === memory.words &&
    words.every((word, index) => word === (index < image.length ? image.words[index] : 0));

  it('holds the image exactly, whatever earlier runs left, and zeros beyond', () => {
    const image = imageOf();
    const execution = new Execution();
    execution.execute(scenario('plain', plain), new OldestFirst());
    for (let run = 0; run < 3; run++) {
      runOf(image, execution, () => {
        assert.ok(holdsImage(execution, image), `run ${run}`);
        assert.equal(execution.top, image.length);
        const reserved = execution.allocate(100);
        assert.equal(reserved, image.length);
        execution.words.fill(-1, 0, reserved + 100);
      });
      assert.equal(execution.failure, null);
    }
  });

  it('takes the words of further objects from the memory, which may have grown', () => {
    const image = imageOf();
    const execution = new Execution();
    for (let run = 0; run < 2; run++) {
      runOf(image, execution, () => {
        const { length } = execution.words;
        const large = execution.allocate(2 * length, false);
        assert.equal(execution.top, large + 2 * length);
        assert.equal(execution.words, execution.memory.words);
        assert.equal(execution.racesSeen.stateOf(large + length), WORD_UNINITIALISED);
      });
      assert.equal(execution.failure, null);
      assert.ok(execution.words.length >= execution.top);
    }
  });

  it('has the blocks of strands where the image says, zeroed, and no more than there is room for', () => {
    const image = imageOf();
    image.words.fill(9, image.strandArea, image.strandArea + 2 * STRAND_WORDS);
    const execution = new Execution();
    const seen: number[][] = [];
    const [message] = runOf(image, execution, () => {
      for (let i = 0; i < 3; i++) {
        const { location } = startThread(execution, 't', null, function* () {});
        seen.push([location - image.strandArea, execution.words[location + STRAND_NEXT]]);
      }
    });
    assert.deepEqual(seen, [
      [0, 0],
      [STRAND_WORDS, 0],
    ]);
    assert.match(message, /more than 2 strands in one run/);
  });

  it('is adopted before anything else, and once', () => {
    const image = imageOf();
    for (const early of [(execution: Execution) => execution.adoptImage(image), null]) {
      const execution = new Execution();
      const program: Program = {
        name: 'late',
        start(given) {
          if (early === null) given.allocate(1);
          else early(given);
          given.adoptImage(image);
        },
      };
      execution.execute(program, new OldestFirst());
      assert.match(execution.failure?.message ?? '', /adopt it first/);
    }
  });

  it('refuses an image that cannot be one', () => {
    const image = imageOf();
    const execution = new Execution({ memory: Memory.create({ initialWords: 64, maximumWords: 256 }) });
    assert.match(runOf({ ...image, length: image.length + 1 }, execution)[0], /was given as \d+ words/);
    const large = { ...image, words: new Int32Array(500), length: 500 };
    assert.match(runOf(large, execution)[0], /memory of 16 to 256 words/);
    assert.match(runOf({ ...image, strandCapacity: 100 }, execution)[0], /strand area .* outside/);
    assert.equal(runOf(image, execution)[0], '');
  });

  it('refuses in words what the memory has no room for', () => {
    const execution = new Execution({ memory: Memory.create({ initialWords: 64, maximumWords: 256 }) });
    const [message] = runOf(imageOf(), execution, () => execution.allocate(1000));
    assert.match(message, /has no room for 1000 more words/);
  });

  it('is that of a memory it was given, which plain scenarios use as well', () => {
    const memory = Memory.create({ initialWords: 64 });
    const execution = new Execution({ memory });
    assert.equal(execution.memory, memory);
    runOf(imageOf(), execution);
    execution.execute(scenario('plain', plain), new OldestFirst());
    assert.equal(execution.failure, null);
  });
});

const plain = function* (s: ScenarioContext): Generator<unknown, void> {
  const x = s.array('x', 200, 5);
  yield* x.write(199, 8);
  s.assert((yield* x.read(0)) === 5, 'as it was made');
};
