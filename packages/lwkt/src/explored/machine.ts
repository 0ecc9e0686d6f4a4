/**
 * Owns a kernel machine under the explorer: a program whose strands are the threads, interrupt lines and
 * clocks of its CPUs. The machine boots once; every run starts from the image of that moment. One thread
 * holds all of it.
 */
import { type BootImage, type Execution, type Program, type Strand, type Target } from '@smplab/explore';
import { Memory, MemoryRoot } from '@smplab/kmem';
import { TOKREF_WORDS, TR_TOK } from '@smplab/token';
import { threadBody, threadEnd, threadEntry } from '../create.ts';
import { GD } from '../globaldata.ts';
import { FN_IDLE } from '../internal.ts';
import { KERN } from '../kern.ts';
import { asSeedOf } from '../history.ts';
import { Kernel } from '../kernel.ts';
import { checkedCpus, EXPLORE_LIMITS, limitsOf, type MachineLimits } from '../limits.ts';
import { registerKernelFunctions } from '../kernel-functions.ts';
import { TDPRI_IDLE_THREAD } from '../priority.ts';
import { type Registry, RegistryError } from '../registry.ts';
import { enqueue } from '../run-queue.ts';
import { TD, TDF_IDLE, TDF_SYSTEM, toksBase } from '../thread.ts';
import { bootThread } from '../thread-init.ts';
import { hardclock } from '../timeout.ts';
import { AtomicityLog } from './atomicity.ts';
import { ExploredContext } from './context.ts';
import { ExploredCpu } from './cpu.ts';
import { ExploredHeap } from './heap.ts';
import type { Effect, WordTarget } from './kinds.ts';
import { KernelNames } from './names.ts';
import { KernelStrand } from './strand.ts';
import { judgeStuck } from './stuck.ts';

/** What the memory of an execution may grow to: the allocator has tables for so many words. */
const MEMORY_WORDS = 1 << 22;

/** Threads that a run may create unless the limits say otherwise. */
const STRANDS_FOR_THREADS = 42;

/** What an explored machine is made of. */
export interface ExploredMachineOptions {
  readonly cpus: number;
  readonly limits?: Partial<MachineLimits>;
  readonly asSeed?: readonly string[] | 'all';
  /** All functions the machine may run. */
  readonly registry: Registry;
  /** Number of the function that runs as the thread `main` on cpu0. */
  readonly main: number;
  /**
   * Ends a run with `token-misuse` at the first atomicity break; default: breaks are told with other
   * findings.
   */
  readonly failOnAtomicityBreak?: boolean;
  /** Reports blocks that are not freed at the end. */
  readonly checkLeaks?: boolean;
  /** Lets the subsystems check their invariants after every step; default false. */
  readonly checkEachStep?: boolean;
}

export class ExploredMachine implements Program {
  readonly limits: MachineLimits;
  readonly options: Readonly<Record<string, unknown>>;
  readonly failsOnBreak: boolean;
  readonly checksEachStep: boolean;
  /** Only one CPU of the machine is here; the others run elsewhere. */
  readonly isPart: boolean = false;
  /** Its driver says when clocks tick: they wait for nothing else. */
  readonly isTimed: boolean = false;
  kernel!: Kernel;
  execution!: Execution;
  names!: KernelNames;
  heap!: ExploredHeap;
  breaks!: AtomicityLog;
  heapWord = 0;
  cpus: ExploredCpu[] = [];
  #image: BootImage | null = null;
  /** Blocks that exist since the boot: nobody forgot them. */
  readonly #bootBlocks = new Set<number>();
  readonly #strands = new Map<number, KernelStrand>();
  readonly #contexts = new Map<KernelStrand, ExploredContext>();
  readonly #names = new Map<number, { readonly words: number[]; readonly name: string }>();

  readonly wordTarget: WordTarget = {
    describe: (location) => this.names.describe(location),
    history: (location) => this.heap.historyAt(location),
  };
  readonly tokenTarget: WordTarget = {
    describe: (location) => this.names.token(location),
    history: (location) => this.heap.historyAt(location),
  };
  readonly heapTarget: Target = { describe: () => '' };

  constructor(
    readonly name: string,
    readonly given: ExploredMachineOptions,
  ) {
    const { cpus, limits, asSeed, registry } = given;
    checkedCpus(cpus);
    asSeedOf(asSeed, registry.fixes);
    // Three strands for each CPU, and some for threads.
    const strands = Math.max(EXPLORE_LIMITS.strands, STRANDS_FOR_THREADS + 3 * cpus);
    this.limits = limitsOf({ ...EXPLORE_LIMITS, strands }, limits);
    this.failsOnBreak = given.failOnAtomicityBreak ?? false;
    this.checksEachStep = given.checkEachStep ?? false;
    const own = { cpus, asSeed: asSeed ?? [], limits: { ...this.limits } };
    const others = registry.subsystems.filter((each) => Object.keys(each.options).length > 0);
    this.options = { ...own, ...Object.fromEntries(others.map(({ name, options }) => [name, options])) };
    registerKernelFunctions(registry);
    if (registry.find(given.main) === undefined)
      throw new RegistryError(`main: ${registry.refusal(given.main)}`);
  }

  start(execution: Execution): void {
    execution.adoptImage(this.image);
    this.reset(execution);
    for (const cpu of this.cpus) this.startLines(execution, cpu);
    for (const cpu of this.cpus) this.startCpu(cpu);
  }

  /**
   * The memory as it is when every thread stands at its entry; the machine boots when it is first asked for.
   */
  get image(): BootImage {
    return (this.#image ??= this.#boot());
  }

  /** Forgets the last run; the memory holds the image already. */
  protected reset(execution: Execution): void {
    if (this.execution !== execution) this.#attach(execution);
    this.#strands.clear();
    this.heap.reset();
    this.breaks.reset();
    for (const subsystem of this.given.registry.subsystems) subsystem.reset(this.kernel);
  }

  /** Lets a CPU run its first thread up to that thread's first operation. */
  protected startCpu(cpu: ExploredCpu): void {
    const first = this.kernel.words[cpu.gd + GD.gd_tdrunq];
    cpu.start(first === 0 ? this.kernel.words[cpu.gd + GD.gd_idlethread] : first);
  }

  finish(execution: Execution): void {
    for (const subsystem of this.given.registry.subsystems) {
      const [message, ...details] = subsystem.quiesce(this.kernel);
      if (message !== undefined) execution.fail('assertion', message, { details, strand: null });
    }
    if (this.given.checkLeaks === true) this.#findLeaks(execution);
  }

  #findLeaks(execution: Execution): void {
    const leaks = this.kernel.kmem
      .leaks()
      .filter(({ typeName, pointer }) => typeName !== 'thread' && !this.#bootBlocks.has(pointer));
    if (leaks.length === 0) return;
    const lines = leaks.map((leak) => `${leak.words} words of type ${leak.typeName}`);
    execution.fail('leak', `${leaks.length} blocks of kernel memory were not freed`, {
      details: lines,
      strand: null,
    });
  }

  /** Lets the subsystems look at the memory between two steps. */
  checkStep(): void {
    const { execution } = this;
    // What a detector does to see how a run would go on may leave anything behind.
    if (execution.isProbing) return;
    for (const subsystem of this.given.registry.subsystems) {
      const [message, ...details] = subsystem.check(this.kernel);
      if (message !== undefined) {
        const strand = execution.previous?.path ?? null;
        execution.stop('assertion', message, { details, strand, stack: null });
      }
    }
  }

  stuck(execution: Execution, stuck: readonly Strand[]): boolean {
    return judgeStuck(this, execution, stuck);
  }

  /** The tokens a thread holds, for race reports. */
  holding(_execution: Execution, strand: Strand): string[] {
    if (!(strand instanceof KernelStrand) || strand.td === 0) return [];
    const { words } = this.kernel;
    const names: string[] = [];
    for (let ref = toksBase(strand.td); ref < words[strand.td + TD.td_toks_stop]; ref += TOKREF_WORDS) {
      names.push(this.names.token(words[ref + TR_TOK]));
    }
    return names;
  }

  // ---- booting -------------------------------------------------------------------------------------------

  #boot(): BootImage {
    const maximumWords = Math.max(MEMORY_WORDS, this.limits.memoryWords);
    const memory = Memory.create({ initialWords: 8192, maximumWords });
    const { cpus, asSeed = [], registry, main } = this.given;
    const kernel = Kernel.boot(memory, registry, {
      cpus,
      limits: this.limits,
      asSeed,
      checking: !this.isTimed,
    });
    bootIdleThreads(kernel);
    kernel.words[kernel.kern + KERN.k_ticks_left] = this.limits.ticks;
    kernel.words[kernel.kern + KERN.k_timeouts_left] = this.limits.timeouts;
    const mainThread = bootThread(kernel, 0, main, { name: 'main' });
    enqueue({ kernel, gd: kernel.gdOf(0) } as never, mainThread);
    for (const subsystem of registry.subsystems) subsystem.boot(kernel, mainThread);
    for (const { pointer } of kernel.kmem.leaks()) this.#bootBlocks.add(pointer);
    const length = memory.top;
    const words = new Int32Array(memory.words.subarray(0, length));
    const strandArea = words[kernel.kern + KERN.k_strands];
    return { words, length, strandArea, strandCapacity: this.limits.strands };
  }

  #attach(execution: Execution): void {
    const { cpus, asSeed = [], registry } = this.given;
    this.execution = execution;
    this.kernel = Kernel.attach(execution.memory, registry, { cpus, limits: this.limits, asSeed });
    this.names = new KernelNames(this.kernel);
    this.heap = new ExploredHeap(this);
    this.breaks = new AtomicityLog(this);
    this.heapWord = execution.memory.root(MemoryRoot.kmalloc);
    this.#contexts.clear();
    this.cpus = Array.from({ length: cpus }, (_, cpuid) => this.makeCpu(cpuid, execution));
    for (const subsystem of registry.subsystems) subsystem.attach(this.kernel);
  }

  protected makeContext(strand: KernelStrand): ExploredContext {
    return new ExploredContext(this, strand);
  }

  protected makeCpu(cpuid: number, execution: Execution): ExploredCpu {
    return new ExploredCpu(this.kernel, cpuid, this, execution);
  }

  // ---- strands --------------------------------------------------------------------------------------------

  /** The strand of a thread on the CPU that is about to run it; a thread that runs first gets one. */
  strandOf(cpu: ExploredCpu, td: number, previous: number): KernelStrand {
    let strand = this.#strands.get(td);
    if (strand === undefined) {
      // Nobody waits for the end of those: idle, softclock, and others of the kernel's own.
      const isSystem = (this.kernel.words[td + TD.td_flags] & TDF_SYSTEM) !== 0;
      strand = this.#addStrand(this.execution, cpu, this.#threadName(td), td, isSystem);
      this.#strands.set(td, strand);
      strand.switchPoint.other = previous;
    } else if (strand.cpu !== cpu) {
      strand.cpu = cpu;
      strand.group = cpu.cpuid;
      this.contextOf(strand).cpu = cpu;
    }
    return strand;
  }

  /**
   * Gives a strand whose code has come to an end its next: entry, body, exit. True if there is one. In
   * stages, because each level of generators costs time in every operation.
   */
  advance(strand: KernelStrand, value: unknown): boolean {
    const k = this.contextOf(strand);
    switch (strand.stage++) {
      case 0: {
        const entry = threadEntry(k, strand.switchPoint.other);
        if (entry !== null) {
          strand.generator = entry as Generator;
          return true;
        }
        strand.stage++;
        strand.generator = threadBody(k) as Generator;
        return true;
      }
      case 1:
        strand.generator = threadBody(k) as Generator;
        return true;
      case 2:
        strand.generator = threadEnd(k, value) as Generator;
        return true;
      default:
        return false;
    }
  }

  /** Puts the code that a thread has become in the place of its body. */
  become(strand: KernelStrand): void {
    strand.generator = this.contextOf(strand).takeSuccessor() as Generator;
    // Its end follows, whatever was dropped.
    strand.stage = 2;
  }

  /** The name of a thread; the text is made anew only when the words of the name have changed. */
  #threadName(td: number): string {
    const { words } = this.kernel;
    const at = td + TD.td_comm;
    let known = this.#names.get(td);
    if (known === undefined || known.words.some((word, i) => word !== words[at + i])) {
      known = { words: [...words.subarray(at, at + 4)], name: this.names.thread(td) };
      this.#names.set(td, known);
    }
    return known.name;
  }

  /** The context in which the code of a strand runs. */
  contextOf(strand: KernelStrand): ExploredContext {
    let context = this.#contexts.get(strand);
    if (context === undefined) {
      context = this.makeContext(strand);
      this.#contexts.set(strand, context);
    }
    return context;
  }

  /** A thread has made its last switch. */
  retire(td: number, result: number): void {
    const strand = this.#strands.get(td);
    if (strand === undefined) return;
    this.#strands.delete(td);
    strand.generator = null;
    this.dropStrand(strand, result);
  }

  protected dropStrand(strand: KernelStrand, result: number): void {
    this.execution.endStrand(strand, result);
  }

  #addStrand(
    execution: Execution,
    cpu: ExploredCpu,
    name: string,
    td: number,
    isBackground: boolean,
  ): KernelStrand {
    const path = cpu.pathOf(name);
    const strand = this.newStrand(execution, path);
    strand.begin(cpu, td, isBackground);
    this.contextOf(strand).begin(cpu, td);
    return strand;
  }

  protected newStrand(execution: Execution, path: string): KernelStrand {
    return execution.addStrand(path, null, (existing) =>
      existing instanceof KernelStrand ? existing : new KernelStrand(execution),
    );
  }

  // ---- interrupt lines and clocks ----------------------------------------------------------------------

  /** Sets up the interrupt line and the clock of a CPU. */
  protected startLines(execution: Execution, cpu: ExploredCpu): void {
    const irq = this.#addStrand(execution, cpu, 'irq', 0, true);
    const timer = this.#addStrand(execution, cpu, 'timer', 0, true);
    cpu.reset(irq, timer);
  }

  /** The clock interrupt of a CPU: a tick, or the time until its next timeout, has gone by. */
  readonly clock: Effect = {
    perform: (execution, operation) => {
      const { strand } = operation;
      if (!(strand instanceof KernelStrand)) return 0;
      const { cpu } = strand;
      const ticks = this.kernel.kern + KERN.k_ticks;
      const { words } = execution;
      const first = words[cpu.gd + GD.gd_timeouts];
      const left = this.kernel.kern + KERN.k_ticks_left;
      if (words[left] > 0) {
        words[left]--;
        words[ticks]++;
      } else if (first !== 0 && words[first + TD.td_deadline] - words[ticks] > 0) {
        words[ticks] = words[first + TD.td_deadline];
        const timeouts = this.kernel.kern + KERN.k_timeouts_left;
        if (words[timeouts] > 0) words[timeouts]--;
      }
      hardclock(cpu);
      return words[ticks];
    },
  };
}

/** Makes the idle thread of every CPU. */
export function bootIdleThreads(kernel: Kernel): void {
  for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
    const idle = bootThread(kernel, cpuid, FN_IDLE, { name: 'idle', pri: TDPRI_IDLE_THREAD, isSystem: true });
    kernel.words[idle + TD.td_flags] |= TDF_IDLE;
    kernel.words[kernel.gdOf(cpuid) + GD.gd_idlethread] = idle;
  }
}
