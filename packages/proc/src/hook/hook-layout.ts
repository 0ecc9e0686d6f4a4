/**
 * Owns the layout of the hook lists: who is told of forks, execs and exits (struct hook_desc of NetBSD's
 * kern_hook.c), and of zombies that are reaped. Guard of lists and hooks: g_hook_lock, shared by those who
 * walk, exclusive for those who change; hl_count is atomic, so that a list that is empty costs one load.
 *
 *     proc_globals --g_hooks--> hooklist[fork] hooklist[exec] hooklist[exit] hooklist[reap]
 *     hooklist --hl_head--> newest hook --h_list--> ... --> oldest hook
 */
import { atomic, guardedBy, int32, listEntry, listHead, struct } from '@smplab/kmem';

/** The kinds of hooks: index of their list. */
export const HOOK_FORK = 0;
export const HOOK_EXEC = 1;
export const HOOK_EXIT = 2;
export const HOOK_REAP = 3;
export const HOOK_KINDS = ['fork', 'exec', 'exit', 'reap'] as const;

export const Hook = struct('hook', {
  h_list: guardedBy('hook_lock', listEntry('hook')),
  /** Number of a registered kernel function, or of a subscriber that every realm has by name. */
  h_fn: guardedBy('hook_lock', int32),
  h_cookie: guardedBy('hook_lock', int32),
  /** Never used twice: the streams that realms make of a hook belong to it. */
  h_generation: guardedBy('hook_lock', int32),
});

/** Word offsets. */
export const H = Hook.offsets;

export const Hooklist = struct('hooklist', {
  hl_head: guardedBy('hook_lock', listHead('hook')),
  hl_count: atomic(int32),
  /** Generation of the hook that was established last on this list. */
  hl_generation: atomic(int32),
});

/** Word offsets. */
export const HL = Hooklist.offsets;
