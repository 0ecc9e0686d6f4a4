/**
 * Owns who listens to execs and exits for procfs: pipelines that every realm has, and that are subscribed
 * while the module is loaded (1.117) or while a mount is mounted (1.112). What is revoked is revoked by the
 * thread that execs or exits, before it goes on. RxJS is loaded with the first event.
 */
import { rxjs, type Subscribers } from '@smplab/proc';
import { procfs_revoke } from './revoke.ts';
import { procfs_revoke_vnodes } from './revoke-vnodes.ts';

/** Names under which they are subscribed. */
export const SUBSCRIBER = 'procfs';
export const MOUNT_SUBSCRIBER = 'procfs mount';

export const PROCFS_SUBSCRIBERS: Subscribers = {
  exec$: {
    // An image without new rights keeps its readers (2.4 f).
    [SUBSCRIBER]: (exec$) =>
      exec$
        .pipe(rxjs().filter(({ isSetId }) => isSetId))
        .subscribe((event) => event.runBefore((k, { pid }) => procfs_revoke(k, pid))),
    [MOUNT_SUBSCRIBER]: (exec$, mp) =>
      exec$
        .pipe(rxjs().filter(({ isSetId }) => isSetId))
        .subscribe((event) => event.runBefore((k, { pid }) => procfs_revoke_vnodes(k, mp, pid))),
  },
  exit$: {
    [SUBSCRIBER]: (exit$) =>
      exit$.subscribe((event) => event.runBefore((k, { pid }) => procfs_revoke(k, pid))),
  },
};
