/**
 * Owns what stands behind the numbers of functions.ts: the functions of the process table that run on other
 * CPUs, in threads of their own, or are called in circles. Registered in every realm.
 */
import type { Context, Registry, Steps } from '@smplab/lwkt';
import { registerFiles } from './file/register.ts';
import { allocvnode_gc } from './file/vnode-hooks.ts';
import { proc_init } from './init.ts';
import { exit1 } from './life/exit.ts';
import { lwp_exit } from './life/lwp-exit.ts';
import { proc_reparent } from './life/reparent.ts';
import { itimerd } from './signal/itimer.ts';
import { ksignal } from './signal/ksignal.ts';
import { lwp_signotify_remote } from './signal/notify.ts';
import { sysctl_kthread_batch_remote } from './sysctl/kthread-batch.ts';
import { proc_readword, proc_writeword } from './text/rwmem.ts';
import { tty_close, tty_ioctl, tty_open, tty_read, tty_write } from './tty/device.ts';
import { ttyintr } from './tty/interrupt.ts';
import { funsetownlst } from './tty/sigio.ts';
import { ttyunhold } from './tty/tty.ts';
import { lwp_start } from './user/lwp-start.ts';

type OwnFunction = (k: Context, a: number, b: number, c: number, d: number) => Steps<unknown>;

const FUNCTIONS: Readonly<Record<string, OwnFunction>> = {
  lwp_start,
  proc_init,
  proc_exit1: exit1,
  proc_lwp_exit: lwp_exit,
  proc_reparent,
  proc_ksignal: ksignal,
  lwp_signotify_remote,
  itimerd,
  proc_funsetownlst: funsetownlst,
  proc_ttyunhold: ttyunhold,
  proc_allocvnode_gc: allocvnode_gc,
  proc_readword,
  proc_writeword,
  sysctl_kthread_batch_remote,
  tty_open,
  tty_read,
  tty_write,
  tty_ioctl,
  tty_close,
  ttyintr,
};

/** Registers them. */
export function registerProcFunctions(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
  registerFiles(registry);
}
