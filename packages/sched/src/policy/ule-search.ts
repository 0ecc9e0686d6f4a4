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
  readonly has: ReadonlySet<number>;
  /** Threads of all its CPUs. */
  load: number;
  /**
   * How long what a thread left in the cache lasts: 2 in that of a core, 3 in a shared one, 0: nothing is
   * shared.
   */
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
  const has = new Set(cpus);
  const group: CpuGroup = { cpus, children, rest, parent: null, has, load: 0, share, isCore };
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

/** A group and those that it is in. */
export function pathOf(group: CpuGroup): readonly CpuGroup[] {
  return group.parent === null ? [group] : [group, ...pathOf(group.parent)];
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

function loadKey(load: number, isPreferred: boolean): number {
  return load * 256 - (isPreferred ? 64 : 0);
}

export class UleSearch {
  readonly #queues: readonly UleQueue[];
  #state: number;
  /** What the search has found last: a CPU, and what it is compared by; -1 if none is fit. */
  #cpu = -1;
  #key = 0;

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
    this.#search(group, 1, (cpu) => this.#low(cpu, wanted), wanted.prefer);
    return this.#cpu;
  }

  #low(cpu: number, { isFit, priority, mostLoad }: Wanted): boolean {
    const queue = this.#queues[cpu];
    return queue.lowpri > priority && queue.load <= mostLoad && isFit(cpu);
  }

  /** sched_highest, of those with somebody to give away; -1 if there is none. */
  highest(group: CpuGroup, leastLoad: number, isFit: (cpu: number) => boolean): number {
    const isHigh = (cpu: number): boolean => {
      const queue = this.#queues[cpu];
      return queue.load >= leastLoad && queue.waiting > 0 && isFit(cpu);
    };
    this.#search(group, -1, isHigh, -1);
    return this.#cpu;
  }

  /**
   * cpu_search: of each child group and CPU the load of all of it, and of the best of them the best. What
   * is worse than one that has been found is not looked into. `sign` -1 looks for the most.
   */
  #search(group: CpuGroup, sign: number, isFit: (cpu: number) => boolean, prefer: number): void {
    let [best, bestKey, least] = [-1, 0, Infinity];
    for (const child of group.children) {
      const load = sign * loadKey(child.load, child.has.has(prefer));
      if (load > least) continue;
      this.#search(child, sign, isFit, prefer);
      if (this.#cpu !== -1 && (load < least || this.#key < bestKey))
        [best, bestKey, least] = [this.#cpu, this.#key, load];
    }
    for (const cpu of group.rest) {
      const load = sign * loadKey(this.#queues[cpu].load, cpu === prefer);
      if (load > least || !isFit(cpu)) continue;
      const key = load - sign * (this.random() % 32);
      if (load < least || key < bestKey) [best, bestKey, least] = [cpu, key, load];
    }
    [this.#cpu, this.#key] = [best, bestKey];
  }
}
