/**
 * Owns what CPUs a machine has and how near they are to each other: threads of a core, cores that share a
 * last cache, sockets, NUMA nodes with their distances, and how fast each CPU is. Immutable once made.
 *
 *     machine > node > socket > cache > core > CPU
 */

/** A CPU, where it is, and how fast it is: work of 1 ns takes it 1/speed ns. */
export interface CpuPlace {
  readonly core: number;
  readonly cache: number;
  readonly socket: number;
  readonly node: number;
  readonly speed: number;
}

export interface TopologyOptions {
  readonly name?: string;
  readonly cpus: readonly Partial<CpuPlace>[];
  /** Speed of a CPU while another of its core is busy, as a part of its own; default 0.6. */
  readonly smtFactor?: number;
  /** Hops between nodes, a row for each; default 0 to itself and 1 to all others. */
  readonly distances?: readonly (readonly number[])[];
}

/** How far two CPUs are apart. */
export type Distance = 'self' | 'core' | 'cache' | 'socket' | 'node' | 'remote';

const LEVELS = ['core', 'cache', 'socket', 'node'] as const;

/** The topology is impossible; the message says where and why. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
}

export class Topology {
  readonly name: string;
  readonly cpus: readonly CpuPlace[];
  readonly smtFactor: number;
  readonly distances: readonly (readonly number[])[];
  readonly #siblings: readonly (readonly number[])[];
  /** CPUs of each core, cache, socket and node, by its number. */
  readonly #groups: Readonly<Record<(typeof LEVELS)[number], readonly (readonly number[])[]>>;

  constructor({ name = 'machine', cpus, smtFactor = 0.6, distances }: TopologyOptions) {
    if (cpus.length === 0) throw new TopologyError(`topology "${name}" has no CPUs`);
    this.name = name;
    this.cpus = cpus.map((given, index) => placeOf(name, given, index));
    this.smtFactor = smtFactor;
    if (!(smtFactor > 0 && smtFactor <= 1))
      throw new TopologyError(`topology "${name}": smtFactor is ${smtFactor}: above 0, at most 1`);
    checkNesting(name, this.cpus);
    const nodes = 1 + Math.max(...this.cpus.map(({ node }) => node));
    this.distances = distances ?? plainDistances(nodes);
    checkDistances(name, this.distances, nodes);
    const groupsOf = (level: (typeof LEVELS)[number]): number[][] => {
      const groups: number[][] = [];
      for (const [at, place] of this.cpus.entries()) (groups[place[level]] ??= []).push(at);
      return groups;
    };
    this.#groups = {
      core: groupsOf('core'),
      cache: groupsOf('cache'),
      socket: groupsOf('socket'),
      node: groupsOf('node'),
    };
    this.#siblings = this.cpus.map(({ core }, index) =>
      this.cpus.flatMap((other, at) => (other.core === core && at !== index ? [at] : [])),
    );
  }

  get count(): number {
    return this.cpus.length;
  }

  /** Other CPUs of the same core. */
  siblingsOf(cpu: number): readonly number[] {
    return this.#siblings[cpu];
  }

  /** CPUs that share something with a CPU, itself among them. */
  groupOf(cpu: number, level: 'core' | 'cache' | 'socket' | 'node'): readonly number[] {
    return this.#groups[level][this.cpus[cpu][level]];
  }

  distanceOf(a: number, b: number): Distance {
    if (a === b) return 'self';
    const level = LEVELS.find((each) => this.cpus[a][each] === this.cpus[b][each]);
    return level ?? 'remote';
  }

  /** Hops from the node of a CPU to that of another. */
  hopsOf(a: number, b: number): number {
    return this.distances[this.cpus[a].node][this.cpus[b].node];
  }
}

function placeOf(name: string, given: Partial<CpuPlace>, index: number): CpuPlace {
  const place = { core: index, cache: 0, socket: 0, node: 0, speed: 1, ...given };
  for (const level of LEVELS) {
    const value = place[level];
    if (!Number.isInteger(value) || value < 0)
      throw new TopologyError(
        `topology "${name}", CPU ${index}: ${level} is ${value}: a whole number from 0`,
      );
  }
  if (!(place.speed > 0) || !Number.isFinite(place.speed))
    throw new TopologyError(`topology "${name}", CPU ${index}: speed is ${place.speed}: a number above 0`);
  return place;
}

/** What is one below is one above: CPUs of a core share a cache, and so on. */
function checkNesting(name: string, cpus: readonly CpuPlace[]): void {
  for (const [at, level] of LEVELS.slice(0, -1).entries()) {
    const above = LEVELS[at + 1];
    const found = new Map<number, { cpu: number; group: number }>();
    for (const [cpu, place] of cpus.entries()) {
      const first = found.get(place[level]);
      if (first === undefined) found.set(place[level], { cpu, group: place[above] });
      else if (first.group !== place[above])
        throw new TopologyError(
          `topology "${name}": CPUs ${first.cpu} and ${cpu} are both of ${level} ${place[level]}, ` +
            `but of ${above} ${first.group} and ${place[above]}`,
        );
    }
  }
}

function plainDistances(nodes: number): readonly (readonly number[])[] {
  return Array.from({ length: nodes }, (_, a) => Array.from({ length: nodes }, (_, b) => (a === b ? 0 : 1)));
}

function checkDistances(name: string, distances: readonly (readonly number[])[], nodes: number): void {
  const where = `topology "${name}": distances`;
  if (distances.length !== nodes || distances.some((row) => row.length !== nodes))
    throw new TopologyError(`${where} are not ${nodes} rows of ${nodes}`);
  for (const [a, row] of distances.entries()) {
    for (const [b, hops] of row.entries()) {
      const isRight = Number.isInteger(hops) && (a === b ? hops === 0 : hops > 0) && hops === distances[b][a];
      if (!isRight) throw new TopologyError(`${where}: ${hops} from node ${a} to ${b} cannot be`);
    }
  }
}
