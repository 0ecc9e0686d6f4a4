/**
 * Owns `u` of programs on machines where /proc is mounted from the start. Runs in the thread of the lwp.
 */
import type { Steps } from '@smplab/lwkt';
import { mountroot, VfsUser } from '@smplab/vfs';
import { startExporter } from './export/exporter.ts';
import { mountproc } from './module/mountproc.ts';

export class ProcfsUser extends VfsUser {
  override *enter(): Steps {
    yield* mountroot(this.k);
    yield* mountproc(this.k);
    yield* startExporter(this.k);
    yield* super.enter();
  }
}
