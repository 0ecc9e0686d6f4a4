/**
 * The tokens the kernel has by name. Owns their static areas, one symbol each; made by whichever thread comes
 * first, found by all others. The names of their collision counters are those sysctl shows.
 */
import { Symbols, writeCstring } from '@smplab/kmem';
import type { Memory, Pointer } from '@smplab/kmem';
import { T_COLLISIONS, T_DESC, Token } from './layout.ts';

/** The names without the `_token` of their symbols. */
export const globalTokenNames = [
  'mp',
  'pmap',
  'dev',
  'vm',
  'vmspace',
  'kvm',
  'sigio',
  'tty',
  'vnode',
] as const;

/** The name of a global token. */
export type GlobalTokenName = (typeof globalTokenNames)[number];

/** A collision counter as sysctl shows it. */
export interface TokenCollisions {
  /** Such as `lwkt.mp_collisions`. */
  readonly name: `lwkt.${GlobalTokenName}_collisions`;
  readonly count: number;
}

/** One thread's access to the named tokens of a memory. */
export class GlobalTokens {
  private readonly memory: Memory;
  private readonly tokens = new Map<GlobalTokenName, Pointer<'lwkt_token'>>();

  constructor(memory: Memory) {
    this.memory = memory;
    const symbols = new Symbols(memory);
    for (const name of globalTokenNames) {
      const token = symbols.reserve(`${name}_token`, Token);
      if (memory.words[token + T_DESC] === 0) {
        writeCstring(memory, token + T_DESC, Token.fields.t_desc.bytes, `${name}_token`);
      }
      this.tokens.set(name, token);
    }
  }

  /** The token of that name. @example tokens.lookup('mp') // the symbol mp_token */
  lookup(name: GlobalTokenName): Pointer<'lwkt_token'> {
    return this.tokens.get(name)!;
  }

  /** The collision counters, in the order of `globalTokenNames`. */
  collisions(): TokenCollisions[] {
    return globalTokenNames.map((name) => ({
      name: `lwkt.${name}_collisions`,
      count: this.memory.load(this.lookup(name) + T_COLLISIONS),
    }));
  }
}
