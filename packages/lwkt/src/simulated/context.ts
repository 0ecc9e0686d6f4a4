/**
 * Owns the context of kernel code in virtual time: as under the explorer, but plain words are looked at
 * without being watched, and nobody is told of broken atomicity.
 */
import { ExploredContext } from '../explored/context.ts';

export class SimulatedContext extends ExploredContext {
  readonly #first = this.kernel.kern;

  override get(location: number): number {
    const { words } = this.machine.execution;
    return location >= this.#first && location < words.length ? words[location] : super.get(location);
  }

  override set(location: number, value: number): void {
    const { words } = this.machine.execution;
    if (location >= this.#first && location < words.length && (value | 0) === value) words[location] = value;
    else super.set(location, value);
  }

  override noteBreak(): void {
    // Nobody asks.
  }

  override noteToken(): void {
    // Nobody asks.
  }
}
