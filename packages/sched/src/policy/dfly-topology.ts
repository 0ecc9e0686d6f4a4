/**
 * Owns how usched_dfly looks for a CPU: machine, nodes, sockets, caches, cores and CPUs as a tree, with the
 * load of each part of it kept up to date, so that a choice looks at one row of children for each level
 * (dfly_choose_best_queue, dfly_choose_worst_queue). Levels that do not divide anything are left out.
 */
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';

export interface CpuNode {
  readonly index: number;
  readonly members: readonly number[];
  /** By CPU: 1 if it is a member. */
  readonly has: Uint8Array;
  readonly children: readonly CpuNode[];
}

export interface DflyWeights {
  readonly weight1: number;
  readonly weight2: number;
  readonly weight3: number;
  readonly weight4: number;
  /** Feature 0x10. */
  readonly avoidsWakingCpu: boolean;
}

const LEVELS = ['node', 'socket', 'cache', 'core'] as const;

/** The tree of a machine; its nodes are numbered in the order in which they are listed. */
export function cpuTree(topology: Topology): readonly CpuNode[] {
  const nodes: CpuNode[] = [];
  const add = (members: readonly number[], children: readonly CpuNode[]): CpuNode => {
    const has = new Uint8Array(topology.count);
    for (const cpu of members) has[cpu] = 1;
    const node = { index: nodes.length, members, has, children };
    nodes.push(node);
    return node;
  };
  const grow = (members: readonly number[], depth: number): CpuNode => {
    if (members.length === 1) return add(members, []);
    if (depth === LEVELS.length)
      return add(
        members,
        members.map((cpu) => add([cpu], [])),
      );
    const groups = new Map<number, number[]>();
    for (const cpu of members) {
      const group = topology.cpus[cpu][LEVELS[depth]];
      groups.set(group, [...(groups.get(group) ?? []), cpu]);
    }
    if (groups.size === 1) return grow(members, depth + 1);
    return add(
      members,
      [...groups.values()].map((group) => grow(group, depth + 1)),
    );
  };
  grow(
    topology.cpus.map((_, cpu) => cpu),
    0,
  );
  return nodes;
}

export class LoadTree {
  readonly #weights: DflyWeights;
  readonly #root: CpuNode;
  /** Nodes that each CPU is a member of. */
  readonly #paths: readonly (readonly number[])[];
  /** uload + ucount * weight3 - weight4 of the idle ones, of each node. */
  readonly #loads: Float64Array;
  /** The same of each CPU. */
  readonly #own: Float64Array;
  readonly #idle: Uint8Array;
  readonly #online: Uint8Array;
  #offline = 0;

  constructor(topology: Topology, weights: DflyWeights) {
    const nodes = cpuTree(topology);
    this.#weights = weights;
    this.#root = nodes[nodes.length - 1];
    this.#paths = topology.cpus.map((_, cpu) =>
      nodes.flatMap(({ has, index }) => (has[cpu] === 1 ? [index] : [])),
    );
    this.#loads = new Float64Array(nodes.length);
    this.#own = new Float64Array(topology.count);
    this.#idle = new Uint8Array(topology.count);
    this.#online = new Uint8Array(topology.count).fill(1);
    for (let cpu = 0; cpu < topology.count; cpu++) this.setIdle(cpu, true);
  }

  #add(cpu: number, load: number): void {
    this.#own[cpu] += load;
    const path = this.#paths[cpu];
    for (let at = 0; at < path.length; at++) this.#loads[path[at]] += load;
  }

  /** A task counts for a CPU, 1, or no more, -1. */
  count(cpu: number, uload: number, tasks: 1 | -1): void {
    this.#add(cpu, tasks * (uload + this.#weights.weight3));
  }

  /** What a task counts changes. */
  change(cpu: number, uload: number): void {
    if (uload !== 0) this.#add(cpu, uload);
  }

  /** Whether a CPU runs nobody and has nobody waiting. */
  setIdle(cpu: number, isIdle: boolean): void {
    const flag = isIdle ? 1 : 0;
    if (this.#idle[cpu] === flag) return;
    this.#idle[cpu] = flag;
    this.#add(cpu, isIdle ? -this.#weights.weight4 : this.#weights.weight4);
  }

  setOnline(cpu: number, isOnline: boolean): void {
    this.#online[cpu] = isOnline ? 1 : 0;
    this.#offline += isOnline ? -1 : 1;
  }

  isOnline(cpu: number): boolean {
    return this.#online[cpu] === 1;
  }

  loadOf(cpu: number): number {
    return this.#own[cpu];
  }

  /**
   * The CPU with the least load by the weights, for a task that is of the queue of a CPU; -1 if it may
   * run on none. `uload` is what it counts there, -1 if it is not counted; `wakeFrom` where it was woken
   * from, -1 if nowhere.
   */
  best(task: Task, cpu: number, uload: number, wakeFrom: number): number {
    let node: CpuNode | null = this.#root;
    while (node !== null && node.children.length > 0)
      node = this.#bestChild(node, task, cpu, uload, wakeFrom);
    return node === null ? -1 : node.members[0];
  }

  #bestChild(node: CpuNode, task: Task, cpu: number, uload: number, wakeFrom: number): CpuNode | null {
    const { weight1, weight2, weight3, avoidsWakingCpu } = this.#weights;
    const isWhole = this.#offline === 0 && task.affinity === null;
    // As if it were not there.
    const own = uload >= 0 && (isWhole || this.#isAllowed(cpu, task)) ? uload + weight3 : 0;
    let best: CpuNode | null = null;
    let lowest = Infinity;
    const { children } = node;
    for (let at = 0; at < children.length; at++) {
      const child = children[at];
      let load = this.#loads[child.index];
      let count = child.members.length;
      if (!isWhole) [load, count] = this.#partOf(child, task);
      if (count === 0) continue;
      const isHome = child.has[cpu] === 1;
      load = Math.trunc((isHome ? load - own : load) / count);
      if (isHome) load -= weight1;
      if (wakeFrom >= 0 && child.has[wakeFrom] === 1)
        load += avoidsWakingCpu && child.children.length === 0 ? weight2 : -weight2;
      if (best !== null && (load > lowest || (load === lowest && !isHome))) continue;
      best = child;
      lowest = load;
    }
    return best;
  }

  #isAllowed(cpu: number, task: Task): boolean {
    return this.#online[cpu] === 1 && task.mayRunOn(cpu);
  }

  /** Load and number of the CPUs of a node that a task may run on. */
  #partOf(node: CpuNode, task: Task): [load: number, count: number] {
    let [load, count] = [0, 0];
    for (const cpu of node.members) {
      if (!this.#isAllowed(cpu, task)) continue;
      load += this.#own[cpu];
      count++;
    }
    return [load, count];
  }

  /** The CPU with the highest load, from which another might take work; -1 if that is the other itself. */
  worst(cpu: number): number {
    let node = this.#root;
    while (node.children.length > 0) {
      let [worst, highest] = [node.children[0], -Infinity];
      for (const child of node.children) {
        const load = this.#loadFrom(child, cpu);
        if (load > highest) [worst, highest] = [child, load];
      }
      node = worst;
    }
    const [found] = node.members;
    return found === cpu ? -1 : found;
  }

  #loadFrom(node: CpuNode, cpu: number): number {
    let load = this.#loads[node.index];
    let count = node.members.length;
    if (this.#offline > 0) {
      [load, count] = [0, 0];
      for (const member of node.members) {
        if (this.#online[member] === 0) continue;
        load += this.#own[member];
        count++;
      }
      if (count === 0) return -Infinity;
    }
    return Math.trunc(load / count) + (node.has[cpu] === 1 ? this.#weights.weight1 : 0);
  }
}
