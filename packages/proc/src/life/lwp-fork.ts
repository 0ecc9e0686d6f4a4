/**
 * Owns making an lwp with its thread (lwp_fork of kern_fork.c): both are filled in while nobody can see them;
 * the thread enters the CPU it is placed on by one message when it is started. Run by the thread that makes
 * it, with the p_token of its own process.
 */
import {
  type Context,
  EV_THREAD_CREATED,
  FN_CREATE,
  KERN,
  lwkt_init_thread,
  lwkt_send_ipiq,
  lwkt_token_init,
  M_THREAD,
  type Steps,
  TD,
  TDPRI_KERN_USER,
  TDPRI_USER_NORM,
  Thread,
} from '@smplab/lwkt';
import { FN_LWP_START } from '../functions.ts';
import { kfree, kmalloc, M_LWP } from '../malloc-types.ts';
import { L, LSRUN, Lwp, LWP_ALTSTACK, TF_ARG, TF_ENTRY, TRAPFRAME_WORDS } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { onlyCpu, placeLwp } from './placement.ts';

/** The name is copied from p_comm afterwards. */
const THREAD_OPTIONS = { pri: TDPRI_USER_NORM, name: '' } as const;
/** With a user scheduler it is that which lets it into user mode: until then it is in the kernel. */
const KERNEL_OPTIONS = { pri: TDPRI_KERN_USER, name: '' } as const;
const COMM_WORDS = 4;
/** All but the last byte of a word: what td_comm has to end with. */
const LAST_NUL = 0x00ffffff;

/**
 * A further lwp for `destproc`, which runs the entry with an argument; on no list, not started. What the lwp
 * that asks for it has in its registers, its signal mask and its CPU mask, it has too.
 */
export function* lwp_fork(
  k: Context,
  lp1: number,
  destproc: number,
  entry: number,
  arg: number,
): Steps<number> {
  const only = onlyCpu(k, lp1);
  const cpuid = only >= 0 ? only : yield* placeLwp(k, lp1);
  const lp = yield* kmalloc(k, M_LWP, Lwp.size);
  const td = yield* kmalloc(k, M_THREAD.name, Thread.size);
  const { words } = k;
  words[lp + L.lwp_proc] = destproc;
  words[lp + L.lwp_thread] = td;
  words[lp + L.lwp_stat] = LSRUN;
  // Only its own thread changes these, and that is this one.
  words[lp + L.lwp_sigmask] = words[lp1 + L.lwp_sigmask];
  words[lp + L.lwp_flags] = words[lp1 + L.lwp_flags] & LWP_ALTSTACK;
  words[lp + L.lwp_cpumask] = words[lp1 + L.lwp_cpumask];
  words[lp + L.lwp_cpumask + 1] = words[lp1 + L.lwp_cpumask + 1];
  const frame = lp + L.lwp_trapframe;
  words.copyWithin(frame, lp1 + L.lwp_trapframe, lp1 + L.lwp_trapframe + TRAPFRAME_WORDS);
  words[frame + TF_ENTRY] = entry;
  words[frame + TF_ARG] = arg;
  lwkt_token_init(k, lp + L.lwp_token, 'lwp');
  const options = k.kernel.usched === null ? THREAD_OPTIONS : KERNEL_OPTIONS;
  lwkt_init_thread(k.kernel, td, cpuid, FN_LWP_START, options);
  words[td + TD.td_proc] = destproc;
  words[td + TD.td_lwp] = lp;
  words[td + TD.td_token] = lp + L.lwp_token;
  setComm(words, td, destproc);
  return lp;
}

/** Names the thread after its process (lwkt_set_comm). */
export function setComm(words: Int32Array, td: number, p: number): void {
  for (let word = 0; word < COMM_WORDS; word++) words[td + TD.td_comm + word] = words[p + P.p_comm + word];
  words[td + TD.td_comm + COMM_WORDS - 1] &= LAST_NUL;
}

/** Enters a new lwp in the list of its process, with the next number. The caller holds that p_token. */
export function lwpInsert(k: Context, p: number, lp: number): Steps {
  const tid = k.get(p + P.p_lasttid) + 1;
  k.set(p + P.p_lasttid, tid);
  k.words[lp + L.lwp_tid] = tid;
  // In order of the numbers: it goes to the end.
  let link = p + P.p_lwp_tree;
  for (let next = k.get(link); next !== 0; next = k.get(link)) link = next + L.lwp_list;
  k.set(lp + L.lwp_list, 0);
  k.set(lp + L.lwp_list + 1, link);
  k.set(link, lp);
  return k.fetchadd(p + P.p_nthreads, 1) as unknown as Steps;
}

/** Lets the thread of a new lwp run: it enters the list and the run queue of its CPU (setrunqueue). */
export function lwpStart(k: Context, lp: number): Steps {
  const td = k.words[lp + L.lwp_thread];
  const cpuid = k.words[td + TD.td_gd];
  k.cpu.events?.emit(EV_THREAD_CREATED, td, FN_LWP_START, cpuid);
  return lwkt_send_ipiq(k, cpuid, FN_CREATE, td, 0) as unknown as Steps;
}

/** Gives an lwp back that was never started. */
export function* lwpAbandon(k: Context, lp: number): Steps {
  // Counted by lwkt_init_thread; only the host of a live machine looks at it: no step.
  Atomics.sub(k.words, k.kernel.kern + KERN.k_threads, 1);
  yield* kfree(k, M_THREAD.name, k.words[lp + L.lwp_thread]);
  yield* kfree(k, M_LWP, lp);
}
