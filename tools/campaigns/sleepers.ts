/**
 * How many processes can sleep at once: `npm run campaign:sleepers`, 400,000 of them, or another number as
 * `npm run campaign:sleepers -- --count 10000`. Tells what each takes of kernel memory and of this process,
 * and what ps, fork and kill take meanwhile. Takes no part in `npm test`. Needs some gigabytes.
 */
import { parseArgs } from 'node:util';
import { createMachine, LiveMachine } from '@smplab/machine';

const WORD_BYTES = 4;
const PROCESSES = 100;
const MEGABYTE = 2 ** 20;
/** What one may take, all told. */
const AIM_BYTES = 4096;
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '400000' },
    cpus: { type: 'string', default: '2' },
    heap: { type: 'string', default: '8192' },
  },
});
const count = Number(values.count);
if (!Number.isInteger(count) || count < 1)
  throw new Error(`--count ${values.count}: a whole number is needed`);

const module = new URL(`sleepers-program.mjs?count=${count}`, import.meta.url).href;
let kernelBefore = 0;
let residentBefore = 0;
let isMeasured = false;
const machine = createMachine({
  cpus: Number(values.cpus),
  images: [{ module, file: 'the sleepers' }],
  limits: { maxproc: count + PROCESSES, maxprocPerUid: count + PROCESSES, memoryWords: 1 << 29 },
  heapMegabytes: Number(values.heap),
  watchdogSeconds: 60,
  devices: true,
  name: 'sleepers',
  onBooted: () => {
    kernelBefore = kernelBytes();
    residentBefore = process.memoryUsage().rss;
  },
  onLog: (_cpuid, text) => (text === 'measured' ? measured() : console.log(text)),
});
if (!(machine instanceof LiveMachine)) throw new Error('not a live machine');
const live = machine;

/** What the kernel has ever reserved. */
function kernelBytes(): number {
  return live.memory.top * WORD_BYTES;
}

function measured(): void {
  isMeasured = true;
  const kernel = (kernelBytes() - kernelBefore) / count;
  const resident = (process.memoryUsage().rss - residentBefore) / count;
  console.log(`kernel memory: ${Math.round(kernel)} bytes for each sleeper`);
  console.log(
    `resident memory of this process: ${Math.round(resident)} bytes for each sleeper, that included`,
  );
  console.log(`${resident <= AIM_BYTES ? '✓ within' : '✗ more than'} ${AIM_BYTES} bytes, all told`);
  console.log(`process in all: ${Math.round(process.memoryUsage().rss / MEGABYTE)} MB`);
}

const { outcome, message, notes } = await live.run();
console.log(`${outcome}: ${[message, ...notes].join('; ')}`);
process.exitCode = outcome === 'halted' && isMeasured ? 0 : 1;
