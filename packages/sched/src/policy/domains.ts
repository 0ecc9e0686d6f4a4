/**
 * Owns the scheduling domains of Linux (kernel/sched/topology.c): for each CPU a list of ever larger sets
 * of CPUs that are balanced with each other, threads of its core, its cache, its socket, its node, nodes
 * so many hops away; each divided into groups, which are the domains one below as their own CPUs see them.
 * Made anew whenever a CPU goes off or on. Two of the bugs of "Wasted Cores" are in how they are made.
 */
import type { Topology } from '../topology/topology.ts';

export interface DomainGroup {
  readonly cpus: readonly number[];
  readonly has: ReadonlySet<number>;
}

export interface Domain {
  /** `core`, `cache`, `socket`, `node` or `2 hops`. */
  readonly level: string;
  readonly isRemote: boolean;
  /** CPUs in it, in order. */
  readonly span: readonly number[];
  /** The group that the CPU is of, and others. */
  readonly local: DomainGroup;
  readonly others: readonly DomainGroup[];
  /** CPUs that those below do not reach, and this one does. */
  readonly near: readonly number[];
  /** How many hundredths busier another group must be to give (imbalance_pct). */
  readonly imbalance: number;
}

/** What is wrong with them, as in Lozi et al. 2016. */
export interface DomainBugs {
  /** Groups of nodes are made as the first CPU sees them, for all. */
  readonly groupConstruction: boolean;
  /** Domains of several nodes are not made. */
  readonly isWithoutRemote: boolean;
}

const LEVELS = ['core', 'cache', 'socket', 'node'] as const;
const IMBALANCE = { core: 110, cache: 117, far: 125 } as const;

interface Level {
  readonly name: string;
  readonly isRemote: boolean;
  readonly spanOf: (cpu: number) => readonly number[];
}

function groupOf(cpus: readonly number[]): DomainGroup {
  return { cpus, has: new Set(cpus) };
}

/**
 * Of the levels of a machine, lowest first: which CPUs that are on belong together, as one of them sees
 * it.
 */
function levelsOf(topology: Topology, online: readonly number[], isWithoutRemote: boolean): Level[] {
  const near = LEVELS.map((name) => {
    const groups = new Map<number, number[]>();
    for (const cpu of online) {
      const key = topology.cpus[cpu][name];
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [cpu]);
      else members.push(cpu);
    }
    return { name, isRemote: false, spanOf: (cpu: number) => groups.get(topology.cpus[cpu][name]) ?? [] };
  });
  if (isWithoutRemote) return near;
  const most = Math.max(...topology.distances.flat());
  const far = Array.from({ length: most }, (_, at) => {
    // All CPUs of a node see the same.
    const spans = topology.distances.map((row) =>
      online.filter((cpu) => row[topology.cpus[cpu].node] <= at + 1),
    );
    const spanOf = (cpu: number): readonly number[] => spans[topology.cpus[cpu].node];
    return { name: `${at + 1} hops`, isRemote: true, spanOf };
  });
  return [...near, ...far];
}

/** Covers a span by domains one below (build_overlap_sched_groups), beginning with that of a CPU. */
function cover(
  span: readonly number[],
  first: number,
  below: (cpu: number) => readonly number[],
): DomainGroup[] {
  const covered = new Set<number>();
  const groups: DomainGroup[] = [];
  const from = span.indexOf(first);
  for (let at = 0; at < span.length; at++) {
    const cpu = span[(from + at) % span.length];
    if (covered.has(cpu)) continue;
    const group = groupOf(below(cpu));
    group.cpus.forEach((each) => covered.add(each));
    groups.push(group);
  }
  return groups;
}

/** Domains of each CPU, the smallest first; none for CPUs that are off. */
export function buildDomains(
  topology: Topology,
  online: readonly number[],
  { groupConstruction, isWithoutRemote }: DomainBugs,
): readonly (readonly Domain[])[] {
  const levels = levelsOf(topology, online, isWithoutRemote);
  const made = new Map<string, readonly DomainGroup[]>();
  const domainsOf = (cpu: number): Domain[] => {
    const domains: Domain[] = [];
    const reached = new Set([cpu]);
    let below = (each: number): readonly number[] => [each];
    for (const { name, isRemote, spanOf } of levels) {
      const span = spanOf(cpu);
      // One that has no more CPUs than the one below is left out, as there.
      if (span.length > below(cpu).length) {
        const viewer = isRemote && groupConstruction ? span[0] : cpu;
        // CPUs of a node see the same distances.
        const key = `${name} ${viewer} ${isRemote ? topology.cpus[cpu].node : ''}`;
        const groups = made.get(key) ?? cover(span, viewer, below);
        made.set(key, groups);
        const local = groups.find(({ has }) => has.has(cpu)) ?? groups[0];
        const others = groups.filter((group) => group !== local);
        // In all groups together with this one: nobody tells the two apart.
        const isTold = (other: number): boolean => groups.some(({ has }) => has.has(other) && !has.has(cpu));
        const near = span.filter((other) => !reached.has(other) && isTold(other));
        for (const other of near) reached.add(other);
        const imbalance = name === 'core' || name === 'cache' ? IMBALANCE[name] : IMBALANCE.far;
        domains.push({ level: name, isRemote, span, local, others, near, imbalance });
      }
      below = spanOf;
    }
    return domains;
  };
  const isOn = new Set(online);
  return topology.cpus.map((_, cpu) => (isOn.has(cpu) ? domainsOf(cpu) : []));
}
