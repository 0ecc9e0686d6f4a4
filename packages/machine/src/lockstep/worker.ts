/**
 * Owns what a worker thread of a lockstep machine does: it is one CPU, or the conductor, until the machine is
 * done. One piscina task for the life of the machine.
 */
import { threadId } from 'node:worker_threads';
import { type BootImage, Execution } from '@smplab/explore';
import { Memory, MemoryRoot } from '@smplab/kmem';
import { functionNumber, KERN } from '@smplab/lwkt';
import { loadImages } from '../live/image.ts';
import { isRefusal } from '../live/refusal.ts';
import { MAIN } from '../machine-scenario.ts';
import { runSchedules } from '../schedule-run.ts';
import { LockstepMachine } from './conductor.ts';
import { choicesOf, lastStep, LockstepPart } from './part.ts';
import { COMMAND_BEGIN, COMMAND_QUIT, Stage } from './stage.ts';
import type { ConductorTask, LockstepCpuTask, LockstepResult } from './task.ts';

/** Words beyond the boot image that a run finds without growing the memory. */
const HEADROOM_WORDS = 4096;

const { stderr } = process;
Object.defineProperty(process.stdout, 'write', { value: stderr.write.bind(stderr) });

/** The entry point that piscina calls. */
export async function runLockstep(task: LockstepCpuTask | ConductorTask): Promise<LockstepResult> {
  if (task.role === 'conductor') return conduct(task);
  try {
    return await beCpu(task);
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', message: error.message };
    throw error;
  }
}

async function beCpu(task: LockstepCpuTask): Promise<LockstepResult> {
  const { cpuid, limits, asSeed } = task;
  const registry = await loadImages(task.images);
  const stage = new Stage(task.stages[cpuid]);
  const cpus = task.stages.length;
  const part = new LockstepPart({ cpus, limits, asSeed, registry, main: functionNumber(MAIN) }, cpuid, stage);
  const memory = Memory.attach(task.memory);
  // The host has no images: the machine is booted here, while the others wait for their first command.
  if (cpuid === 0) layOut(memory, part.image);
  task.port.postMessage('booted');
  task.port.close();
  const execution = new Execution({ memory, races: false, states: task.states });
  const choices = choicesOf(stage);
  let steps = 0;
  for (;;) {
    const { command } = stage.await();
    if (command === COMMAND_BEGIN) steps += run(part, execution, choices, stage);
    // The run is over (or failed before): the conductor waits for the turn.
    else stage.publish(null, []);
    if (command === COMMAND_QUIT) return { kind: 'cpu', threadId, steps };
  }
}

/** Makes the shared memory that of the booted machine. */
function layOut(memory: Memory, { words, length }: BootImage): void {
  memory.grow(Math.max(length, Math.min(length + HEADROOM_WORDS, memory.maximumWords)));
  memory.words.set(words.subarray(0, length));
}

/** One run, as far as it goes on this CPU; gives its steps. */
function run(
  part: LockstepPart,
  execution: Execution,
  choices: ReturnType<typeof choicesOf>,
  stage: Stage,
): number {
  let before = -1;
  execution.drive(part, choices, () => {
    if (before >= 0) stage.publish(lastStep(execution, before), part.images(execution));
    before = execution.recorder.traceLength;
    return part.next(execution);
  });
  const { failure } = execution;
  if (failure === null) stage.publish(null, []);
  else {
    const text = `${failure.verdict}\n${failure.message}`;
    const step = before < 0 ? null : lastStep(execution, before);
    stage.publishFailure(step, text, failure === null ? [] : part.images(execution));
  }
  return execution.steps;
}

function conduct(task: ConductorTask): LockstepResult {
  const memory = Memory.attach(task.memory);
  const kern = memory.root(MemoryRoot.kernel);
  const length = memory.top;
  const words = new Int32Array(memory.words.subarray(0, length));
  const image = {
    words,
    length,
    strandArea: words[kern + KERN.k_strands],
    strandCapacity: words[kern + KERN.k_strand_capacity],
  };
  const machine = new LockstepMachine(
    task.name,
    image,
    task.stages.map((buffer) => new Stage(buffer)),
  );
  const execution = new Execution({ memory, races: false, maxSteps: task.maxSteps });
  const outcomes = task.ranges.flatMap((range) => runSchedules(execution, machine, range));
  machine.quit();
  return { kind: 'conductor', outcomes };
}
