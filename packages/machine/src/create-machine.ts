/**
 * Owns making a machine to run once, under one of the drivers: checks everything that can be checked before
 * it boots, and fills in defaults. What is wrong here is refused with InputError, in words; what is wrong
 * with an image or a program is told by the report. Runs on the main thread.
 *
 *     const machine = createMachine({ cpus: 4, images: [{ module: 'file:///tmp/two-writers.mjs' }] });
 *     machine.events?.switch$.subscribe(({ cpu, to }) => console.log(cpu, to.name));
 *     const report = await machine.run();
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '@smplab/explore';
import {
  asSeedOf,
  checkedCpus,
  EXPLORE_LIMITS,
  FIX_SWITCHES,
  type FixSwitch,
  FixSwitchError,
  LimitError,
  limitsOf,
  LIVE_LIMITS,
  type MachineLimits,
  type UniformCosts,
} from '@smplab/lwkt';
import type { TokenMirrorOptions } from '@smplab/token';
import { type CrashReason, type CrashSource, writeCrashDump } from './crash-dump.ts';
import { type Driver, DRIVER_NAMES, type DriverName } from './driver.ts';
import type { FullPolicy } from './event-ring.ts';
import { ExploredDriver } from './explored-driver.ts';
import { LiveMachine } from './live/host.ts';
import type { ImageSource } from './live/task.ts';
import type { MachineEvent } from './machine-event.ts';
import { LockstepDriver } from './lockstep-driver.ts';
import { checkedStrategy } from './schedule-run.ts';
import { SIMULATE_LIMITS, SimulatedDriver } from './simulated-driver.ts';

/** A day and more; timers of the host cannot count further than some three weeks. */
const MOST_SECONDS = 1e6;
const MOST_HEAP_MEGABYTES = 1 << 20;
const MOST_EVENTS = 1 << 20;

export interface CreateMachineOptions {
  /** 1 to 64. */
  readonly cpus: number;
  /** Default `live`. */
  readonly driver?: DriverName;
  /** Modules with the functions of the machine, one machine scenario in all. */
  readonly images: readonly ImageSource[];
  /** Sizes and limits other than the defaults of the driver. */
  readonly limits?: Partial<MachineLimits>;
  /** Fix switches that are off: historical code runs in their place. */
  readonly asSeed?: readonly string[] | 'all';
  /** Fix switches that subsystems of the images bring along: `asSeed` may name them as well. */
  readonly fixes?: readonly FixSwitch[];
  /** Of the strategy, and of `choose` live; default 1. */
  readonly seed?: number;
  /** Explore and lockstep: who moves; default random. */
  readonly strategy?: string;
  /** Explore and lockstep: steps after which the run is given up; default 100,000. */
  readonly maxSteps?: number;
  /** Live: words the body gets as its arguments. */
  readonly args?: readonly number[];
  /** Live and simulate: ends the machine after this time, of the wall or its own; default never. */
  readonly timeLimitSeconds?: number;
  /** Live: how long booting may take; default 20. */
  readonly bootLimitSeconds?: number;
  /** Live: a CPU that reaches no operation, or takes no interrupt, for this long has failed; default 1.5. */
  readonly watchdogSeconds?: number;
  /**
   * Live: the host will raise interrupts (`LiveMachine.interrupt`), so an idle machine that has an interrupt
   * thread is not taken for a deadlock; default false.
   */
  readonly devices?: boolean;
  /** Live: megabytes that the JavaScript of each CPU may take; default 512. */
  readonly heapMegabytes?: number;
  /** Live: events of each CPU that can wait to be taken, and what happens to further ones. */
  readonly events?: { readonly capacity?: number; readonly policy?: FullPolicy };
  /**
   * Explore: mirrors every token as a live xstate actor (`machine.tokens`), at each change; with a function,
   * xstate inspectors see them. A live machine cannot: it changes tokens in 45 ns, a mirror takes
   * microseconds.
   */
  readonly inspect?: boolean | TokenMirrorOptions['inspect'];
  /** Simulate: what things cost; default those of `uniformTiming`. */
  readonly costs?: Partial<UniformCosts>;
  /** Simulate: what happens, as it happens, with its time in ns. Live machines have `events`. */
  readonly onEvent?: (timeNs: number, event: MachineEvent) => void;
  /** What programs log. */
  readonly onLog?: (cpuid: number, text: string) => void;
  /** Live: all CPUs have booted, and start. */
  readonly onBooted?: () => void;
  /** Folder for the crash dump of a failed machine; default: none is written. */
  readonly dumpFolder?: string;
  /** Name of the crash dump; default that of the scenario, else `machine`. */
  readonly name?: string;
}

/** Makes a machine; `run` boots it. Throws InputError for options that make no sense. */
export function createMachine(options: CreateMachineOptions): Driver {
  const driver = oneOf('driver', options.driver ?? 'live', DRIVER_NAMES);
  try {
    if (driver === 'simulate') return simulatedMachine(options);
    return driver === 'live' ? liveMachine(options) : steppedMachine(driver, options);
  } catch (error) {
    if (error instanceof LimitError || error instanceof FixSwitchError) throw new InputError(error.message);
    throw error;
  }
}

function liveMachine(options: CreateMachineOptions): LiveMachine {
  const { onLog, onBooted, events = {}, inspect = false, devices, heapMegabytes } = options;
  refuse(options, 'live', ['strategy', 'maxSteps', 'costs', 'onEvent']);
  if (inspect !== false) {
    throw new InputError(
      'inspect is for driver explore: a live machine changes tokens faster than actors can follow',
    );
  }
  if (events.capacity !== undefined) whole('events.capacity', events.capacity, 1, MOST_EVENTS);
  if (events.policy !== undefined) oneOf('events.policy', events.policy, ['block', 'count']);
  return new LiveMachine({
    ...common(options),
    limits: limitsOf(LIVE_LIMITS, options.limits),
    args: checkedArgs(options.args ?? []),
    ...seconds(options, 'timeLimitSeconds'),
    ...seconds(options, 'bootLimitSeconds'),
    ...seconds(options, 'watchdogSeconds'),
    events,
    ...(heapMegabytes !== undefined && {
      heapMegabytes: whole('heapMegabytes', heapMegabytes, 64, MOST_HEAP_MEGABYTES),
    }),
    ...(devices && { devices }),
    ...(onLog && { onLog }),
    ...(onBooted && { onBooted }),
    ...dumpWriter(options),
  });
}

function steppedMachine(driver: 'explore' | 'lockstep', options: CreateMachineOptions): Driver {
  const { onLog, inspect = false, limits = {} } = options;
  refuse(options, driver, [
    'args',
    'timeLimitSeconds',
    'bootLimitSeconds',
    'watchdogSeconds',
    'heapMegabytes',
    'devices',
    'events',
    'onBooted',
    'costs',
    'onEvent',
  ]);
  limitsOf(EXPLORE_LIMITS, limits);
  const shared = {
    ...common(options),
    limits,
    strategy: checkedStrategy(options.strategy ?? 'random'),
    maxSteps: whole('maxSteps', options.maxSteps ?? 100_000, 1, 1e8),
  };
  if (driver === 'lockstep') {
    if (inspect !== false) throw new InputError('inspect is for driver explore');
    return new LockstepDriver({ ...shared, name: nameOf(options) });
  }
  const mirror = typeof inspect === 'function' ? { inspect } : {};
  return new ExploredDriver({
    ...shared,
    inspect: inspect === false ? null : mirror,
    ...(onLog && { onLog }),
    ...dumpWriter(options),
  });
}

function simulatedMachine(options: CreateMachineOptions): Driver {
  const { onLog, onEvent, limits = {}, costs = {} } = options;
  refuse(options, 'simulate', [
    ...['args', 'bootLimitSeconds', 'watchdogSeconds', 'heapMegabytes', 'devices', 'events'],
    ...['onBooted', 'strategy', 'maxSteps', 'inspect'],
  ] as (keyof CreateMachineOptions)[]);
  limitsOf(SIMULATE_LIMITS, limits);
  for (const [name, ns] of Object.entries(costs)) {
    if (typeof ns !== 'number' || !(ns >= 0))
      throw new InputError(`costs.${name} is ${String(ns)}: a time in ns`);
  }
  return new SimulatedDriver({
    ...common(options),
    limits: { ...SIMULATE_LIMITS, ...limits },
    costs,
    ...seconds(options, 'timeLimitSeconds'),
    ...(onEvent && { onEvent }),
    ...(onLog && { onLog }),
    ...dumpWriter(options),
  });
}

/** What all drivers take. */
function common(options: CreateMachineOptions): {
  cpus: number;
  images: readonly ImageSource[];
  asSeed: readonly string[];
  seed: number;
} {
  const { images, asSeed = [], seed = 1, fixes = [] } = options;
  asSeedOf(asSeed, [...FIX_SWITCHES, ...fixes]);
  if (!Array.isArray(images) || images.length === 0) {
    throw new InputError('a machine needs an image: { images: [{ module: URL of a module }] }');
  }
  for (const { module } of images as readonly Partial<ImageSource>[]) {
    if (typeof module !== 'string' || module === '')
      throw new InputError('an image needs the URL of a module: { module }');
  }
  return {
    cpus: checkedCpus(options.cpus),
    images,
    asSeed: asSeed === 'all' ? ['all'] : [...asSeed],
    seed: whole('seed', seed, 0, Number.MAX_SAFE_INTEGER),
  };
}

function nameOf({ name, images }: CreateMachineOptions): string {
  return name ?? images[0]?.scenario ?? 'machine';
}

function dumpWriter(options: CreateMachineOptions): {
  writeDump?: (source: CrashSource, reason: CrashReason) => string;
} {
  const { dumpFolder } = options;
  if (dumpFolder === undefined) return {};
  const file = `smplab-crash-${nameOf(options).replace(/[^\w.-]+/g, '-')}.kdump`;
  return {
    writeDump: (source, reason) => {
      mkdirSync(dumpFolder, { recursive: true });
      const path = resolve(dumpFolder, file);
      writeCrashDump(path, source, reason);
      return path;
    },
  };
}

// ---- checks
// -------------------------------------------------------------------------------------------------

/** Options of other drivers would be ignored. */
function refuse(
  options: CreateMachineOptions,
  driver: string,
  names: readonly (keyof CreateMachineOptions)[],
): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined) throw new InputError(`${given} is not for driver ${driver}`);
}

function oneOf<T extends string>(name: string, value: unknown, known: readonly T[]): T {
  if ((known as readonly unknown[]).includes(value)) return value as T;
  const given = typeof value === 'string' ? `"${value}"` : typeof value;
  throw new InputError(`unknown ${name} ${given}: known are ${known.join(', ')}`);
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  throw new InputError(`${name} is ${String(value)}: a whole number from ${least} to ${most} is needed`);
}

type Seconds = 'timeLimitSeconds' | 'bootLimitSeconds' | 'watchdogSeconds';

function seconds(options: CreateMachineOptions, name: Seconds): Partial<Record<Seconds, number>> {
  const value: unknown = options[name];
  if (value === undefined) return {};
  if (typeof value === 'number' && value > 0 && value <= MOST_SECONDS) return { [name]: value };
  const given = typeof value === 'number' ? value : typeof value;
  throw new InputError(`${name} is ${given}: a number above 0 and up to ${MOST_SECONDS} is needed`);
}

function checkedArgs(args: readonly number[]): readonly number[] {
  if (args.length <= 4 && args.every((arg) => (arg | 0) === arg)) return args;
  throw new InputError(`args are ${args.join(', ')}: up to four int32 words are possible`);
}
