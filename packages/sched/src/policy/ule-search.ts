/**
 * Owns ULE's tree of CPUs (struct cpu_group), and the searches in it for the least and the most loaded CPU:
 * each group is compared by the load of all of its CPUs, so that work spreads over caches and nodes first.
 * Randomness, to tell equals apart, is the kernel's: x = 69069 x + 5, the upper 16 bits.
 */
import type { Topology } from '../topology/topology.ts';
import type { UleQueue } from './ule-queue.ts';

export interface CpuGroup {
  readonly cpus: readonly number[];
  readonly children: readonly CpuGroup[];
  /** CPUs that are of none of them. */
  readonly rest: readonly number[];
  parent: CpuGroup | null;
  /** How long what a thread left in the cache lasts: 2 in that of a core, 3 in a shared one, 0: nothing is shared. */
  readonly share: number;
  /** Its CPUs are threads of one core. */
  readonly isCore: boolean;
}

const LEVELS = ['core', 'cache', 'socket', 'node'] as const;
const SHARE = { core: 2, cache: 3, socket: 0, node: 0, machine: 0 } as const;
type Level = keyof typeof SHARE;

function groupsOf(topology: Topology, cpus: readonly number[], levels: readonly Level[]): CpuGroup[] {
  const level = levels.at(-1);
  if (level === undefined || level === 'machine') return [];
  const found = new Map<number, number[]>();
  for (const cpu of cpus) {
    const key = topology.cpus[cpu][level];
    const members = found.get(key);
    if (members === undefined) found.set(key, [cpu]);
    else members.push(cpu);
  }
  const below = levels.slice(0, -1);
  // One that is all of its parent says nothing new, nor does one of a single CPU.
  return [...found.values()].flatMap((members) => {
    const only = members.length === cpus.length || members.length === 1;
    return only ? groupsOf(topology, members, below) : [groupOf(topology, members, level, below)];
  });
}

function groupOf(
  topology: Topology,
  cpus: readonly number[],
  level: Level,
  below: readonly Level[],
): CpuGroup {
  const children = groupsOf(topology, cpus, below);
  const rest = cpus.filter((cpu) => !children.some((child) => child.cpus.includes(cpu)));
  const [share, isCore] = [SHARE[level], level === 'core'];
  const group: CpuGroup = { cpus, children, rest, parent: null, share, isCore };
  for (const child of children) child.parent = group;
  return group;
}

/** The tree of a machine, and the innermost group of each CPU. */
export function treeOf(topology: Topology): {
  readonly top: CpuGroup;
  readonly groupOf: readonly CpuGroup[];
} {
  const all = topology.cpus.map((_, cpu) => cpu);
  const top = groupOf(topology, all, 'machine', LEVELS);
  const innermost: CpuGroup[] = all.map(() => top);
  const visit = (group: CpuGroup): void => {
    for (const cpu of group.cpus) innermost[cpu] = group;
    group.children.forEach(visit);
  };
  visit(top);
  return { top, groupOf: innermost };
}

/** What is asked of the CPU that is looked for. */
export interface Wanted {
  /** Whether a CPU is one of those asked for. */
  readonly isFit: (cpu: number) => boolean;
  /** For the least loaded: what it runs must be worse than this, and its load at most that. */
  readonly priority: number;
  readonly mostLoad: number;
  /** Of equals this one. */
  readonly prefer: number;
}

interface Found {
  cpu: number;
  load: number;
}

const NONE: Readonly<Found> = { cpu: -1, load: 0 };

export class UleSearch {
  readonly #queues: readonly UleQueue[];
  #state: number;

  constructor(queues: readonly UleQueue[], seed: number) {
    this.#queues = queues;
    this.#state = seed >>> 0;
  }

  /** sched_random. */
  random(): number {
    this.#state = (Math.imul(this.#state, 69069) + 5) >>> 0;
    return this.#state >>> 16;
  }

  /** sched_lowest; -1 if there is none. */
  lowest(group: CpuGroup, wanted: Wanted): number {
    const found = { ...NONE };
    this.#search(group, found, 1, (cpu) => this.#low(cpu, wanted), wanted.prefer);
    return found.cpu;
  }

  #low(cpu: number, { isFit, priority, mostLoad }: Wanted): boolean {
    const queue = this.#queues[cpu];
    return queue.lowpri > priority && queue.load <= mostLoad && isFit(cpu);
  }

  /** sched_highest, of those with somebody to give away; -1 if there is none. */
  highest(group: CpuGroup, leastLoad: number, isFit: (cpu: number) => boolean): number {
    const found = { ...NONE };
    const isHigh = (cpu: number): boolean => {
      const queue = this.#queues[cpu];
      return queue.load >= leastLoad && queue.waiting > 0 && isFit(cpu);
    };
    this.#search(group, found, -1, isHigh, -1);
    return found.cpu;
  }

  /** cpu_search: of each child group and CPU the load of all of it; the best of the best. `sign` -1: the most. */
  #search(
    group: CpuGroup,
    best: Found,
    sign: number,
    isFit: (cpu: number) => boolean,
    prefer: number,
  ): number {
    let [total, least] = [0, Infinity];
    const compare = (load: number, found: Readonly<Found>): void => {
      total += load;
      if (found.cpu === -1) return;
      if (sign * load < least || (sign * load === least && sign * found.load < sign * best.load)) {
        least = sign * load;
        best.cpu = found.cpu;
        best.load = found.load;
      }
    };
    for (const child of group.children) {
      const found = { ...NONE };
      compare(this.#search(child, found, sign, isFit, prefer), found);
    }
    for (const cpu of group.rest) {
      const load = this.#queues[cpu].load * 256 - (cpu === prefer ? 64 : 0);
      compare(load, isFit(cpu) ? { cpu, load: load - (this.random() % 32) } : NONE);
    }
    return total;
  }
}
