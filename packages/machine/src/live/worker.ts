/**
 * Owns what a worker thread does to be a CPU: it loads the images, attaches to the machine's memory, says that it
 * has booted, waits for the others, and runs until the machine halts. One piscina task for the life of the machine.
 */
import { threadId } from 'node:worker_threads';
import { KernelPanic, KmemError, Memory, readCstring } from '@smplab/kmem';
import { CPU_BOOTED, CPU_FAILED, GD, KERN, Kernel, RegistryError, TD } from '@smplab/lwkt';
import { LiveCpu } from './cpu.ts';
import { ImageError, loadImages } from './image.ts';
import { MachineStop } from './machine-stop.ts';
import type { CpuMessage, CpuResult, CpuTask } from './task.ts';

process.setSourceMapsEnabled(true);
const { stderr } = process;
// What programs print must not mix with results on stdout.
Object.defineProperty(process.stdout, 'write', { value: stderr.write.bind(stderr) });

/** The entry point that piscina calls. */
export async function runCpu(task: CpuTask): Promise<CpuResult> {
  const { cpuid, port } = task;
  let cpu: LiveCpu;
  let kernel: Kernel;
  try {
    const registry = await loadImages(task.images);
    kernel = Kernel.attach(Memory.attach(task.memory), registry, task);
    const send = (message: CpuMessage): void => port.postMessage(message);
    cpu = new LiveCpu(kernel, cpuid, { log: (_, text) => send({ kind: 'log', cpuid, text }) }, task.seed);
    const functions = registry.names.map((name): [number, string] => [registry.numberOf(name), name]);
    Atomics.store(kernel.words, cpu.gd + GD.gd_state, CPU_BOOTED);
    send({ kind: 'booted', threadId, functions });
  } catch (error) {
    if (error instanceof ImageError || error instanceof RegistryError) return { kind: 'refused', message: error.message };
    throw error;
  }
  const go = kernel.kern + KERN.k_go;
  while (Atomics.load(kernel.words, go) === 0) Atomics.wait(kernel.words, go, 0);
  try {
    cpu.run();
    return { kind: 'halted' };
  } catch (error) {
    return stopped(kernel, cpu, error);
  }
}

/** What ended the CPU, and in which thread. */
function stopped(kernel: Kernel, cpu: LiveCpu, error: unknown): CpuResult {
  const { words } = kernel;
  Atomics.compareExchange(words, kernel.kern + KERN.k_panic, 0, cpu.cpuid + 1);
  Atomics.store(words, cpu.gd + GD.gd_state, CPU_FAILED);
  const raised = error instanceof Error ? error : new Error(String(error));
  const thread = readCstring(kernel.memory, cpu.curthread + TD.td_comm, 16);
  const isOwn = raised instanceof MachineStop || raised instanceof KernelPanic || raised instanceof KmemError;
  const isDeep = raised instanceof RangeError && /call stack/i.test(raised.message);
  const message = isDeep
    ? 'calls are nested too deep (the JavaScript stack is full)'
    : isOwn
      ? raised.message
      : `uncaught ${raised.name}: ${raised.message}`;
  const verdict = raised instanceof MachineStop ? raised.verdict : 'panic';
  return { kind: 'stopped', verdict, message, thread, stack: raised.stack ?? '' };
}
