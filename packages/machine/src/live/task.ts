/**
 * Owns what travels between the host of a live machine and the workers that are its CPUs, as plain data.
 */
import type { MachineLimits } from '@smplab/lwkt';
import type { MessagePort } from 'node:worker_threads';

/** A module whose functions the machine can run. */
export interface ImageSource {
  /** URL of the module. */
  readonly module: string;
  /** The machine scenario of the module whose functions are meant; default: all that it exports. */
  readonly scenario?: string;
  /** URL of a module to import first, which makes the module's own imports work. */
  readonly loader?: string | null;
  /** What messages call it; default the URL. */
  readonly file?: string;
}

/** What a worker is told: to be one CPU, for as long as the machine runs. */
export interface CpuTask {
  readonly memory: SharedArrayBuffer;
  readonly cpuid: number;
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: MachineLimits;
  readonly asSeed: readonly string[];
  readonly seed: number;
  readonly port: MessagePort;
  /** A word for each CPU: how many of its log lines the host has taken. */
  readonly logsTaken: SharedArrayBuffer;
}

/** What a worker is told that only looks at images. */
export interface DescribeTask {
  readonly images: readonly ImageSource[];
}

/** What is known of a scenario without running it: what its machine is to be made with. */
export interface ScenarioDescription {
  readonly name: string;
  readonly cpus: number;
  readonly limits?: Partial<MachineLimits>;
  readonly asSeed?: readonly string[] | 'all';
}

/** What images export, or why they cannot be used. */
export type ImageDescription =
  | {
      readonly kind: 'described';
      readonly scenarios: readonly ScenarioDescription[];
    }
  | { readonly kind: 'refused'; readonly message: string };

/** What a CPU tells the host while it boots and runs. */
export type CpuMessage =
  | { readonly kind: 'booted'; readonly threadId: number; readonly functions: readonly [number, string][] }
  | { readonly kind: 'log'; readonly cpuid: number; readonly text: string };

/** How a CPU ended. */
export type CpuResult =
  | { readonly kind: 'halted' }
  /** The image cannot be loaded, or a name is missing in it. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Kernel code found something wrong, or threw. */
  | {
      readonly kind: 'stopped';
      readonly verdict: string;
      readonly message: string;
      /** The thread at fault; null if it is none. */
      readonly thread: string | null;
      readonly stack: string;
      readonly details: readonly string[];
    };
