/**
 * Owns replacing the program of a process (kern_execve, exec_new_vmspace of kern_exec.c). Until the other
 * lwps are killed everything can fail and nothing has happened; from then on nothing fails. Whoever holds the
 * process is waited for before the address space goes; who comes later sees P_INEXEC and keeps away. Run by
 * an lwp of the process, whose code is dropped in the end.
 *
 *     look up, check, texts -> killalllwps -> P_INEXEC -> wait for holds -> address space -> release vfork
 *     -> files, signals, texts, credentials -> hooks -> P_INEXEC off -> the new program, in this thread
 */
import { type Context, type Steps, wakeup } from '@smplab/lwkt';
import { E2BIG } from '../errno.ts';
import { fdcloseexec } from '../file/filedesc.ts';
import { cache_drop } from '../file/nchandle.ts';
import { FN_LWP_START } from '../functions.ts';
import { exechooks_run } from '../hook/hooks.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { ksignal } from '../signal/ksignal.ts';
import { execsigs } from '../signal/sigacts-life.ts';
import { SIGTRAP } from '../signal/signals.ts';
import { PSTALL } from '../table/hold.ts';
import { reflock_enter, reflock_exit } from '../table/reflock.ts';
import { P, P_EXEC, P_INEXEC, P_PPWAIT, P_TRACED } from '../table/proc.ts';
import { execCredentials } from './exec-credentials.ts';
import { type ExecFile, execLookup } from './exec-lookup.ts';
import { installProgram } from './exec-program.ts';
import { AFORK } from './fork-inherit.ts';
import { ppwaitRelease } from './fork-start.ts';
import { killalllwps } from './killalllwps.ts';
import { pargsDrop, stringsMake, textBytes } from './strings.ts';
import { vmspace_alloc, vmspace_empty, vmspace_rel } from './vmspace.ts';
import { VM } from './vmspace-layout.ts';

/** Bytes of arguments and environment, NULs included. */
export const ARG_MAX = 4096;

/** Runs the program of a path in the place of this one. Gives a negative errno, or nothing ever. */
export function* sys_execve(
  k: Context,
  path: string,
  argv: readonly string[],
  env: readonly string[],
): Steps<number> {
  const p = curproc(k);
  if (textBytes(argv) + textBytes(env) > ARG_MAX) return -E2BIG;
  const file = yield* execLookup(k, p, path);
  if (typeof file === 'number') return -file;
  const strings = yield* stringsMake(k, argv, env);
  const lost = yield* killalllwps(k, true);
  if (lost !== 0) {
    // Another lwp does the same, or exits: this one dies on its way back.
    yield* pargsDrop(k, strings);
    yield* cache_drop(k, file.nch);
    return -lost;
  }
  yield* k.gettoken(p + P.p_token);
  yield* replace(k, p, file, strings, path);
  yield* k.reltoken(p + P.p_token);
  return yield* k.become(k.call(FN_LWP_START));
}

/** The caller holds p_token, and is the only lwp. */
function* replace(k: Context, p: number, file: ExecFile, strings: number, path: string): Steps {
  yield* k.or(p + P.p_flags, P_INEXEC);
  if ((yield* k.loadRelaxed(p + P.p_stops)) !== 0) yield* wakeup(k, p + P.p_stype);
  // Nobody gets hold of the process through procfs from here until its credentials are the new ones.
  yield* reflock_enter(k, p);
  yield* exec_new_vmspace(k, p);
  yield* ppwaitRelease(k, p);
  yield* fdcloseexec(k, p);
  yield* execsigs(k, p);
  yield* installProgram(k, p, file.nch, strings, path);
  yield* execCredentials(k, p, file);
  yield* k.and(p + P.p_acflag, ~AFORK);
  const flags = (yield* k.or(p + P.p_flags, P_EXEC)) | P_EXEC;
  yield* exechooks_run(k, p, flags);
  yield* k.and(p + P.p_flags, ~P_INEXEC);
  yield* reflock_exit(k, p);
  if ((k.peek(p + P.p_flags) & P_TRACED) !== 0) yield* ksignal(k, p, SIGTRAP);
}

/** An empty address space, once nobody looks at the old one. */
function* exec_new_vmspace(k: Context, p: number): Steps {
  // The parent that waits in vfork holds this process.
  const allowed = (k.peek(p + P.p_flags) & P_PPWAIT) !== 0 ? 1 : 0;
  // Before 2011-11-10 nobody was waited for (P10).
  const isHistorical = procs(k).asSeed['exec-ignores-holds'];
  if (!isHistorical) yield* PSTALL(k, p, 'exec1', allowed);
  const old = k.get(p + P.p_vmspace);
  if (!isHistorical && (yield* k.load(old + VM.vm_refcnt)) === 1) {
    yield* vmspace_empty(k, old);
    return;
  }
  k.set(p + P.p_vmspace, yield* vmspace_alloc(k));
  yield* vmspace_rel(k, old);
}
