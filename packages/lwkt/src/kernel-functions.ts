/**
 * Owns the list of the kernel's own registered functions: what a CPU can be asked to run by number.
 */
import type { Context } from './context.ts';
import { lwkt_holder } from './cpuhold.ts';
import { lwkt_cpusync_remote1, lwkt_cpusync_remote2 } from './cpusync.ts';
import { lwkt_init_thread_remote } from './create.ts';
import { lwkt_idle } from './idle.ts';
import { lwkt_process_ipiq } from './ipiq.ts';
import { lwkt_interrupts } from './interrupt.ts';
import { lwkt_setcpu_remote } from './migrate.ts';
import type { Registry, Steps } from './registry.ts';
import { lwkt_deschedule, lwkt_schedule_remote } from './schedule.ts';
import { lwkt_softclock } from './softclock.ts';
import { lwkt_wakeup_remote, wakeup } from './wakeup.ts';

type OwnFunction = (k: Context, arg1: number, arg2: number) => Steps<unknown>;

const FUNCTIONS: Readonly<Record<string, OwnFunction>> = {
  lwkt_process_ipiq,
  lwkt_interrupts,
  lwkt_schedule_remote,
  lwkt_deschedule_remote: lwkt_deschedule,
  lwkt_init_thread_remote,
  lwkt_setcpu_remote,
  lwkt_wakeup_remote,
  lwkt_wakeup: wakeup,
  lwkt_softclock,
  lwkt_cpusync_remote1,
  lwkt_cpusync_remote2,
  lwkt_holder,
  lwkt_idle,
};

/** Registers them. */
export function registerKernelFunctions(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
}
