/**
 * Owns loading image modules inside a worker: importing them and registering the functions of the machine scenarios
 * they export.
 */
import { registerKernelFunctions, Registry } from '@smplab/lwkt';
import { MachineScenario } from '../machine-scenario.ts';
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
  for (const image of images) for (const scenario of await scenariosOf(image)) scenario.register(registry);
  return registry;
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
      `image ${file} exports no machine scenario: it needs "export default machineScenario(name, { ... }, function* (k) { ... })"`,
    );
  }
  const names = [...found].map((each) => `"${each.name}"`).join(', ');
  throw new ImageError(`image ${file} has no machine scenario "${image.scenario ?? ''}": it has ${names}`);
}

function collect(value: unknown, found: Set<MachineScenario>): void {
  if (value instanceof MachineScenario) found.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === 'object' && value !== null && 'scenario' in value) collect(value.scenario, found);
}

function lineOf(error: unknown): string {
  const raised = error instanceof Error ? error : new Error(String(error));
  const [line] = raised.message.split('\n');
  return raised.name === 'Error' ? line : `${raised.name}: ${line}`;
}
