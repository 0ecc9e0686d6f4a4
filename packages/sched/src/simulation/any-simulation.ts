/**
 * Owns the name for a simulation of any grain, for who measures it. Types only.
 */
import type { KernelSimulation } from '../kernel-grain/kernel-simulation.ts';
import type { ProcessSimulation } from '../kernel-grain/process-simulation.ts';
import type { Simulation } from './simulation.ts';

/** One on which tasks can be put. */
export type TaskSimulation = Simulation<unknown> | KernelSimulation<unknown>;

export type AnySimulation = TaskSimulation | ProcessSimulation<unknown>;
