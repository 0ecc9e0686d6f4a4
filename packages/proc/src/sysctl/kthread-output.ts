/**
 * Owns giving the record of a kernel thread to the caller of kern.proc (sysctl_out_proc_kthread, seed lines
 * 1459-1473). Runs in the thread that asks, which holds the thread it describes, or a copy of it.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { bytesOfKinfo, fill_kinfo_proc_kthread, newKinfo } from './fill-kinfo.ts';
import { SYSCTL_OUT, type SysctlReq } from './request.ts';

/** Takes a thread and the words it is described by; gives 0, or the errno that ends the walk. */
export type KthreadOutput = (td: number, at: (word: number) => number) => Steps<number>;

/** sysctl_out_proc_kthread. */
export function* sysctl_out_proc_kthread(
  k: Context,
  td: number,
  at: (word: number) => number,
  req: SysctlReq,
): Steps<number> {
  const ki = newKinfo();
  fill_kinfo_proc_kthread(td, at, ki);
  return yield* SYSCTL_OUT(k, req, bytesOfKinfo(ki));
}
