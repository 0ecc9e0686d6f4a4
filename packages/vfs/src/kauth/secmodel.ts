/**
 * Owns security models (NetBSD sys/secmodel/secmodel.c): a model is a set of listeners that come and go
 * together, so that nobody sees half of a model, and answers what others ask about its state. Runs in any
 * thread that may sleep, but not in a listener. Guard: vg_kauth_lock; vg_nsecmodels counts the models.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  type Steps,
} from '@smplab/lwkt';
import {
  EEXIST,
  ENOENT,
  kfree,
  kmalloc,
  listFirst,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_KAUTH } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { KauthListener, Secmodel, SECMODEL_LISTENERS, SM } from './kauth-layout.ts';
import { bootListener, insertListener, removeListener } from './listener.ts';
import { bootKauthBlock, bootListInsertHead } from './scope.ts';

/** What a model consists of; functions by the names under which they are registered. */
export interface SecmodelDescription {
  readonly id: string;
  /** `fn(k, what, arg)`: answers `secmodel_eval`. */
  readonly evaluate?: string;
  readonly listeners: readonly { readonly scope: number; readonly fn: string; readonly cookie?: number }[];
}

/** Starts a model: 0, or EEXIST if it runs already. */
export function* secmodel_register(k: Context, model: SecmodelDescription): Steps<number> {
  const { g } = vfs(k);
  const { listeners, evaluate } = model;
  k.assert(listeners.length <= SECMODEL_LISTENERS, `secmodel_register: ${listeners.length} listeners`);
  const sm = yield* kmalloc(k, M_KAUTH, Secmodel.size);
  const made: number[] = [];
  for (let at = 0; at < listeners.length; at++) made.push(yield* kmalloc(k, M_KAUTH, KauthListener.size));
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_EXCLUSIVE);
  const isTaken = findSecmodel(k, functionNumber(model.id)) !== 0;
  if (!isTaken) {
    k.set(sm + SM.sm_id, functionNumber(model.id));
    k.set(sm + SM.sm_eval, evaluate === undefined ? 0 : functionNumber(evaluate));
    for (const [at, { scope, fn, cookie = 0 }] of listeners.entries()) {
      const error = insertListener(k, made[at], scope, functionNumber(fn), cookie);
      k.assert(error === 0, `secmodel_register: ${model.id} listens to scope ${scope}, which there is not`);
      k.set(sm + SM.sm_listeners + at, made[at]);
    }
    listInsertHead(k, g + VG.vg_secmodels, sm, SM.sm_list);
    yield* k.fetchadd(g + VG.vg_nsecmodels, 1);
  }
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  if (!isTaken) return 0;
  for (const each of made) yield* kfree(k, M_KAUTH, each);
  yield* kfree(k, M_KAUTH, sm);
  return EEXIST;
}

/** Stops a model: 0, or ENOENT if it does not run. On return none of its listeners runs. */
export function* secmodel_deregister(k: Context, id: string): Steps<number> {
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_EXCLUSIVE);
  const sm = findSecmodel(k, functionNumber(id));
  const listeners: number[] = [];
  if (sm !== 0) {
    for (let at = 0; at < SECMODEL_LISTENERS; at++) listeners.push(k.get(sm + SM.sm_listeners + at));
    for (const each of listeners) if (each !== 0) removeListener(k, each);
    listRemove(k, sm, SM.sm_list);
    yield* k.fetchadd(g + VG.vg_nsecmodels, -1);
  }
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  if (sm === 0) return ENOENT;
  for (const each of listeners) if (each !== 0) yield* kfree(k, M_KAUTH, each);
  yield* kfree(k, M_KAUTH, sm);
  return 0;
}

/**
 * What a model answers to a question: its word, or -ENOENT without the model or an answer. For listeners,
 * which run with vg_kauth_lock held.
 */
export function* secmodel_eval(k: Context, id: string, what: number, arg: number): Steps<number> {
  const sm = findSecmodel(k, functionNumber(id));
  const evaluate = sm === 0 ? 0 : k.get(sm + SM.sm_eval);
  return evaluate === 0 ? -ENOENT : ((yield* k.call(evaluate, what, arg)) as number);
}

/** A model while the machine boots. */
export function bootSecmodel(kernel: Kernel, g: number, model: SecmodelDescription): void {
  const { words } = kernel;
  const sm = bootKauthBlock(kernel, Secmodel.size);
  words[sm + SM.sm_id] = functionNumber(model.id);
  words[sm + SM.sm_eval] = model.evaluate === undefined ? 0 : functionNumber(model.evaluate);
  for (const [at, { scope, fn, cookie = 0 }] of model.listeners.entries())
    words[sm + SM.sm_listeners + at] = bootListener(kernel, g, scope, functionNumber(fn), cookie);
  bootListInsertHead(kernel, g + VG.vg_secmodels, sm, SM.sm_list);
  words[g + VG.vg_nsecmodels]++;
}

function findSecmodel(k: Context, id: number): number {
  let sm = listFirst(k, vfs(k).g + VG.vg_secmodels);
  while (sm !== 0 && k.get(sm + SM.sm_id) !== id) sm = listNext(k, sm, SM.sm_list);
  return sm;
}
