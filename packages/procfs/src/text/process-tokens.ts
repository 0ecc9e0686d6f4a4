/**
 * Owns taking what guards a process while a text about it is put together: p_token shared, and before it
 * tty_token if it has a terminal, in the order kern.proc takes them. After the last of them is taken nothing
 * blocks until the figures are read, so that a text shows one moment. Run by the thread that reads.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';

const { P, P_CONTROLT } = kern;

/** Takes them; gives tty_token if that was needed, else 0, for `letGoOf`. */
export function* lookAt(k: Context, p: number): Steps<number> {
  for (;;) {
    // A look ahead only: it is repeated under p_token.
    const hasTty = hasTerminal(k, p);
    const tty = hasTty ? k.kernel.globals.lookup('tty') : 0;
    if (hasTty) yield* lwkt_gettoken_shared(k, tty);
    yield* lwkt_gettoken_shared(k, p + P.p_token);
    if (hasTty || !hasTerminal(k, p)) return tty;
    yield* k.reltoken(p + P.p_token);
  }
}

function hasTerminal(k: Context, p: number): boolean {
  return (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
}

/** Gives them back. */
export function* letGoOf(k: Context, p: number, tty: number): Steps {
  yield* k.reltoken(p + P.p_token);
  if (tty !== 0) yield* k.reltoken(tty);
}
