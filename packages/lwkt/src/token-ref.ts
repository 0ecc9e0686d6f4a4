/**
 * Owns one reference of a thread to a token (sys/kern/lwkt_token.c): the stack of references, one attempt to
 * take what a reference wants, and giving it back, by the machine compiled in @smplab/token. The stack
 * belongs to the thread and its CPU; the token word is changed by compare-and-swap.
 */
import {
  EV_MINE,
  EV_RELEASE_COUNTED,
  EV_RELEASE_EXCLUSIVE,
  EV_RELEASE_LAST_COUNTED,
  EV_TRY_EXCLUSIVE,
  EV_TRY_SHARED,
  EV_WANT_EXCLUSIVE,
  EV_WANT_SHARED,
  EV_WANT_SHARED_FAIR,
  GRANTED,
  LWKT_MAXTOKENS,
  NO_EDGE,
  REFUSED,
  TOKREF_WORDS,
  TOK_EXCLREQ,
  TOK_EXCLUSIVE,
  TOK_INCR,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  T_COUNT,
  T_DESC,
  T_REF,
  deltaOf,
  eventNameOf,
  outcomeOf,
} from '@smplab/token';
import { readCstring } from '@smplab/kmem';
import type { Context } from './context.ts';
import type { Steps } from './registry.ts';
import { TD, toksBase } from './thread.ts';

/** The name a token was given. */
export function tokenName(k: Context, token: number): string {
  const desc = readCstring(k.kernel.memory, token + T_DESC, 16);
  return desc === '' ? `token ${token}` : desc;
}

/** Puts a reference on the thread's stack; nothing of the token changes yet. */
export function pushRef(k: Context, token: number, mode: number): number {
  const { words, td } = k;
  if (token <= 0) k.misuse('token-misuse', `lwkt_gettoken: ${token} is no token`);
  const ref = words[td + TD.td_toks_stop];
  if (ref >= toksBase(td) + LWKT_MAXTOKENS * TOKREF_WORDS) {
    k.misuse('token-misuse', `lwkt_gettoken: ${k.nameOf(td)} holds ${LWKT_MAXTOKENS} tokens, no more fit`);
  }
  words[ref + TR_TOK] = token;
  words[ref + TR_COUNT] = mode;
  words[ref + TR_OWNER] = td;
  words[td + TD.td_toks_stop] = ref + TOKREF_WORDS;
  return ref;
}

/** Whether the thread holds the token exclusively: the address of the reference says who does. */
export function isMine(words: Int32Array, td: number, token: number, count: number): boolean {
  if ((count & TOK_EXCLUSIVE) === 0) return false;
  const holder = words[token + T_REF];
  return holder >= td + TD.td_toks_array && holder < words[td + TD.td_toks_stop];
}

/** The event of an attempt, without regard to who holds the token. */
function eventOf(k: Context, td: number, mode: number): number {
  if ((mode & TOK_EXCLUSIVE) !== 0) return (mode & TOK_EXCLREQ) !== 0 ? EV_WANT_EXCLUSIVE : EV_TRY_EXCLUSIVE;
  if ((mode & TOK_EXCLREQ) === 0) return EV_TRY_SHARED;
  const isOnly = k.words[td + TD.td_toks_stop] === td + TD.td_toks_array + TOKREF_WORDS;
  return isOnly && !k.kernel.asSeed['exclreq-fair'] ? EV_WANT_SHARED_FAIR : EV_WANT_SHARED;
}

/**
 * One attempt to take what a reference of a thread wants (_lwkt_trytokref). Loops only when another CPU
 * changed the word meanwhile. False when it cannot be had; `cpu.wants` then says which word to watch.
 */
export function* trytokref(k: Context, td: number, ref: number): Steps<boolean> {
  const token = k.words[ref + TR_TOK];
  if (k.kernel.asSeed['preempt-token-ref'] && inherits(k, td, ref)) return true;
  const plain = eventOf(k, td, k.words[ref + TR_COUNT]);
  for (;;) {
    const count = yield* k.tokenLoad(token);
    const { words } = k;
    const mine = isMine(words, td, token, count);
    let event = plain;
    if (mine) event = (plain === EV_WANT_SHARED_FAIR ? EV_WANT_SHARED : plain) | EV_MINE;
    const entry = k.kernel.tokens.entry(count, event);
    const outcome = outcomeOf(entry);
    if (outcome === REFUSED) {
      k.cpu.wants.push(token + T_COUNT, count);
      return false;
    }
    if (entry === NO_EDGE) return forbidden(k, token, count, event);
    const next = count + deltaOf(entry);
    if (!(yield* k.tokenChange(token, count, next, event))) continue;
    if (outcome !== GRANTED) {
      k.cpu.wants.push(token + T_COUNT, next);
      return false;
    }
    granted(k.words, token, ref, mine);
    return true;
  }
}

/**
 * Before 2010-08-30 a preempting thread was protected by what the thread below it held. Its reference then
 * stands for nothing of its own (TR_OWNER 0): nothing to give back, and nothing to take after a switch.
 */
function inherits(k: Context, td: number, ref: number): boolean {
  const { words } = k;
  const token = words[ref + TR_TOK];
  const below = words[td + TD.td_preempted];
  if (words[ref + TR_OWNER] !== 0 && (below === 0 || !isMine(words, below, token, k.peek(token + T_COUNT))))
    return false;
  words[ref + TR_OWNER] = 0;
  words[ref + TR_COUNT] &= ~TOK_EXCLUSIVE;
  return true;
}

/**
 * After a grant: the reference that holds the token exclusively is its owner; another one on top is counted.
 */
function granted(words: Int32Array, token: number, ref: number, mine: boolean): void {
  if (mine) words[ref + TR_COUNT] &= ~TOK_EXCLUSIVE;
  else if ((words[ref + TR_COUNT] & TOK_EXCLUSIVE) !== 0) words[token + T_REF] = ref;
}

/** The machine of @smplab/token knows no such change. */
export function forbidden(k: Context, token: number, count: number, event: number): never {
  return k.panic(
    `token ${tokenName(k, token)}: the machine has no edge ` +
      `${eventNameOf(event) ?? event} from t_count ${count}`,
  );
}

/** An attempt and, on a live machine, some more while it cannot be had (_lwkt_trytokref_spin). */
export function* trytokref_spin(k: Context, td: number, ref: number): Steps<boolean> {
  if (yield* trytokref(k, td, ref)) return true;
  for (let retry = k.kernel.limits.tokenSpin; retry > 0; retry--) {
    k.pause();
    if (yield* trytokref(k, td, ref)) return true;
  }
  return false;
}

/** Gives back what a reference holds (_lwkt_reltokref). */
export function* reltokref(k: Context, ref: number): Steps {
  const { words } = k;
  if (words[ref + TR_OWNER] === 0) return;
  const token = words[ref + TR_TOK];
  const isExclusive = words[token + T_REF] === ref;
  if (isExclusive) words[token + T_REF] = 0;
  const event = releaseEvent(k.peek(token + T_COUNT), isExclusive);
  const entry = k.kernel.tokens.entry(k.peek(token + T_COUNT), event);
  if (entry === NO_EDGE) forbidden(k, token, k.peek(token + T_COUNT), event);
  // What others do meanwhile (EXCLREQ, further shared references) does not change how much is given back.
  const before = yield* k.tokenRelease(token, deltaOf(entry));
  const actual = releaseEvent(before, isExclusive);
  if (k.kernel.tokens.entry(before, actual) === NO_EDGE) forbidden(k, token, before, actual);
}

/** Which edge giving a reference back is. */
export function releaseEvent(count: number, isExclusive: boolean): number {
  if (isExclusive) return EV_RELEASE_EXCLUSIVE;
  return count >= 2 * TOK_INCR ? EV_RELEASE_COUNTED : EV_RELEASE_LAST_COUNTED;
}
