/**
 * Owns checking what must hold of the vnodes of a machine that is at rest: nobody runs, so it reads the words
 * without locks. One vnode at most for each key, lists that agree with the states, counts that agree with the
 * lists.
 */
import type { Kernel } from '@smplab/lwkt';
import { M } from '../mount/mount-layout.ts';
import { VG } from '../vfs-layout.ts';
import type { VfsKernel } from '../vfs-kernel.ts';
import { V, VS_LOADED, VS_MARKER, VS_RECLAIMED, VUSECOUNT_GATE, VUSECOUNT_MASK } from './vnode-layout.ts';
import { vstateName } from './vnode-machine.ts';

/** What is wrong, a line each; empty if nothing is. */
export function checkVnodes(kernel: Kernel): string[] {
  const { words } = kernel;
  const { g } = kernel.vfs as VfsKernel;
  const cached = cachedVnodes(words, g);
  const lists = new Map<number, ReadonlySet<number>>();
  for (const vp of cached) {
    const mp = words[vp + V.v_mount];
    if (!lists.has(mp)) lists.set(mp, new Set(membersOf(words, mp + M.mnt_vnodelist, V.v_mntvnodes)));
  }
  const isCached = new Set(cached);
  const dead = membersOf(words, words[g + VG.vg_deadmount] + M.mnt_vnodelist, V.v_mntvnodes);
  const unused = membersOf(words, g + VG.vg_lru, V.v_lrulist);
  const problems = [
    ...cached.flatMap((vp) => liveProblems(words, vp, lists)),
    ...doubledKeys(words, cached),
    ...dead.flatMap((vp) => deadProblems(words, vp)),
    ...unused.flatMap((vp) => unusedProblems(words, vp, isCached)),
  ];
  const idle = cached.filter((vp) => (words[vp + V.v_usecount] & VUSECOUNT_MASK) === 0);
  const isUnused = new Set(unused);
  for (const vp of idle) if (!isUnused.has(vp)) problems.push(`vnode ${vp} is unused and not on vg_lru`);
  const count = words[g + VG.vg_numvnodes];
  if (count !== cached.length + dead.length)
    problems.push(`vg_numvnodes is ${count}: ${cached.length} are in the cache, ${dead.length} dead`);
  return problems;
}

function cachedVnodes(words: Int32Array, g: number): number[] {
  const table = words[g + VG.vg_vcache_table];
  const buckets = Array.from({ length: words[g + VG.vg_vcache_size] }, (_, at) => table + at);
  return buckets.flatMap((head) => membersOf(words, head, V.v_hash));
}

function membersOf(words: Int32Array, head: number, entry: number): number[] {
  const members = new Set<number>();
  for (let vp = words[head]; vp !== 0; vp = words[vp + entry]) {
    if (members.has(vp)) throw new RangeError(`the list at ${head} comes back to vnode ${vp}`);
    members.add(vp);
  }
  return [...members].filter((vp) => words[vp + V.v_state] !== VS_MARKER);
}

function liveProblems(
  words: Int32Array,
  vp: number,
  lists: ReadonlyMap<number, ReadonlySet<number>>,
): string[] {
  const problems: string[] = [];
  const state = words[vp + V.v_state];
  if (state !== VS_LOADED) problems.push(`vnode ${vp} is in the cache and ${vstateName(state)}`);
  if ((words[vp + V.v_usecount] & VUSECOUNT_GATE) === 0) problems.push(`the gate of vnode ${vp} is closed`);
  const mp = words[vp + V.v_mount];
  if (lists.get(mp)?.has(vp) !== true) problems.push(`vnode ${vp} is not on the list of its mount ${mp}`);
  return [...problems, ...restProblems(words, vp)];
}

function deadProblems(words: Int32Array, vp: number): string[] {
  const problems: string[] = [];
  const state = words[vp + V.v_state];
  if (state !== VS_RECLAIMED) problems.push(`vnode ${vp} is on the dead mount and ${vstateName(state)}`);
  const uses = words[vp + V.v_usecount];
  if ((uses & VUSECOUNT_GATE) !== 0) problems.push(`the gate of dead vnode ${vp} is open`);
  if ((uses & VUSECOUNT_MASK) === 0) problems.push(`dead vnode ${vp} has no references and is not freed`);
  return [...problems, ...restProblems(words, vp)];
}

/** At rest nobody holds a lock or keeps the memory only. */
function restProblems(words: Int32Array, vp: number): string[] {
  const problems: string[] = [];
  if (words[vp + V.v_holdcnt] !== 0) problems.push(`vnode ${vp} has ${words[vp + V.v_holdcnt]} holds`);
  if (words[vp + V.v_lock] !== 0) problems.push(`the lock of vnode ${vp} is held`);
  if (words[vp + V.v_interlock] !== 0) problems.push(`the interlock of vnode ${vp} is held`);
  return problems;
}

function unusedProblems(words: Int32Array, vp: number, cached: ReadonlySet<number>): string[] {
  const problems: string[] = [];
  if (words[vp + V.v_islru] !== 1) problems.push(`vnode ${vp} is on vg_lru and does not say so`);
  if (!cached.has(vp) && words[vp + V.v_state] !== VS_RECLAIMED)
    problems.push(`vnode ${vp} is on vg_lru and not in the cache`);
  return problems;
}

function doubledKeys(words: Int32Array, cached: readonly number[]): string[] {
  const seen = new Map<string, number>();
  const problems: string[] = [];
  for (const vp of cached) {
    const key = words[vp + V.v_cachekey];
    const own = Array.from(words.subarray(key, key + words[vp + V.v_cachewords]));
    const name = [words[vp + V.v_mount], ...own].join(' ');
    const other = seen.get(name);
    if (other !== undefined) problems.push(`vnodes ${other} and ${vp} have the same key ${name}`);
    seen.set(name, vp);
  }
  return problems;
}
