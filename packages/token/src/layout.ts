/**
 * The words of a token and of a token reference, and the bits of the token word. Owns no memory; usable on
 * any thread. Which changes of the word are allowed is stated in machine.ts alone.
 *
 *   lwkt_token    0 t_count        the token word, atomic
 *                 1 t_ref          the reference that holds the token exclusively, or NULL
 *                 2 t_collisions   failed acquisitions; counted without a lock, so some are lost
 *                 3..6 t_desc      what a thread that waits for the token says it waits for
 *
 *   lwkt_tokref   0 tr_tok         the token
 *                 1 tr_count       the mode: EXCLUSIVE when asked for exclusively, EXCLREQ when it may wait
 *                 2 tr_owner       the thread; only that thread and its CPU touch the reference
 *
 *   t_count       bit 0 EXCLUSIVE  held exclusively
 *                 bit 1 EXCLREQ    somebody waits to hold it exclusively
 *                 bits 2..30       how many counted references: shared ones, and those its exclusive holder
 *                                  took on top of the first
 */
import { atomic, cstring, int32, pointer, relaxed, struct } from '@smplab/kmem';

/** The token is held exclusively. In `tr_count`: the reference is, or asks to be, the exclusive one. */
export const TOK_EXCLUSIVE = 1;
/** Somebody waits to hold the token exclusively. In `tr_count`: the request may wait. */
export const TOK_EXCLREQ = 2;
/** One counted reference. */
export const TOK_INCR = 4;
/** The bits of the count of references. */
export const TOK_COUNTMASK = ~3;

/** Tokens a thread can want at once. */
export const LWKT_MAXTOKENS = 32;

/** The token. */
export const Token = struct('lwkt_token', {
  t_count: atomic(int32),
  t_ref: relaxed(pointer('lwkt_tokref')),
  t_collisions: relaxed(int32),
  t_desc: cstring(16),
});

/** One thread's claim to a token: an element of its stack of tokens. */
export const Tokref = struct('lwkt_tokref', {
  tr_tok: pointer('lwkt_token'),
  tr_count: int32,
  tr_owner: pointer('thread'),
});

/** Word offsets, as literals for code that is counted in nanoseconds; a test holds them to the structs. */
export const T_COUNT = 0;
export const T_REF = 1;
export const T_COLLISIONS = 2;
export const T_DESC = 3;
export const TOKEN_WORDS = 7;
export const TR_TOK = 0;
export const TR_COUNT = 1;
export const TR_OWNER = 2;
export const TOKREF_WORDS = 3;
