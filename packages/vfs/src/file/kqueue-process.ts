/**
 * Owns EVFILT_PROC (filt_proc of DragonFly kern_event.c): a knote is the cookie of three hooks, which the
 * process table runs when any process forks, executes or ends. Hooks run in the thread that does so, and take
 * kq_spin only; taking one out waits until nobody runs it, so that the knote stays as long as its hooks.
 */
import {
  type Context,
  functionNumber,
  type Registry,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import { crfree, curcred_hold, ESRCH, kern, P, prele } from '@smplab/proc';
import { kauth_authorize_process } from '../kauth/authorize.ts';
import { KAUTH_PROCESS_KEVENT_FILTER } from '../kauth/kauth-actions.ts';
import { knote_activate } from './knote.ts';
import type { Due } from './kqueue-filter.ts';
import { EV_EOF, EV_ONESHOT, KN, KQ, NOTE_EXEC, NOTE_EXIT, NOTE_FORK } from './kqueue-layout.ts';

const FUNCTIONS = { kq_exithook, kq_forkhook, kq_exechook } as const;

/** Makes the hooks known to a realm. */
export function registerProcessKnotes(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
}

function* kq_exithook(k: Context, p: number, kn: number): Steps {
  // Written by the thread that runs this, before it comes here.
  if (isOf(k, kn, p)) yield* knote_activate(k, kn, NOTE_EXIT, k.peek(p + P.p_xstat));
}

function* kq_forkhook(k: Context, _child: number, p: number, kn: number): Steps {
  if (isOf(k, kn, p)) yield* knote_activate(k, kn, NOTE_FORK);
}

function* kq_exechook(k: Context, p: number, kn: number): Steps {
  if (isOf(k, kn, p)) yield* knote_activate(k, kn, NOTE_EXEC);
}

function isOf(k: Context, kn: number, p: number): boolean {
  return k.words[p + P.p_pid] === k.words[kn + KN.kn_ident];
}

/** Watches the process of a knote: 0 or an errno. With kq_lock. */
export function* filt_procattach(k: Context, kn: number): Steps<number> {
  yield* establish(k, kn);
  const error = yield* look(k, kn);
  if (error !== 0) yield* filt_procdetach(k, kn);
  return error;
}

function* establish(k: Context, kn: number): Steps {
  const { exithook_establish, forkhook_establish, exechook_establish } = kern;
  k.set(kn + KN.kn_hooks, yield* exithook_establish(k, functionNumber('kq_exithook'), kn));
  k.set(kn + KN.kn_hooks + 1, yield* forkhook_establish(k, functionNumber('kq_forkhook'), kn));
  k.set(kn + KN.kn_hooks + 2, yield* exechook_establish(k, functionNumber('kq_exechook'), kn));
}

/** Nothing activates the knote any more. */
export function* filt_procdetach(k: Context, kn: number): Steps {
  yield* kern.exithook_disestablish(k, k.get(kn + KN.kn_hooks));
  yield* kern.forkhook_disestablish(k, k.get(kn + KN.kn_hooks + 1));
  yield* kern.exechook_disestablish(k, k.get(kn + KN.kn_hooks + 2));
}

/** A process that ends already may not run its hooks again: what it says then counts at once. */
function* look(k: Context, kn: number): Steps<number> {
  const pid = k.words[kn + KN.kn_ident];
  const p = (yield* kern.pfind(k, pid)) || (yield* kern.zpfind(k, pid));
  if (p === 0) return ESRCH;
  const cred = yield* curcred_hold(k);
  const refused = yield* kauth_authorize_process(k, cred, KAUTH_PROCESS_KEVENT_FILTER, p);
  yield* crfree(k, cred);
  // Set together with the status, without letting the token go.
  yield* k.gettoken(p + P.p_token);
  const isOver = (k.peek(p + P.p_flags) & kern.P_POSTEXIT) !== 0;
  const status = isOver ? k.get(p + P.p_xstat) : 0;
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  if (refused !== 0) return refused;
  if (isOver) yield* knote_activate(k, kn, NOTE_EXIT, status);
  return 0;
}

/**
 * What has happened since it was asked last; `isOver` when the process has ended. Events are always cleared.
 */
export function* processEvent(k: Context, kn: number): Steps<{ due: Due | null; isOver: boolean }> {
  const spin = k.words[kn + KN.kn_kq] + KQ.kq_spin;
  yield* spin_lock(k, spin);
  const hits = k.get(kn + KN.kn_hits);
  const status = k.get(kn + KN.kn_data);
  k.set(kn + KN.kn_hits, 0);
  k.set(kn + KN.kn_active, 0);
  yield* spin_unlock(k, spin);
  const isOver = (hits & NOTE_EXIT) !== 0;
  const fflags = hits & k.get(kn + KN.kn_sfflags);
  const data = (fflags & NOTE_EXIT) === 0 ? 0 : status;
  const due = fflags === 0 ? null : { data, fflags, flags: isOver ? EV_EOF | EV_ONESHOT : 0 };
  return { due, isOver };
}
