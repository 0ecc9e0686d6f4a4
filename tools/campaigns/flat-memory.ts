/**
 * Runs a million schedules in one thread and watches the heap: `npm run campaign`, half a minute. Takes no
 * part in `npm test`. Fails when the heap after the last tenth is clearly larger than after the first.
 */
import { explore, scenario } from '@smplab/explore';

const SCHEDULES = 1_000_000;
const ROUNDS = 10;
const ALLOWED_GROWTH_BYTES = 2 * 1024 * 1024;

const program = scenario('everything', function* (s) {
  const m = s.mutex('m');
  const x = s.cell('x', 0);
  const done = s.atomic('done', 0);
  const body = function* () {
    const node = yield* s.alloc('node', { value: s.choose(2) });
    yield* m.lock();
    yield* x.write((yield* x.read()) + (yield* node.read('value')));
    yield* m.unlock();
    yield* s.free(node);
    yield* done.add(1);
  };
  yield* s.spawn('t1', body);
  yield* s.spawn('t2', body);
  yield* s.waitUntil(() => done.peek() === 2);
});

const collectGarbage = (globalThis as { gc?: () => void }).gc;
if (collectGarbage === undefined) throw new Error('run this with node --expose-gc');

const garbage = collectGarbage;
const used: number[] = [];
let asked = 0;

/** Asked before every schedule: looks at the heap ten times, and never stops the search. */
function isStopped(): boolean {
  if (++asked % (SCHEDULES / ROUNDS) === 0) {
    garbage();
    used.push(process.memoryUsage().heapUsed);
    const megabytes = (used[used.length - 1] / 1024 / 1024).toFixed(2);
    console.log(`${asked.toLocaleString('en')} schedules: ${megabytes} MB`);
  }
  return false;
}

const { verdict, schedules } = explore(program, { strategy: 'random', schedules: SCHEDULES, isStopped });
const growth = used[ROUNDS - 1] - used[0];
console.log(`${verdict} after ${schedules.toLocaleString('en')} schedules; the heap grew by ${growth} bytes`);
if (growth > ALLOWED_GROWTH_BYTES || schedules !== SCHEDULES) process.exitCode = 1;
