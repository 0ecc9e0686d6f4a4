/**
 * Owns loading image modules inside a worker: importing them and registering the functions of the machine
 * scenarios they export.
 */
import { registerKernelFunctions, Registry, RegistryError } from '@smplab/lwkt';
import type { MachineScenario } from '../machine-scenario.ts';
import { stopReason } from './stop-reason.ts';
import type { ImageSource } from './task.ts';

/** An image module that cannot be used; the message says why. */
export class ImageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImageError';
  }
}

/** A registry with the kernel's own functions and those of all images. */
export async function loadImages(images: readonly ImageSource[]): Promise<Registry> {
  const registry = new Registry();
  registerKernelFunctions(registry);
  for (const scenario of await loadScenarios(images)) {
    try {
      scenario.register(registry);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      throw new ImageError(`scenario "${scenario.name}" cannot be used: ${error.message}`);
    }
  }
  return registry;
}

/** The machine scenarios that the images mean. */
export async function loadScenarios(images: readonly ImageSource[]): Promise<MachineScenario[]> {
  const scenarios: MachineScenario[] = [];
  for (const image of images) scenarios.push(...(await scenariosOf(image)));
  return scenarios;
}

async function scenariosOf(image: ImageSource): Promise<MachineScenario[]> {
  const file = image.file ?? image.module;
  let module: Record<string, unknown>;
  try {
    if (image.loader !== undefined && image.loader !== null) await import(image.loader);
    module = (await import(image.module)) as Record<string, unknown>;
  } catch (error) {
    throw new ImageError(`image ${file} cannot be loaded: ${lineOf(error)}`);
  }
  const found = new Set<MachineScenario>();
  for (const key of Object.keys(module).sort()) collect(module[key], found);
  const wanted = [...found].filter((each) => image.scenario === undefined || each.name === image.scenario);
  if (wanted.length > 0) return wanted;
  if (found.size === 0) {
    throw new ImageError(
      `image ${file} exports no machine scenario: ` +
        'it needs "export default machineScenario(name, { ... }, function* (k) { ... })"',
    );
  }
  const names = [...found].map((each) => `"${each.name}"`).join(', ');
  throw new ImageError(`image ${file} has no machine scenario "${image.scenario ?? ''}": it has ${names}`);
}

/** Known by its shape: it may have been made by another copy of this package. */
function isMachineScenario(value: unknown): value is MachineScenario {
  if (typeof value !== 'object' || value === null) return false;
  const { name, cpus, register } = value as Partial<MachineScenario>;
  return typeof name === 'string' && typeof cpus === 'number' && typeof register === 'function';
}

function collect(value: unknown, found: Set<MachineScenario>): void {
  if (isMachineScenario(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === 'object' && value !== null && 'scenario' in value) collect(value.scenario, found);
}

function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return stopReason(error).message;
  const [line] = error.message.split('\n');
  return error.name === 'Error' ? line : `${error.name}: ${line}`;
}
