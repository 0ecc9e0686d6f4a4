/**
 * Owns giving the records of one process to the caller of kern.proc (sysctl_out_proc, seed lines 1423-1457).
 * Runs in the thread that asks, which holds the process. p_token is held shared, and before it tty_token for
 * a process with a terminal: after the last of them is taken nothing blocks until the record is filled in, so
 * that it shows one moment. Each record given may cost all tokens for a while; the hold on the process and on
 * the lwp keep the place in the list.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { listFirst, listNext } from '../queue.ts';
import { lwphold, lwprele } from '../table/hold.ts';
import { L } from '../table/lwp.ts';
import { P, P_CONTROLT } from '../table/proc.ts';
import { bytesOfKinfo, fill_kinfo_lwp, fill_kinfo_proc, type Kinfo, newKinfo } from './fill-kinfo.ts';
import { KERN_PROC_FLAG_LWP } from './kern-proc-kinds.ts';
import { SYSCTL_OUT, type SysctlReq } from './request.ts';

/** Decides, under the tokens of the record, whether the process is one that was asked for. */
export type IsWanted = (k: Context, p: number) => boolean;

/** sysctl_out_proc: one record, or one for each lwp; a process without lwps still has one. */
export function* sysctl_out_proc(
  k: Context,
  p: number,
  req: SysctlReq,
  flags: number,
  isWanted: IsWanted | null = null,
): Steps<number> {
  const ki = newKinfo();
  const tty = yield* takeTokens(k, p);
  let hadOutput = false;
  let error = 0;
  const wanted = isWanted === null || isWanted(k, p);
  if (wanted) {
    fill_kinfo_proc(k, p, ki);
    for (let lp = listFirst(k, p + P.p_lwp_tree); lp !== 0; lp = listNext(k, lp, L.lwp_list)) {
      hadOutput = true;
      error = yield* outLwp(k, lp, ki, req);
      if (error !== 0 || (flags & KERN_PROC_FLAG_LWP) === 0) break;
    }
  }
  yield* k.reltoken(p + P.p_token);
  if (tty !== 0) yield* k.reltoken(tty);
  return wanted && !hadOutput ? yield* SYSCTL_OUT(k, req, bytesOfKinfo(ki)) : error;
}

function* outLwp(k: Context, lp: number, ki: Kinfo, req: SysctlReq): Steps<number> {
  yield* lwphold(k, lp);
  fill_kinfo_lwp(k, lp, ki);
  const error = yield* SYSCTL_OUT(k, req, bytesOfKinfo(ki));
  yield* lwprele(k, lp);
  return error;
}

/** Takes what guards the record; gives tty_token if that was needed, else 0. */
function* takeTokens(k: Context, p: number): Steps<number> {
  const tty = k.kernel.globals.lookup('tty');
  const needsTty = (): boolean =>
    !procs(k).asSeed['kern-proc-deref'] && (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
  for (;;) {
    // A look ahead only: it is repeated under p_token.
    const hasTty = needsTty();
    if (hasTty) yield* lwkt_gettoken_shared(k, tty);
    yield* lwkt_gettoken_shared(k, p + P.p_token);
    if (hasTty || !needsTty()) return hasTty ? tty : 0;
    yield* k.reltoken(p + P.p_token);
  }
}
