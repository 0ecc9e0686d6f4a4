/**
 * Owns who listens to execs, exits and ends of zombies for procfs: pipelines that every realm has, and that
 * are subscribed while the module is loaded (1.117) or while a mount is mounted (1.112). What is revoked is
 * revoked by the thread that execs, exits or reaps, before it goes on. RxJS is loaded with the first event.
 */
import { rxjs, type Subscribers } from '@smplab/proc';
import { procfs_revoke, procfs_revoke_zombie } from './revoke.ts';
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
  // The trees of FreeBSD have nodes of zombies, which are made after the exit.
  reap$: {
    [SUBSCRIBER]: (reap$) =>
      reap$.subscribe((event) => event.runBefore((k, { pid }) => procfs_revoke_zombie(k, pid))),
  },
};
