/**
 * Owns what a driver of a machine is (design.md, section 1): it brings one machine to its end and says how it
 * ended. `createMachine` chooses one; programs and kernel are the same under all of them.
 */
import type { TokenMirror } from '@smplab/token';
import type { EventBus } from './event-bus.ts';
import type { MachineReport } from './live/report.ts';

export const DRIVER_NAMES = ['live', 'explore', 'lockstep', 'simulate'] as const;

export type DriverName = (typeof DRIVER_NAMES)[number];

export interface Driver {
  /** Boots, runs to the end, cleans up; never rejects for what a machine or its programs do. Called once. */
  run(): Promise<MachineReport>;
  /** Ends the machine from outside; it reports `interrupted` unless it has ended already. */
  halt(): void;
  /** The events of the machine; made when it is first asked for. Null where there are none. */
  readonly events: EventBus | null;
  /** Live xstate actors of its tokens, if it was made with `inspect`. */
  readonly tokens: TokenMirror | null;
}
