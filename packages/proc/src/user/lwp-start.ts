/**
 * Owns the body of every lwp's thread: it finds the program in the tables of this realm, by the numbers in
 * kernel memory, and runs it from the entry its trap frame names. Also what runs after exec, in the place of
 * the code that called it. Runs in the thread of the lwp.
 */
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { exit1 } from '../life/exit.ts';
import { lwp_exit } from '../life/lwp-exit.ts';
import { execStrings } from '../life/strings.ts';
import { curlwp, curproc, procs } from '../proc-kernel.ts';
import { L, TF_ARG, TF_ENTRY } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { textStart } from '../text/text-run.ts';
import { entryNumber } from './image.ts';
import { User } from './user.ts';

const MAIN_ENTRY = entryNumber('main');

/** The whole life of an lwp in user mode. */
export function* lwp_start(k: Context): Steps<number> {
  const lp = curlwp(k);
  const p = curproc(k);
  const entry = k.words[lp + L.lwp_trapframe + TF_ENTRY];
  const image = procs(k).images.find(k.peek(p + P.p_image));
  // exec does not return from its call.
  k.words[k.td + TD.td_incall] = 0;
  if (image?.text !== undefined) return yield* textStart(k, lp, image.text);
  const body = image?.entries.get(entry)?.body;
  if (body === undefined) {
    const what =
      image === undefined ? `image ${k.peek(p + P.p_image)}` : `an entry ${entry} of ${image.path}`;
    return k.panic(
      `lwp_start: cpu${k.cpu.cpuid} does not know ${what}: every CPU must load the same programs`,
    );
  }
  const user = procs(k).makeUser?.(k, lp) ?? new User(k, lp);
  // Whatever was sent to it before it first ran is delivered before its first operation.
  yield* user.enter();
  const isMain = entry === MAIN_ENTRY;
  const args = isMain ? execStrings(k, p).argv.slice(1) : [k.words[lp + L.lwp_trapframe + TF_ARG]];
  const code = body(user, ...(args as never[]));
  const result: unknown = yield* code as Steps<unknown>;
  const status = typeof result === 'number' ? result & 0xff : 0;
  if (!isMain && k.words[lp + L.lwp_tid] !== 1 && k.peek(p + P.p_nthreads) > 1) return yield* leave(k, lp);
  return yield* exit1(k, status << 8);
}

/** A further thread of the process ends by itself. */
function* leave(k: Context, lp: number): Steps<never> {
  yield* k.gettoken(k.words[lp + L.lwp_proc] + P.p_token);
  return yield* lwp_exit(k, 0, 0);
}
