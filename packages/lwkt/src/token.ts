/**
 * Owns serializing tokens as threads use them (sys/kern/lwkt_token.c). Blocking for a token is a switch: all
 * tokens of the thread are dropped, and the scheduler takes all of them, or none, on its behalf (switch.ts).
 * Runs in the thread that takes or gives the token.
 */
import {
  TOKREF_WORDS,
  TOK_EXCLREQ,
  TOK_EXCLUSIVE,
  TR_COUNT,
  TR_TOK,
  T_COLLISIONS,
  T_COUNT,
  T_DESC,
  T_REF,
} from '@smplab/token';
import type { Context } from './context.ts';
import { crit_enter, crit_exit_noyield } from './critical.ts';
import { EV_TOKEN_CONTENTION } from './event.ts';
import type { Steps } from './registry.ts';
import { lwkt_switch } from './switch.ts';
import { TD, toksBase } from './thread.ts';
import { isMine, pushRef, reltokref, tokenName, trytokref, trytokref_spin } from './token-ref.ts';

/** Prepares the words of a token; they may lie anywhere in kernel memory. */
export function lwkt_token_init(k: Context, token: number, desc: string): void {
  const { words } = k;
  words[token + T_COUNT] = 0;
  words[token + T_REF] = 0;
  words[token + T_COLLISIONS] = 0;
  k.kernel.writeText(token + T_DESC, desc);
}

/** Takes the token exclusively, waiting as long as it takes; all tokens of the thread are lost meanwhile. */
export function* lwkt_gettoken(k: Context, token: number): Steps {
  yield* finishGettoken(k, token, pushRef(k, token, TOK_EXCLUSIVE | TOK_EXCLREQ));
}

/** The rest of `lwkt_gettoken` once the reference is on the stack: what a fused operation falls back to. */
export function* finishGettoken(k: Context, token: number, ref: number): Steps {
  checkUpgrade(k, token, ref);
  if (!(yield* trytokref_spin(k, k.td, ref))) yield* waitForRef(k, token, ref);
  k.noteToken(token, true);
}

/** Takes the token shared, waiting as long as it takes. */
export function* lwkt_gettoken_shared(k: Context, token: number): Steps {
  const ref = pushRef(k, token, TOK_EXCLREQ);
  if (!(yield* trytokref_spin(k, k.td, ref))) yield* waitForRef(k, token, ref);
  k.noteToken(token, true);
}

/** Takes the token exclusively if nobody else has it; true if it did. Never waits. */
export function* lwkt_trytoken(k: Context, token: number): Steps<boolean> {
  if (k.kernel.asSeed['trytoken-critexit']) crit_enter(k);
  const ref = pushRef(k, token, TOK_EXCLUSIVE);
  if (yield* trytokref(k, k.td, ref)) {
    if (k.kernel.asSeed['trytoken-critexit']) crit_exit_noyield(k);
    k.noteToken(token, true);
    return true;
  }
  k.words[k.td + TD.td_toks_stop] = ref;
  k.words[token + T_COLLISIONS]++;
  // The path of before 2003-10-01 returns here with its critical section entered.
  return false;
}

/** An exclusive request of a thread that holds the token shared can never be met. */
function checkUpgrade(k: Context, token: number, ref: number): void {
  const { words, td } = k;
  if (ref === toksBase(td) || isMine(words, td, token, words[token + T_COUNT])) return;
  for (let held = toksBase(td); held < ref; held += TOKREF_WORDS) {
    if (words[held + TR_TOK] !== token) continue;
    k.misuse(
      'token-misuse',
      `lwkt_gettoken: ${k.nameOf(td)} wants ${tokenName(k, token)} exclusively while it holds it shared: ` +
        'it would wait for itself for ever (s/x livelock)',
    );
  }
}

/** The attempt failed: the scheduler takes over. Returns with all tokens of the thread held. */
export function* waitForRef(k: Context, token: number, ref: number): Steps {
  const { words, td } = k;
  words[token + T_COLLISIONS]++;
  for (let word = 0; word < 4; word++) words[td + TD.td_wmesg + word] = words[token + T_DESC + word];
  words[td + TD.td_toks_have] = ref;
  k.cpu.events?.emit(EV_TOKEN_CONTENTION, td, token, words[token + T_COUNT]);
  k.noteBreak('waited for token', token);
  yield* lwkt_switch(k);
  if ((k.words[ref + TR_COUNT] & TOK_EXCLUSIVE) !== 0 && k.words[token + T_REF] !== ref) {
    k.panic(
      `lwkt_gettoken: ${tokenName(k, token)} came back with t_ref ${k.words[token + T_REF]}, not ${ref}`,
    );
  }
}

/** Gives the token back; it must be the one taken last. */
export function* lwkt_reltoken(k: Context, token: number): Steps {
  const { words, td } = k;
  const ref = words[td + TD.td_toks_stop] - TOKREF_WORDS;
  if (ref < toksBase(td)) {
    k.misuse(
      'token-misuse',
      `lwkt_reltoken: ${k.nameOf(td)} holds no token, it releases ${tokenName(k, token)}`,
    );
  }
  if (words[ref + TR_TOK] !== token) outOfOrder(k, token, ref);
  yield* reltokref(k, ref);
  k.words[td + TD.td_toks_stop] = ref;
  k.noteToken(token, false);
}

function outOfOrder(k: Context, token: number, top: number): never {
  const { words, td } = k;
  const name = tokenName(k, token);
  for (let ref = toksBase(td); ref < top; ref += TOKREF_WORDS) {
    if (words[ref + TR_TOK] !== token) continue;
    const last = tokenName(k, words[top + TR_TOK]);
    k.misuse(
      'token-misuse',
      `lwkt_reltoken: ${k.nameOf(td)} releases ${name} out of order, ${last} was taken last ` +
        '(see lwkt_token_swap)',
    );
  }
  return k.misuse('token-misuse', `lwkt_reltoken: ${k.nameOf(td)} releases ${name}, which it does not hold`);
}

/** Exchanges the two tokens taken last, so that they can be released in the other order. */
export function lwkt_token_swap(k: Context): void {
  const { words, td } = k;
  crit_enter(k);
  const top = words[td + TD.td_toks_stop] - TOKREF_WORDS;
  const below = top - TOKREF_WORDS;
  // The assertion of before 2011-11-18 asks for three tokens where two are enough.
  if (below === toksBase(td) && k.kernel.asSeed['swap-bounds']) {
    k.panic('lwkt_token_swap: assertion "ref2 > td->td_toks_base" failed');
  }
  if (below < toksBase(td)) {
    const held = (words[td + TD.td_toks_stop] - toksBase(td)) / TOKREF_WORDS;
    k.misuse('token-misuse', `lwkt_token_swap: ${k.nameOf(td)} holds ${held} tokens, two are needed`);
  }
  const one = words[top + TR_TOK];
  const other = words[below + TR_TOK];
  if (one !== other) {
    const mode = words[top + TR_COUNT];
    words[top + TR_TOK] = other;
    words[top + TR_COUNT] = words[below + TR_COUNT];
    words[below + TR_TOK] = one;
    words[below + TR_COUNT] = mode;
    if (words[one + T_REF] === top) words[one + T_REF] = below;
    if (words[other + T_REF] === below) words[other + T_REF] = top;
  }
  crit_exit_noyield(k);
}

/** Whether the current thread holds the token, in whichever mode. */
export function lwkt_token_held(k: Context, token: number): boolean {
  const { words, td } = k;
  for (let ref = toksBase(td); ref < words[td + TD.td_toks_stop]; ref += TOKREF_WORDS) {
    if (words[ref + TR_TOK] === token) return true;
  }
  return false;
}

/** Whether the current thread holds the token exclusively. */
export function lwkt_token_held_excl(k: Context, token: number): boolean {
  return isMine(k.words, k.td, token, k.words[token + T_COUNT]);
}
