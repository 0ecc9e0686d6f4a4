/**
 * Owns the hook lists as kernel code changes and walks them (sys/kern/kern_hook.c of NetBSD): newest first,
 * under one reader/writer lock. Who walks shares it and may sleep in a hook; who changes has it alone, and so
 * waits for hooks that run. A hook runs in the thread that forks, execs or exits.
 *
 *     walk     shared:     hook, hook, hook ...   what a hook publishes itself is walked under the same hold
 *     change   exclusive:  from inside a hook it would wait for itself, and is a panic
 *
 * With `hooks-unlocked` there is no lock, as before NetBSD's PR 39913: a hook that is taken out while another
 * CPU runs it is freed under the walk.
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, LK_SHARED, lockmgr, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_HOOK } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { listFirst, listInsertHead, listNext, listRemove } from '../queue.ts';
import { G } from '../table/procglob.ts';
import { Publication } from './hook-event.ts';
import { H, HL, Hook, HOOK_KINDS, Hooklist } from './hook-layout.ts';

/** Puts a hook at the head of a list: it is the first to be run. Gives the hook. */
export function* hook_establish(k: Context, kind: number, fn: number, cookie: number): Steps<number> {
  const list = hooklist(k, kind);
  const hook = yield* kmalloc(k, M_HOOK, Hook.size);
  const lock = yield* lockToChange(k, `${HOOK_KINDS[kind]}hook_establish`);
  const generation = (yield* k.fetchadd(list + HL.hl_generation, 1)) + 1;
  k.set(hook + H.h_fn, fn);
  k.set(hook + H.h_cookie, cookie);
  k.set(hook + H.h_generation, generation);
  listInsertHead(k, list + HL.hl_head, hook, H.h_list);
  yield* k.fetchadd(list + HL.hl_count, 1);
  if (lock !== 0) yield* lockmgr(k, lock, LK_RELEASE);
  return hook;
}

/** Takes a hook out of its list when nobody runs it, and frees it. */
export function* hook_disestablish(k: Context, kind: number, hook: number): Steps {
  const list = hooklist(k, kind);
  const lock = yield* lockToChange(k, `${HOOK_KINDS[kind]}hook_disestablish`);
  if (!isOnList(k, list, hook))
    k.panic(`${HOOK_KINDS[kind]}hook_disestablish: ${hook} is no hook of the list`);
  yield* k.fetchadd(list + HL.hl_count, -1);
  listRemove(k, hook, H.h_list);
  if (lock !== 0) yield* lockmgr(k, lock, LK_RELEASE);
  yield* kfree(k, M_HOOK, hook);
}

/**
 * Runs the hooks of a list: kernel functions with the words, subscribers with an event. `words` makes what
 * subscribers get. The caller has seen that the list is not empty.
 */
export function* hooks_run(k: Context, kind: number, args: readonly number[], words: () => object): Steps {
  const list = hooklist(k, kind);
  const { hooks, g, asSeed } = procs(k);
  const isUnlocked = asSeed['hooks-unlocked'];
  // A hook that publishes again holds the lock already; a writer that waits would keep it from a second hold.
  const takesLock = !isUnlocked && !hooks.isPublishing(k.td);
  if (takesLock) yield* lockmgr(k, g + G.g_hook_lock, LK_SHARED);
  hooks.enter(k.td);
  const generations: number[] = [];
  for (let hook = listFirst(k, list + HL.hl_head); hook !== 0; hook = listNext(k, hook, H.h_list)) {
    generations.push(k.get(hook + H.h_generation));
    yield* runHook(k, hook, args, words);
  }
  // A walk without the lock may have missed some.
  if (!isUnlocked) hooks.keepOnly(kind, generations);
  hooks.leave(k.td);
  if (takesLock) yield* lockmgr(k, g + G.g_hook_lock, LK_RELEASE);
}

function* runHook(k: Context, hook: number, args: readonly number[], words: () => object): Steps {
  const { hooks } = procs(k);
  const fn = k.get(hook + H.h_fn);
  const cookie = k.get(hook + H.h_cookie);
  const who = hooks.whoIs(fn);
  if (who === undefined) {
    yield* k.call(fn, ...args, cookie);
    return;
  }
  const publication = new Publication(who, words());
  try {
    hooks.publish(fn, k.get(hook + H.h_generation), cookie, publication);
  } catch (error) {
    k.panic((error as Error).message);
  }
  for (const code of publication.code) {
    const steps = code(k, publication.words, cookie) as Partial<Steps<unknown>> | undefined;
    if (typeof steps?.next !== 'function')
      k.misuse('scenario-misuse', `${who}: what runBefore is given must be a generator function (function*)`);
    yield* steps as Steps<unknown>;
  }
}

/** The word that counts the hooks of a list. */
export function hooksCount(k: Context, kind: number): number {
  return hooklist(k, kind) + HL.hl_count;
}

function hooklist(k: Context, kind: number): number {
  return k.words[procs(k).g + G.g_hooks] + kind * Hooklist.size;
}

/** Takes the lock exclusively; gives it, or 0 where there is none. */
function* lockToChange(k: Context, what: string): Steps<number> {
  const { hooks, g, asSeed } = procs(k);
  if (asSeed['hooks-unlocked']) return 0;
  if (hooks.isPublishing(k.td)) {
    k.panic(`${what}: ${k.nameOf(k.td)} runs in a hook, for whose end it would wait: change hooks elsewhere`);
  }
  const lock = g + G.g_hook_lock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  return lock;
}

function isOnList(k: Context, list: number, hook: number): boolean {
  for (let each = listFirst(k, list + HL.hl_head); each !== 0; each = listNext(k, each, H.h_list)) {
    if (each === hook) return true;
  }
  return false;
}
