/**
 * Owns machines that experiments name.
 */
import { Topology } from './topology.ts';

/** CPUs that are all alike and share everything. */
export function symmetric(cpus: number): Topology {
  return new Topology({ name: `${cpus} CPUs`, cpus: Array.from({ length: cpus }, () => ({})) });
}

/** A desktop: 8 cores of two threads each, one cache. */
export function desktop(): Topology {
  const cpus = Array.from({ length: 16 }, (_, cpu) => ({ core: cpu >> 1 }));
  return new Topology({ name: '8 cores, SMT', cpus });
}

const NODES = 8;
const CORES_PER_NODE = 8;

/**
 * The machine of "The Linux Scheduler: a Decade of Wasted Cores" (Lozi et al., EuroSys 2016): 64 cores of 8
 * NUMA nodes, pairs of which share the parts of their cores; some nodes are two hops apart.
 */
export function bulldozer(): Topology {
  const cpus = Array.from({ length: NODES * CORES_PER_NODE }, (_, cpu) => {
    const node = Math.floor(cpu / CORES_PER_NODE);
    return { core: cpu >> 1, cache: node, socket: node, node };
  });
  // A twisted ladder of HyperTransport links: node n reaches n^1, n^2, n^4 and one across in one hop.
  const near = (a: number, b: number): boolean => [1, 2, 4, 7].includes(a ^ b);
  const distances = Array.from({ length: NODES }, (_, a) =>
    Array.from({ length: NODES }, (_, b) => (a === b ? 0 : near(a, b) ? 1 : 2)),
  );
  return new Topology({ name: '64 cores, 8 nodes', cpus, smtFactor: 0.9, distances });
}

/** Four fast cores and four that are slower, as in a telephone. */
export function bigLittle(): Topology {
  const cpus = Array.from({ length: 8 }, (_, cpu) => ({ cache: cpu >> 2, speed: cpu < 4 ? 1 : 0.4 }));
  return new Topology({ name: '4 fast, 4 slow', cpus });
}
