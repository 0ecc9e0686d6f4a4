/**
 * Owns a lockstep machine as a program: it restores the memory, starts the CPUs in their workers, and lets
 * any strategy of the explorer pick among what the workers published. Runs in the conductor's thread; the
 * kernel runs in the workers.
 */
import { type BootImage, type Execution, type Program, type Strand } from '@smplab/explore';
import { readCstring } from '@smplab/kmem';
import { TD } from '@smplab/lwkt';
import { failureOf, type ProxyCpu, ProxyStrand } from './proxy.ts';
import {
  COMMAND_BEGIN,
  COMMAND_END,
  COMMAND_FINISH,
  COMMAND_QUIT,
  COMMAND_START,
  PUBLISHED_FAILURE,
  PUBLISHED_LOST,
  ROLE_IRQ,
  ROLE_THREAD,
  ROLE_TIMER,
  type Stage,
  type StrandImage,
} from './stage.ts';

/** A CPU and the strands it has published in this run, by their number there. */
class Cpu implements ProxyCpu {
  readonly strands: ProxyStrand[] = [];

  constructor(
    readonly conductor: LockstepMachine,
    readonly stage: Stage,
    readonly cpuid: number,
  ) {}

  /** Takes over what the worker published of its strands: new ones, ended ones, pending operations. */
  refresh(): void {
    const { execution } = this.conductor;
    for (const [number, image] of this.stage.strands().entries()) {
      const strand = this.strands[number] ?? this.#add(execution, number, image);
      if (image.ended) {
        if (!strand.ended) execution.endStrand(strand, 0);
      } else strand.take(image.pending);
    }
  }

  #add(execution: Execution, number: number, image: StrandImage): ProxyStrand {
    const strand = execution.addStrand(
      `cpu${this.cpuid}/${this.#nameOf(execution, image)}`,
      null,
      (existing) => (existing instanceof ProxyStrand ? existing : new ProxyStrand(execution)),
    );
    strand.begin(this, number, image.td, image.role !== ROLE_THREAD);
    this.strands[number] = strand;
    return strand;
  }

  #nameOf({ memory }: Execution, { role, td }: StrandImage): string {
    if (role === ROLE_IRQ) return 'irq';
    return role === ROLE_TIMER ? 'timer' : readCstring(memory, td + TD.td_comm, 16);
  }
}

export class LockstepMachine implements Program {
  execution!: Execution;
  readonly #cpus: readonly Cpu[];
  #isRunning = false;

  constructor(
    readonly name: string,
    readonly image: BootImage,
    readonly stages: readonly Stage[],
  ) {
    this.#cpus = stages.map((stage, cpuid) => new Cpu(this, stage, cpuid));
  }

  start(execution: Execution): void {
    this.execution = execution;
    this.endRun();
    execution.adoptImage(this.image);
    this.#isRunning = true;
    for (const command of [COMMAND_BEGIN, COMMAND_START]) {
      for (const cpu of this.#cpus) {
        if (command === COMMAND_BEGIN) cpu.strands.length = 0;
        const published = cpu.stage.command(command, 0);
        if (published === PUBLISHED_LOST)
          execution.stop('panic', `cpu${cpu.cpuid} died while the machine started`);
        if (published === PUBLISHED_FAILURE) execution.stop('panic', cpu.stage.text.replace('\n', ': '));
        cpu.refresh();
      }
    }
  }

  /** Nothing can move: which threads that concerns is known, what they wait for is in the memory. */
  stuck(execution: Execution, stuck: readonly Strand[]): boolean {
    const waits = stuck.map((strand) => {
      const wmesg = readCstring(execution.memory, tdOf(strand) + TD.td_wmesg, 16);
      return `${strand.path} (${wmesg === '' ? 'no wait message' : wmesg})`;
    });
    execution.fail('deadlock', `${waits.join(', ')} wait for ever`, { strand: null, stack: null });
    return true;
  }

  /** All threads have ended: any CPU can judge what they left in the memory. */
  finish(execution: Execution): void {
    const { stage } = this.#cpus[0];
    const published = stage.command(COMMAND_FINISH, 0);
    const nobody = { strand: null, stack: null };
    if (published === PUBLISHED_LOST) execution.fail('panic', 'cpu0 died when all threads had ended', nobody);
    if (published === PUBLISHED_FAILURE) execution.fail(...failureOf(stage.text), nobody);
  }

  /** Lets every worker forget the run. */
  endRun(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const { stage } of this.#cpus) stage.command(COMMAND_END, 0);
  }

  /** Ends the workers. */
  quit(): void {
    this.endRun();
    for (const { stage } of this.#cpus) stage.command(COMMAND_QUIT, 0);
  }
}

/** The thread of a strand; all strands of this program are proxies. */
function tdOf(strand: Strand): number {
  return strand instanceof ProxyStrand ? strand.td : 0;
}
