/**
 * Owns the kernel of one realm: the memory, the tables found through `struct kern`, the functions registered
 * here, the limits and fix switches of the machine. Everything that CPUs share is in the memory; a Kernel
 * object only knows where. Made by `Kernel.boot` once and by `Kernel.attach` in every further worker.
 */
import { Kmalloc, type Memory, MemoryRoot, type Pointer, Symbols } from '@smplab/kmem';
import { GlobalTokens, TokenPool, TokenTransitions } from '@smplab/token';
import type { Context } from './context.ts';
import { GD, Globaldata, MASK_WORDS } from './globaldata.ts';
import { type AsSeed, asSeedIdsOf, FIX_SWITCHES, pickedFixes } from './history.ts';
import { Ipiq } from './ipiq-fifo.ts';
import { KERN, Kern } from './kern.ts';
import type { MachineLimits } from './limits.ts';
import { Registry, type Steps } from './registry.ts';
import { firstSample } from './statclock.ts';
import { packedText } from './text.ts';
import type { UserScheduling } from './user-scheduling.ts';

const CACHE_LINE_WORDS = 16;
/** Device interrupt vectors of a CPU. */
export const VECTORS = 32;
/** Words of a strand's block in the explorer. */
const STRAND_WORDS = 4;

export interface KernelOptions {
  readonly cpus: number;
  readonly limits: MachineLimits;
  /** Ids of fix switches, of subsystems too: who takes them from people has checked them. */
  readonly asSeed?: readonly string[] | 'all';
  /** Blocks that were freed are poisoned and kept back; accesses to them are found. */
  readonly checking?: boolean;
}

/**
 * Decides about signals and stops for threads that sleep; processes put theirs here. Each call is made by the
 * thread itself, with its td_token held if it has one.
 */
export interface SignalPolicy {
  /**
   * The thread is about to sleep, its interlock in place: number of the signal it has to take first, 0 for
   * none or without PCATCH. May block; what it saw must hold when it returns, as long as td_token is held.
   */
  enter(k: Context, td: number, catches: boolean): Steps<number>;
  /** It leaves the CPU to sleep: nothing blocks any more. */
  asleep(k: Context, td: number, catches: boolean): void;
  /** It runs again. */
  awake(k: Context, td: number): void;
  /** It has slept with PCATCH and was woken: the signal that ends the sleep, 0 for none. May block. */
  leave(k: Context, td: number): Steps<number>;
  /** Whether a call that the signal interrupts is issued again. */
  restarts(k: Context, td: number, signal: number): boolean;
}

export class Kernel {
  readonly asSeed: AsSeed;
  /** The ids given, for subsystems to look theirs up; with `all` that word is among them, and every id. */
  readonly asSeedIds: ReadonlySet<string>;
  readonly tokens = new TokenTransitions();
  /** Tokens for objects that have none of their own. */
  readonly pool: TokenPool;
  /** mp_token, vm_token and the others that the kernel has by name. */
  readonly globals: GlobalTokens;
  readonly ncpus: number;
  readonly sleepBuckets: number;
  readonly sleepMasks: number;
  signals: SignalPolicy | null = null;
  /** Who decides about user code, where anybody does. */
  usched: UserScheduling | null = null;
  /** The process table of this realm, put here when @smplab/proc attaches. */
  proc: unknown = null;
  /** The file systems of this realm, put here when @smplab/vfs attaches. */
  vfs: unknown = null;

  /** procfs of this realm, put here when @smplab/procfs attaches. */
  procfs: unknown = null;
  /** For how long the historical paths wait for memory; 0: they give way once. */
  memoryWaitTicks = 0;
  /** Stores of a CPU may be seen late by others: fences are steps. */
  isWeaklyOrdered = false;
  /** Structs that programs keep in blocks of a type, by that type; reports name their fields. */
  readonly structs = new Map<string, { readonly size: number; describe(offset: number): string }>();
  readonly #gd: number;
  readonly #gdStride: number;
  readonly #ipiq: number;
  readonly #texts = new Map<string, Int32Array>();

  private constructor(
    readonly memory: Memory,
    readonly kmem: Kmalloc,
    readonly registry: Registry,
    readonly limits: MachineLimits,
    asSeed: readonly string[] | 'all',
    /** Base of `struct kern`. */
    readonly kern: number,
  ) {
    const given = asSeedIdsOf(asSeed);
    this.asSeed = pickedFixes(given, FIX_SWITCHES);
    this.asSeedIds = given.has('all') ? new Set([...given, ...registry.fixes.map(({ id }) => id)]) : given;
    this.pool = new TokenPool(memory, { size: limits.poolTokens });
    this.globals = new GlobalTokens(memory);
    const { words } = memory;
    this.ncpus = words[kern + KERN.k_ncpus];
    this.#gd = words[kern + KERN.k_gd];
    this.#gdStride = words[kern + KERN.k_gd_stride];
    this.#ipiq = words[kern + KERN.k_ipiq];
    this.sleepBuckets = words[kern + KERN.k_sleep_buckets];
    this.sleepMasks = words[kern + KERN.k_sleep_masks];
  }

  /** Lays out a machine in an empty memory. */
  static boot(memory: Memory, registry: Registry, options: KernelOptions): Kernel {
    const { cpus, limits } = options;
    const symbols = new Symbols(memory);
    const kern = symbols.reserve('kern', Kern);
    memory.publishRoot(MemoryRoot.kernel, kern);
    const view = Kern.view(memory, kern);
    view.k_ncpus = cpus;
    view.k_hz = limits.hz;
    view.k_gd_stride = Math.ceil(Globaldata.size / CACHE_LINE_WORDS) * CACHE_LINE_WORDS;
    view.k_gd = memory.reserve<'globaldata'>(view.k_gd_stride * cpus, CACHE_LINE_WORDS);
    view.k_ipiq = memory.reserve<'lwkt_ipiq'>(Ipiq.size * cpus * cpus, CACHE_LINE_WORDS);
    view.k_sleep_buckets = limits.sleepBuckets;
    view.k_sleep_masks = memory.reserve<'cpumask'>(limits.sleepBuckets * MASK_WORDS);
    view.k_ithreads = memory.reserve<'thread'>(cpus * VECTORS);
    view.k_strand_capacity = limits.strands;
    view.k_strands = limits.strands === 0 ? 0 : memory.reserve(limits.strands * STRAND_WORDS);
    const kmem = Kmalloc.create(memory, {
      checking: options.checking ?? false,
      quarantineBlocks: limits.quarantineBlocks,
    });
    const kernel = new Kernel(memory, kmem, registry, limits, options.asSeed ?? [], kern);
    // Entered before the boot image is taken, they cost nothing in a run.
    for (const site of ['boot', 'kmalloc', 'kfree']) kmem.sites.intern(site);
    for (let cpuid = 0; cpuid < cpus; cpuid++) kernel.#layOutCpu(cpuid);
    return kernel;
  }

  /** The kernel of a memory that another realm booted, with the same options. */
  static attach(memory: Memory, registry: Registry, options: KernelOptions): Kernel {
    const kern = memory.root(MemoryRoot.kernel);
    return new Kernel(memory, Kmalloc.attach(memory), registry, options.limits, options.asSeed ?? [], kern);
  }

  /** All words; made anew when the memory grows. */
  get words(): Int32Array {
    return this.memory.words;
  }

  /** Base of the globaldata of a CPU. */
  gdOf(cpuid: number): number {
    return this.#gd + cpuid * this.#gdStride;
  }

  /** Base of the queue from one CPU to another. */
  ipiqOf(source: number, target: number): number {
    return this.#ipiq + (source * this.ncpus + target) * Ipiq.size;
  }

  /** Base of the CPU mask of a sleep bucket. */
  sleepMaskOf(bucket: number): number {
    return this.sleepMasks + bucket * MASK_WORDS;
  }

  /** Whether a number is the globaldata-owning CPU of the machine. */
  hasCpu(cpuid: number): boolean {
    return Number.isInteger(cpuid) && cpuid >= 0 && cpuid < this.ncpus;
  }

  /** Clock ticks since boot. */
  get ticks(): number {
    return Atomics.load(this.words, this.kern + KERN.k_ticks);
  }

  /** Writes a text of at most 15 bytes into a cstring(16) field. */
  writeText(location: number, text: string): void {
    let packed = this.#texts.get(text);
    if (packed === undefined) this.#texts.set(text, (packed = packedText(text)));
    const { words } = this.memory;
    words[location] = packed[0];
    words[location + 1] = packed[1];
    words[location + 2] = packed[2];
    words[location + 3] = packed[3];
  }

  /** Runs a registered function in a context; panics for a number this realm does not know. */
  callFunction(k: Context, number: number, args: readonly number[]): Steps<unknown> {
    const entry = this.registry.find(number);
    if (entry === undefined) {
      return k.panic(
        `function ${number} is not registered on cpu${k.cpu.cpuid}: ` +
          'every CPU must load the same image modules',
      );
    }
    const first = entry.adapt === null ? k : entry.adapt(k);
    const code = entry.body(first as never, ...args) as Partial<Steps<unknown>> | undefined;
    if (typeof code?.next !== 'function') {
      k.misuse(
        'scenario-misuse',
        `${entry.name} is no generator function: write function* for what runs in the kernel`,
      );
    }
    return code as Steps<unknown>;
  }

  #layOutCpu(cpuid: number): void {
    const gd = this.gdOf(cpuid);
    const { memory } = this;
    const view = Globaldata.view(memory, gd as Pointer<'globaldata'>);
    view.gd_cpuid = cpuid;
    view.gd_nexttimo = -1;
    view.gd_loadnext = firstSample(this.limits);
    const hash = memory.reserve<'sleepq'>(this.sleepBuckets * 2);
    view.gd_tsleep_hash = hash;
    for (let bucket = 0; bucket < this.sleepBuckets; bucket++) {
      memory.words[hash + 2 * bucket + 1] = hash + 2 * bucket;
    }
    for (const head of [GD.gd_tdallq, GD.gd_tdrunq, GD.gd_timeouts]) memory.words[gd + head + 1] = gd + head;
  }
}
