/**
 * Owns one CPU of a lockstep machine in its worker: the same strands, contexts and kernel code as under
 * explore, of this CPU only, over the memory all share. It moves when the conductor says so.
 */
import type { BootImage, Execution, Operation, Strand, Strategy } from '@smplab/explore';
import { MemoryRoot } from '@smplab/kmem';
import {
  ExploredMachine,
  type ExploredMachineOptions,
  KERN,
  type ExploredCpu,
  KernelStrand,
} from '@smplab/lwkt';
import {
  COMMAND_FINISH,
  COMMAND_START,
  COMMAND_STEP,
  type PendingImage,
  ROLE_BACKGROUND_THREAD,
  ROLE_IRQ,
  ROLE_THREAD,
  ROLE_TIMER,
  type Stage,
  type StepImage,
  type StrandImage,
} from './stage.ts';

export class LockstepPart extends ExploredMachine {
  override readonly isPart = true;

  constructor(
    options: ExploredMachineOptions,
    readonly cpuid: number,
    readonly stage: Stage,
  ) {
    super(`cpu${cpuid}`, options);
  }

  /** The memory was restored by the conductor. */
  override start(execution: Execution): void {
    execution.joinImage(this.imageOf(execution));
    this.reset(execution);
    const cpu = this.cpus[this.cpuid];
    this.startLines(execution, cpu);
    this.stage.publish(null, this.images(execution));
    const { command } = this.stage.await();
    if (command !== COMMAND_START) throw new Error(`lockstep: command ${command} came before the start`);
    this.startCpu(cpu);
    this.stage.publish(null, this.images(execution));
  }

  /** Whose turn it is; null at the end of the run. */
  next(execution: Execution): Strand | null {
    for (;;) {
      const { command, argument } = this.stage.await();
      execution.memory.refresh();
      execution.syncWords();
      if (command !== COMMAND_FINISH) return command === COMMAND_STEP ? execution.strands[argument] : null;
      this.finish(execution);
      if (execution.failure !== null) return null;
      this.stage.publish(null, this.images(execution));
    }
  }

  /** All that may be known of this CPU's strands. */
  images(execution: Execution): StrandImage[] {
    const cpu = this.cpus[this.cpuid];
    const images: StrandImage[] = [];
    for (let index = 0; index < execution.strandCount; index++) {
      const strand = execution.strands[index];
      if (strand instanceof KernelStrand) images.push(imageOf(strand, cpu));
    }
    return images;
  }

  private imageOf({ memory }: Execution): BootImage {
    // cpu0 may have grown it when it laid out the machine.
    memory.refresh();
    const length = memory.top;
    const { words } = memory;
    const kern = memory.root(MemoryRoot.kernel);
    const strandArea = words[kern + KERN.k_strands];
    return { words, length, strandArea, strandCapacity: words[kern + KERN.k_strand_capacity] };
  }
}

/** Choices are the conductor's; nothing else is asked of a strategy. */
export function choicesOf(stage: Stage): Strategy {
  return { name: 'lockstep', begin: () => true, pick: () => 0, choose: (count) => stage.choose(count) };
}

/** The step a strand has just made, from the trace. */
export function lastStep(execution: Execution, before: number): StepImage | null {
  const { trace, traceLength } = execution.recorder;
  if (traceLength === before) return null;
  return { completed: true, kind: trace[before + 1], location: trace[before + 2], value: trace[before + 3] };
}

function imageOf(strand: KernelStrand, cpu: ExploredCpu): StrandImage {
  let role = strand.isBackground ? ROLE_BACKGROUND_THREAD : ROLE_THREAD;
  if (strand === cpu.irq) role = ROLE_IRQ;
  else if (strand === cpu.timer) role = ROLE_TIMER;
  return { td: strand.td, role, ended: strand.ended, pending: pendingOf(strand.pending) };
}

function pendingOf(operation: Operation | null): PendingImage | null {
  if (operation === null) return null;
  const { kind, location, comparison, waitLocation, waitMask, waitValue, alternatives } = operation;
  return {
    kind: kind.code,
    location,
    comparison,
    waitLocation,
    waitMask,
    waitValue,
    alternatives: alternatives ?? [],
  };
}
