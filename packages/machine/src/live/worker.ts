/**
 * Owns what a worker thread does to be a CPU: it loads the images, attaches to the machine's memory, says
 * that it has booted, waits for the others, and runs until the machine halts. One piscina task for the life
 * of the machine.
 */
import { threadId } from 'node:worker_threads';
import { Memory, readCstring } from '@smplab/kmem';
import { asSeedOf, CPU_BOOTED, CPU_FAILED, EV_PANIC, GD, KERN, Kernel, TD } from '@smplab/lwkt';
import { EventRing } from '../event-ring.ts';
import { LiveCpu } from './cpu.ts';
import { ImageError, loadImages, loadScenarios } from './image.ts';
import { LogSender } from './log-sender.ts';
import { MachineStop } from './machine-stop.ts';
import { isRefusal } from './refusal.ts';
import { stopReason } from './stop-reason.ts';
import type { MachineScenario } from '../machine-scenario.ts';
import type {
  CpuMessage,
  CpuResult,
  CpuTask,
  DescribeTask,
  ImageDescription,
  ScenarioDescription,
} from './task.ts';

process.setSourceMapsEnabled(true);
const { stderr } = process;
// What programs print must not mix with results on stdout.
Object.defineProperty(process.stdout, 'write', { value: stderr.write.bind(stderr) });

/** Entry point of piscina: a CPU. */
export async function runCpu(task: CpuTask): Promise<CpuResult> {
  const { cpuid, port } = task;
  const send = (message: CpuMessage): void => port.postMessage(message);
  const logs = new LogSender(cpuid, new Int32Array(task.logsTaken), send);
  let cpu: LiveCpu;
  let kernel: Kernel;
  try {
    const registry = await loadImages(task.images);
    asSeedOf(task.asSeed, registry.fixes);
    kernel = Kernel.attach(Memory.attach(task.memory), registry, task);
    // The host has no images: what subsystems lay out comes from here, while the other CPUs wait.
    if (cpuid === 0) bootSubsystems(kernel);
    cpu = new LiveCpu(kernel, cpuid, logs, task.seed);
    cpu.events = EventRing.of(kernel.memory, cpuid);
    const functions = registry.names.map((name): [number, string] => [registry.numberOf(name), name]);
    Atomics.store(kernel.words, cpu.gd + GD.gd_state, CPU_BOOTED);
    send({ kind: 'booted', threadId, functions });
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', message: error.message };
    throw error;
  }
  const go = kernel.kern + KERN.k_go;
  while (Atomics.load(kernel.words, go) === 0) Atomics.wait(kernel.words, go, 0);
  if (Atomics.load(kernel.words, kernel.kern + KERN.k_halt) !== 0) return { kind: 'halted' };
  try {
    for (const subsystem of kernel.registry.subsystems) subsystem.attach(kernel);
    cpu.run();
    return { kind: 'halted' };
  } catch (error) {
    return stopped(kernel, cpu, error);
  } finally {
    logs.flush();
  }
}

/** Entry point of piscina: says what images export, without running any of it. */
export async function describe(task: DescribeTask): Promise<ImageDescription> {
  try {
    const scenarios = await loadScenarios(task.images);
    return { kind: 'described', scenarios: scenarios.map(descriptionOf) };
  } catch (error) {
    if (error instanceof ImageError) return { kind: 'refused', message: error.message };
    throw error;
  }
}

function descriptionOf({ name, cpus, given }: MachineScenario): ScenarioDescription {
  const { limits, asSeed } = given;
  return { name, cpus, ...(limits && { limits }), ...(asSeed && { asSeed }) };
}

/** Lets the subsystems lay out their memory: nothing runs yet, and no CPU owns anything. */
function bootSubsystems(kernel: Kernel): void {
  const main = kernel.words[kernel.gdOf(0) + GD.gd_tdrunq];
  for (const subsystem of kernel.registry.subsystems) subsystem.boot(kernel, main);
}

/** What ended the CPU, and in which thread. */
function stopped(kernel: Kernel, cpu: LiveCpu, error: unknown): CpuResult {
  const { words } = kernel;
  const { curthread } = cpu;
  const hasCulprit = !(error instanceof MachineStop) || error.hasCulprit;
  Atomics.compareExchange(words, kernel.kern + KERN.k_panic, 0, cpu.cpuid + 1);
  Atomics.store(words, cpu.gd + GD.gd_state, CPU_FAILED);
  cpu.events?.emit(EV_PANIC, curthread, 0, 0);
  return {
    kind: 'stopped',
    thread: hasCulprit ? readCstring(kernel.memory, curthread + TD.td_comm, 16) : null,
    ...stopReason(error),
  };
}
