/**
 * Owns what an inspection says of tokens: those any thread refers to, those in blocks of their own, those
 * of the pool and with a symbol that are not free. Pure.
 */
import { Symbols } from '@smplab/kmem';
import { TOKREF_WORDS, T_COUNT, T_REF, stateNameOf } from '@smplab/token';
import type { MachineMap } from './machine-map.ts';
import type { ThreadReport } from './thread-report.ts';

const MOST_POOL_TOKENS = 1 << 20;

export interface TokenReport {
  /** Where the token lies. */
  readonly token: number;
  readonly name: string;
  /** State of its word, as the machine of @smplab/token calls it. */
  readonly state: string;
  /** Counted references: shared ones, and those its exclusive holder took on top. */
  readonly counted: number;
  /** Name of the thread that holds it exclusively; null for none. */
  readonly owner: string | null;
  readonly holders: readonly string[];
  readonly waiters: readonly string[];
  readonly collisions: number;
}

export function tokenReports(map: MachineMap, threads: readonly ThreadReport[]): TokenReport[] {
  const claimed = threads.flatMap(({ held, wanted }) => [...held, ...wanted].map(({ token }) => token));
  const tokens = new Set([...claimed, ...map.tokenBlocks(), ...busy(map, namedTokens(map))]);
  return [...tokens]
    .filter((token) => isToken(map, token))
    .sort((a, b) => a - b)
    .map((token) => tokenReport(map, token, threads));
}

function isToken(map: MachineMap, token: number): boolean {
  if (map.file.has('lwkt_token', token)) return true;
  map.remarks.push(`a thread refers to a token at word ${token}, where none can be`);
  return false;
}

function tokenReport(map: MachineMap, token: number, threads: readonly ThreadReport[]): TokenReport {
  const count = map.file.word(token + T_COUNT);
  const refers = (claims: ThreadReport['held']): boolean => claims.some((claim) => claim.token === token);
  return {
    token,
    name: map.tokenName(token),
    state: stateNameOf(count),
    counted: count >> 2,
    owner: ownerOf(map, token),
    holders: threads.filter(({ held }) => refers(held)).map(({ name }) => name),
    waiters: threads.filter(({ wanted }) => refers(wanted)).map(({ name }) => name),
    collisions: map.file.field('lwkt_token', token, 't_collisions') >>> 0,
  };
}

/** The thread on whose stack the holding reference lies. */
function ownerOf(map: MachineMap, token: number): string | null {
  const ref = map.file.word(token + T_REF);
  if (ref === 0) return null;
  const stack = map.file.offset('thread', 'td_toks_array');
  const size = map.file.layout('thread').size - stack;
  const owner = map.threads.find(({ td }) => ref >= td + stack && ref + TOKREF_WORDS <= td + stack + size);
  if (owner !== undefined) return map.threadName(owner.td);
  map.remarks.push(`t_ref of token ${map.tokenName(token)} is ${ref}, which is on no thread's stack`);
  return `word ${ref}`;
}

function busy(map: MachineMap, tokens: readonly number[]): number[] {
  return tokens.filter((token) => map.file.word(token + T_COUNT) !== 0 || map.file.word(token + T_REF) !== 0);
}

/** Tokens with a symbol, and those at the start of each element of a pool with one. */
function namedTokens(map: MachineMap): number[] {
  try {
    return new Symbols(map.file.memory).all().flatMap(({ pointer, structName, count }) => {
      if (structName !== 'lwkt_token' && structName !== 'lwkt_pool_token') return [];
      const { size } = map.file.layout(structName);
      if (count > MOST_POOL_TOKENS || pointer + count * size > map.file.top) return [];
      return Array.from({ length: count }, (_, index) => pointer + index * size);
    });
  } catch (error) {
    map.remarks.push(`the symbols cannot be read: ${(error as Error).message}`);
    return [];
  }
}
