/**
 * Owns `u` of programs on machines with procfs: /proc is mounted before the first of them runs, unless the
 * machine was told not to, and modules are loaded and unloaded. Runs in the thread of the lwp.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { mountroot, VfsUser } from '@smplab/vfs';
import { startExporter } from './export/exporter.ts';
import { sys_modctl } from './module/modules.ts';
import { mountproc } from './module/mountproc.ts';

export class ProcfsUser extends VfsUser {
  constructor(
    k: Context,
    lp: number,
    private readonly mountsProc: boolean,
  ) {
    super(k, lp);
  }

  override *enter(): Steps {
    yield* mountroot(this.k);
    if (this.mountsProc) {
      yield* mountproc(this.k);
      yield* startExporter(this.k);
    }
    yield* super.enter();
  }

  /** Loads a module by its name: `procfs`, or `ptrace_common`, which it requires. */
  modload(name: string): Steps<number> {
    return this.call(sys_modctl, name, true);
  }

  modunload(name: string): Steps<number> {
    return this.call(sys_modctl, name, false);
  }
}
