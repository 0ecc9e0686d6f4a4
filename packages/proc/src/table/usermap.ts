/**
 * Owns the page a process shares with the kernel (seed lines 1196-1240): made when a program asks for it,
 * freed when the process is reaped. Run by any thread that holds the process.
 */
import { type Context, NOTHING, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_UPMAP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { P, P_POSTEXIT } from './proc.ts';
import {
  SysUpmap,
  UKPTYPE_VERSION,
  UPMAP,
  UPMAP_VERSION,
  UPTYPE_FORKID,
  UPTYPE_INVFORK,
  UPTYPE_PID,
  UPTYPE_PROC_TITLE,
  UPTYPE_RUNTICKS,
} from './upmap-layout.ts';

const HEADER: readonly (readonly [number, number])[] = [
  [UKPTYPE_VERSION, UPMAP.version],
  [UPTYPE_RUNTICKS, UPMAP.runticks],
  [UPTYPE_FORKID, UPMAP.forkid],
  [UPTYPE_PID, UPMAP.pid],
  [UPTYPE_PROC_TITLE, UPMAP.proc_title],
  [UPTYPE_INVFORK, UPMAP.invfork],
];

/** Gives the process its page unless it has one; `invfork` children share it from the start. */
export function* proc_usermap(k: Context, p: number, invfork: number): Steps {
  const { pageWords } = k.kernel.limits;
  yield* k.gettoken(p + P.p_token);
  const upmap = yield* kmalloc(k, M_UPMAP, Math.ceil(SysUpmap.size / pageWords) * pageWords);
  // Before 2019-11-12 a process got one after it had given its own up at exit, and nobody freed it.
  const isOver = !procs(k).asSeed['usermap-postexit'] && (k.peek(p + P.p_flags) & P_POSTEXIT) !== 0;
  if (k.get(p + P.p_upmap) !== 0 || isOver) {
    yield* kfree(k, M_UPMAP, upmap);
  } else {
    fill(k, upmap, p, invfork);
    k.set(p + P.p_upmap, upmap);
  }
  yield* k.reltoken(p + P.p_token);
}

/** The page is private until p_upmap points at it. */
function fill(k: Context, upmap: number, p: number, invfork: number): void {
  for (const [at, [type, offset]] of HEADER.entries()) {
    k.set(upmap + UPMAP.header + at, type | ((4 * offset) << 16));
  }
  k.set(upmap + UPMAP.version, UPMAP_VERSION);
  k.set(upmap + UPMAP.pid, k.get(p + P.p_pid));
  k.set(upmap + UPMAP.forkid, k.get(p + P.p_forkid));
  k.words[upmap + UPMAP.invfork] = invfork;
}

/** Takes the page away and frees it. The process has exited: if it has none, it gets none any more. */
export function proc_userunmap(k: Context, p: number): Steps {
  return k.peek(p + P.p_upmap) === 0 ? NOTHING : unmap(k, p);
}

function* unmap(k: Context, p: number): Steps {
  yield* k.gettoken(p + P.p_token);
  const upmap = k.get(p + P.p_upmap);
  if (upmap !== 0) {
    k.set(p + P.p_upmap, 0);
    yield* kfree(k, M_UPMAP, upmap);
  }
  yield* k.reltoken(p + P.p_token);
}
