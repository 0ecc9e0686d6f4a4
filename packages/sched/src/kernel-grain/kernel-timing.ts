/**
 * Owns what the operations of a simulated kernel take by a cost model and a topology: each is cheap where the
 * CPU has the line of the word in its cache, and costs a transfer where another CPU has it, during which that
 * line serves nobody else. That is what makes a contended lock slow.
 *
 *     line = word / 16      owner: CPU that wrote it last; sharers: CPUs that have read it since
 *     load   by a sharer: hit; else from the owner: it is a sharer now
 *     store  by the owner without sharers: hit; else from the farthest that has it: it is the owner now
 */
import { WRITE } from '@smplab/explore';
import type { Timing } from '@smplab/lwkt';
import type { CostModel } from '../cost-model.ts';
import type { Topology } from '../topology/topology.ts';

const LINE_BITS = 4;
const NOBODY = -1;

/** Who has each line of memory. Grows with the memory. */
class Lines {
  owner = new Int8Array(1 << 12).fill(NOBODY);
  /** CPUs 0 to 31, and 32 to 63, that have it. */
  low = new Int32Array(1 << 12);
  high = new Int32Array(1 << 12);
  /** Until when it is on its way. */
  freeAt = new Float64Array(1 << 12);

  /** Room for a line. */
  reach(line: number): void {
    let size = this.owner.length;
    if (line < size) return;
    while (size <= line) size *= 2;
    const owner = new Int8Array(size).fill(NOBODY);
    owner.set(this.owner);
    this.owner = owner;
    this.low = grown(this.low, new Int32Array(size));
    this.high = grown(this.high, new Int32Array(size));
    this.freeAt = grown(this.freeAt, new Float64Array(size));
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** How a simulated machine of this topology spends its time. */
export function kernelTiming(costs: CostModel, topology: Topology): Timing {
  const { cpus, smtFactor } = topology;
  const { kernel } = costs;
  const isFree = kernel.loadNs === 0 && kernel.storeNs === 0;
  return {
    operationNs: isFree ? () => 0 : lineCosts(costs, topology),
    switchNs: (cpu, from) =>
      from === NOBODY || from === cpu
        ? kernel.switchNs
        : kernel.switchNs + migrationNs(costs, topology, from, cpu),
    ipiNs: (from, to) => (from === to ? 0 : costs.ipiNs),
    interruptNs: kernel.interruptNs,
    clockNs: costs.tickNs,
    speeds: cpus.map(({ speed }) => speed),
    siblings: cpus.map((_, cpu) => topology.siblingsOf(cpu)),
    smtFactor,
  };
}

function migrationNs(costs: CostModel, topology: Topology, from: number, to: number): number {
  return costs.migrationNs[topology.distanceOf(from, to)] + topology.hopsOf(from, to) * costs.hopNs;
}

function lineCosts(costs: CostModel, topology: Topology): Timing['operationNs'] {
  const { loadNs, storeNs, lineNs } = costs.kernel;
  const lines = new Lines();
  const transfer = topology.cpus.map((_, a) =>
    topology.cpus.map((_, b) => lineNs[topology.distanceOf(a, b)]),
  );
  return (cpu, access, location, now) => {
    if (access === 0) return 0;
    const line = location >> LINE_BITS;
    lines.reach(line);
    const writes = (access & WRITE) !== 0;
    const ns = writes ? storeNs : loadNs;
    const miss = missNs(lines, transfer, cpu, line, writes);
    if (miss === 0) return ns;
    const start = Math.max(now, lines.freeAt[line]);
    lines.freeAt[line] = start + miss;
    return start - now + miss + ns;
  };
}

/** What a CPU waits for a line; it has it from then on. */
function missNs(
  lines: Lines,
  transfer: readonly (readonly number[])[],
  cpu: number,
  line: number,
  writes: boolean,
): number {
  const { owner, low, high } = lines;
  const [lowBit, highBit] = cpu < 32 ? [1 << cpu, 0] : [0, 1 << (cpu - 32)];
  const has = (low[line] & lowBit) !== 0 || (high[line] & highBit) !== 0;
  const from = owner[line];
  if (!writes) {
    if (has) return 0;
    low[line] |= lowBit;
    high[line] |= highBit;
    return from === NOBODY || from === cpu ? 0 : transfer[from][cpu];
  }
  const isAlone = low[line] === lowBit && high[line] === highBit;
  owner[line] = cpu;
  if (isAlone) return 0;
  let farthest = from === NOBODY ? 0 : transfer[from][cpu];
  for (let other = 0; other < transfer.length; other++) {
    const bits = other < 32 ? low[line] & (1 << other) : high[line] & (1 << (other - 32));
    if (bits !== 0 && transfer[other][cpu] > farthest) farthest = transfer[other][cpu];
  }
  low[line] = lowBit;
  high[line] = highBit;
  return farthest;
}
