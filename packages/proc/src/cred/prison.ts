/**
 * Owns jail(2) as far as this kernel has it (sys/kern/kern_jail.c, seed 002): the caller gets credentials in
 * a new prison, and so do all it forks. Runs in the thread of the caller. Guards: g_prison_spin for the list
 * and the numbers, p_token and p_spin for the credentials.
 */
import { writeCstring } from '@smplab/kmem';
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { ENAMETOOLONG } from '../errno.ts';
import { kfree, kmalloc, M_PRISON } from '../malloc-types.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { listInsertHead } from '../queue.ts';
import { P, P_JAILED } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { priv_check_cred, PRIV_JAIL_CREATE } from './privilege.ts';
import { prison_free } from './prison-count.ts';
import { crdup, proc_setcred } from './ucred-life.ts';
import { CR, PR, Prison } from './ucred.ts';

export { jailed, PRISON_CHECK, prison_free, prison_hold } from './prison-count.ts';

/** Bytes of a host name, with its NUL. */
export const HOST_BYTES = 20;

/** jail(hostname): the number of the new prison, or the negative errno. Root outside of any jail only. */
export function* sys_jail(k: Context, host: string): Steps<number> {
  const p = curproc(k);
  const pr = yield* kmalloc(k, M_PRISON, Prison.size);
  if (writeCstring(k.kernel.memory, pr + PR.pr_host, HOST_BYTES, host) >= HOST_BYTES) {
    yield* kfree(k, M_PRISON, pr);
    return -ENAMETOOLONG;
  }
  yield* k.gettoken(p + P.p_token);
  const error = priv_check_cred(k, k.get(p + P.p_ucred), PRIV_JAIL_CREATE);
  if (error !== 0) {
    yield* k.reltoken(p + P.p_token);
    yield* kfree(k, M_PRISON, pr);
    return -error;
  }
  const id = yield* publish(k, pr);
  const cr = yield* crdup(k, k.get(p + P.p_ucred));
  const left = k.words[cr + CR.cr_prison];
  k.words[cr + CR.cr_prison] = pr;
  yield* prison_free(k, left);
  yield* proc_setcred(k, p, cr);
  yield* k.or(p + P.p_flags, P_JAILED);
  yield* k.reltoken(p + P.p_token);
  return id;
}

/** Gives the prison its number and its place in the list. */
function* publish(k: Context, pr: number): Steps<number> {
  const { g } = procs(k);
  // The reference of the credentials to come.
  k.words[pr + PR.pr_ref] = 1;
  yield* spin_lock(k, g + G.g_prison_spin);
  const id = k.get(g + G.g_lastprid) + 1;
  k.set(g + G.g_lastprid, id);
  k.words[pr + PR.pr_id] = id;
  listInsertHead(k, g + G.g_prisons, pr, PR.pr_list);
  yield* spin_unlock(k, g + G.g_prison_spin);
  return id;
}
