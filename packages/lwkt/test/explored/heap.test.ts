import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Context, Steps } from '../../src/index.ts';
import { kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { passesOnce } from '../fixtures/passes.ts';
import { joinAll, start } from '../fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };

/** A body that ends with this verdict. */
function ends(
  verdict: string,
  said: RegExp,
  main: (k: Context) => Steps,
  checkLeaks = false,
): readonly string[] {
  const { message, finding } = verdictOf(kernelProgram('heap', { cpus: 1, checkLeaks }, main), verdict, ONE);
  assert.match(message, said);
  return finding?.details ?? [];
}

describe('kernel memory', () => {
  it('is zeroed if asked, and is given back to its type', () => {
    const program = kernelProgram('use', { cpus: 1, checkLeaks: true }, function* (k) {
      const block = yield* k.allocate('object', 3, true);
      assert.deepEqual([k.get(block), k.get(block + 2)], [0, 0]);
      const other = yield* k.allocate('object', 3, false);
      k.set(other, 5);
      assert.equal(k.get(other), 5);
      yield* k.free('object', block);
      yield* k.free('object', other);
    });
    passesOnce(program);
  });

  it('must not be used after it was freed, by plain accesses or by steps', () => {
    const uses: ((k: Context, block: number) => Steps)[] = [
      function* (k, block) {
        k.get(block);
        yield* k.fence();
      },
      function* (k, block) {
        k.set(block + 1, 1);
        yield* k.fence();
      },
      (k, block) => k.load(block) as never,
      (k, block) => k.store(block, 1) as never,
      (k, block) => k.fetchadd(block, 1) as never,
      (k, block) => k.cmpset(block, 0, 1) as never,
      (k, block) => k.loadRelaxed(block) as never,
      (k, block) => k.storeRelaxed(block, 1) as never,
      (k, block) => k.tokenLoad(block) as never,
    ];
    for (const use of uses) {
      const details = ends('use-after-free', /is (read|written) although it is freed/, function* (k) {
        const block = yield* k.allocate('object', 2, true);
        yield* k.free('object', block);
        yield* use(k, block);
      });
      assert.deepEqual(details, ['allocated by cpu0/main', 'freed by cpu0/main']);
    }
  });

  it('must be written before it is read, unless it is zeroed', () => {
    ends('uninitialised-read', /object\[1\] is read before it was written/, function* (k) {
      const block = yield* k.allocate('object', 2, false);
      k.set(block, 1);
      k.get(block + 1);
    });
    ends('uninitialised-read', /is read before it was written/, function* (k) {
      yield* k.load(yield* k.allocate('object', 2, false));
    });
    passesOnce(
      kernelProgram('stored', { cpus: 1 }, function* (k) {
        const block = yield* k.allocate('object', 2, false);
        yield* k.store(block, 4);
        assert.equal(k.get(block), 4);
        assert.equal(yield* k.load(block), 4);
      }),
    );
  });

  it('ends where its block ends', () => {
    ends('use-after-free', /lies beyond the end of its block/, function* (k) {
      k.set((yield* k.allocate('object', 2, true)) + 2, 1);
    });
  });

  it('is freed once, as the type it was taken', () => {
    ends('double-free', /./, function* (k) {
      const block = yield* k.allocate('object', 2, true);
      yield* k.free('object', block);
      yield* k.free('object', block);
    });
    ends('panic', /./, function* (k) {
      yield* k.free('other', yield* k.allocate('object', 2, true));
    });
    ends('panic', /./, (k) => k.free('object', 7) as never);
  });

  it('is at no address that nothing lies at: NULL and what follows, negative, or beyond the end', () => {
    for (const location of [0, 3, 15, -1, 1 << 27]) {
      ends('null-dereference', /access to word -?\d+/, function* (k) {
        yield* k.fence();
        k.get(location);
      });
      ends('null-dereference', /access to word -?\d+/, (k) => k.load(location) as never);
    }
    ends('scenario-misuse', /1.5 is no address: addresses are word numbers/, (k) => k.load(1.5) as never);
  });

  it('gives NULL when the machine has no more', () => {
    const program = kernelProgram('none left', { cpus: 1, limits: { memoryWords: 16_384 } }, function* (k) {
      let count = 0;
      while ((yield* k.allocate('object', 1000, true)) !== 0) count++;
      assert.ok(count > 0 && count < 16);
      assert.equal(yield* k.allocate('object', 1000, true), 0);
    });
    passesOnce(program);
  });

  it('can be used in the step that made the memory grow', () => {
    const program = kernelProgram('grow', { cpus: 1 }, function* (k) {
      const block = yield* k.allocate('large', 300_000, true);
      k.set(block + 299_999, 7);
      assert.equal(k.get(block + 299_999), 7);
    });
    passesOnce(program);
  });

  it('that is not freed is a leak, if leaks are looked for', () => {
    const leak = function* (k: Context): Steps {
      yield* k.allocate('object', 2, true);
    };
    const details = ends('leak', /1 blocks of kernel memory were not freed/, leak, true);
    assert.deepEqual(details, ['2 words of type object']);
    passesOnce(kernelProgram('unwatched', { cpus: 1 }, leak));
  });

  it('is the same in every run: a freed block of the last run is no block of this one', () => {
    const blocks = new Set<number>();
    const program = kernelProgram(
      'again',
      {
        threads: {
          *other(k) {
            yield* k.fence();
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'other', [], { cpu: 1 });
        const block = yield* k.allocate('object', 2, false);
        blocks.add(block);
        k.set(block, 1);
        yield* k.free('object', block);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 50 });
    assert.ok(blocks.size <= 2);
  });
});
