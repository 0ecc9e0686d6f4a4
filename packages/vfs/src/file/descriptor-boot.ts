/**
 * Owns laying out all descriptors of this package at once, pipes, sockets and kqueues, while a machine boots,
 * and making their operations known to a realm. Run by one realm without steps; no lock.
 */
import type { Kernel, Registry } from '@smplab/lwkt';
import { M_KNOTE, M_KQUEUE, M_PIPE, M_SOCKET } from '../malloc-types.ts';
import type { DescriptorOptions } from './descriptor-globals.ts';
import { Knote, Kqueue } from './kqueue-layout.ts';
import { bootKqueues, registerKqueues } from './kqueue.ts';
import { bootPipes, registerPipes } from './pipe.ts';
import { Pipe } from './pipe-layout.ts';
import { SocketPair } from './socket-layout.ts';
import { bootSockets, registerSockets } from './socketpair.ts';

/** Structs by the type of their blocks: reports name their fields. */
export const DESCRIPTOR_STRUCTS = [
  [M_PIPE, Pipe],
  [M_SOCKET, SocketPair],
  [M_KQUEUE, Kqueue],
  [M_KNOTE, Knote],
] as const;

/** Lays out their rows of operations, and how much they keep. */
export function bootDescriptors(kernel: Kernel, g: number, options: DescriptorOptions = {}): void {
  bootPipes(kernel, g, options);
  bootSockets(kernel, g, options);
  bootKqueues(kernel, g);
}

/** Makes their operations known to a realm. */
export function registerDescriptors(registry: Registry): void {
  registerPipes(registry);
  registerSockets(registry);
  registerKqueues(registry);
}
