/**
 * Owns `aget-bug2`: a download accelerator that saves its state while it is downloading.
 * Rebuilt from SCTBench, CB/aget-bug2 (the tool aget, its SIGINT handler).
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const WORKERS = 2;
const CHUNKS = 2;
const CHUNK = 1;

/** Workers advance their own offset, then the total; the saver copies the offsets, then the total. */
function agetBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('total lock');
    const written = s.cell('total', 0);
    const offsets = s.array('offset', WORKERS, 0);

    const download = (id: number) =>
      function* () {
        for (let chunk = 0; chunk < CHUNKS; chunk++) {
          if (fixed) yield* m.lock();
          yield* offsets.write(id, (yield* offsets.read(id)) + CHUNK);
          if (!fixed) yield* m.lock();
          yield* written.write((yield* written.read()) + CHUNK);
          yield* m.unlock();
        }
      };
    const save = function* () {
      let sum = 0;
      if (fixed) yield* m.lock();
      for (let id = 0; id < WORKERS; id++) sum += yield* offsets.read(id);
      const total = yield* written.read();
      if (fixed) yield* m.unlock();
      s.assert(sum === total, 'the saved offsets must add up to the saved total');
    };

    const threads = [yield* s.spawn('saver', save)];
    for (let id = 0; id < WORKERS; id++) threads.push(yield* s.spawn(`worker ${id}`, download(id)));
    for (const thread of threads) yield* thread.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CB/aget-bug2';

export default [
  scenario('aget-bug2', agetBody(), {
    source,
    shows: 'A state saved during the download: the offsets and the total belong to different moments.',
    expected: 'assertion',
  }),
  scenario('aget-bug2-fixed', agetBody({ fixed: true }), {
    source,
    shows: 'Offsets and total change together, and are saved together, under one lock.',
    expected: 'none',
  }),
];
