/**
 * Owns the hook lists while a machine boots: laid out empty, and filled with those who are subscribed from
 * the first process on. Run once, before there are CPUs; the lock is initialised with the other globals.
 */
import { M_WAITOK, M_ZERO, mallocType, Symbols } from '@smplab/kmem';
import type { Kernel } from '@smplab/lwkt';
import { M_HOOK } from '../malloc-types.ts';
import { G } from '../table/procglob.ts';
import {
  H,
  HL,
  Hook,
  HOOK_EXEC,
  HOOK_EXIT,
  HOOK_FORK,
  HOOK_KINDS,
  HOOK_REAP,
  Hooklist,
} from './hook-layout.ts';
import { subscriberNumber, type Subscribers } from './hook-table.ts';

const T_HOOK = mallocType(M_HOOK, 'fork, exec and exit hooks');

/** Lays out the empty lists. */
export function bootHooks(kernel: Kernel, g: number): void {
  const lists = new Symbols(kernel.memory).reserve('hooks', Hooklist, HOOK_KINDS.length);
  kernel.words[g + G.g_hooks] = lists;
}

/** Subscribes all of them, in their order and with the cookie 0: they are hooks of the boot image. */
export function bootSubscriptions(
  kernel: Kernel,
  g: number,
  { fork$ = {}, exec$ = {}, exit$ = {}, reap$ = {} }: Subscribers,
): void {
  for (const name of Object.keys(fork$)) bootHook(kernel, g, HOOK_FORK, name);
  for (const name of Object.keys(exec$)) bootHook(kernel, g, HOOK_EXEC, name);
  for (const name of Object.keys(exit$)) bootHook(kernel, g, HOOK_EXIT, name);
  for (const name of Object.keys(reap$)) bootHook(kernel, g, HOOK_REAP, name);
}

function bootHook(kernel: Kernel, g: number, kind: number, name: string): void {
  const hook = kernel.kmem.kmalloc(T_HOOK, Hook.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  const list = words[g + G.g_hooks] + kind * Hooklist.size;
  const head = list + HL.hl_head;
  const next = words[head];
  words[hook + H.h_list] = next;
  words[hook + H.h_list + 1] = head;
  if (next !== 0) words[next + H.h_list + 1] = hook + H.h_list;
  words[head] = hook;
  words[hook + H.h_fn] = subscriberNumber(kind, name);
  words[hook + H.h_generation] = ++words[list + HL.hl_generation];
  words[list + HL.hl_count]++;
}
