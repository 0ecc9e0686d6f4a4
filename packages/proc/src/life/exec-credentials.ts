/**
 * Owns what exec does to credentials (the middle of kern_execve): a set-id program runs as its owner, unless
 * it is traced; P_SUGID says so until a program that is none; the saved ids follow. Run by the lwp that
 * execs, with p_token held.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { crSetEgid, crSetEuid, setsugid } from '../cred/prot.ts';
import { crdup, proc_setcred } from '../cred/ucred-life.ts';
import { CR } from '../cred/ucred.ts';
import { P, P_SUGID, P_TRACED } from '../table/proc.ts';
import type { ExecFile } from './exec-lookup.ts';

const S_ISUID = 0o4000;
const S_ISGID = 0o2000;

export function* execCredentials(k: Context, p: number, file: ExecFile): Steps {
  const cred = k.get(p + P.p_ucred);
  const uid = k.get(cred + CR.cr_uid);
  const gid = k.get(cred + CR.cr_gid);
  const { mode } = file;
  const isTraced = (k.peek(p + P.p_flags) & P_TRACED) !== 0;
  const newUid = (mode & S_ISUID) !== 0 && !isTraced ? file.uid : uid;
  const newGid = (mode & S_ISGID) !== 0 && !isTraced ? file.gid : gid;
  if (newUid !== uid || newGid !== gid) {
    yield* setsugid(k, p);
  } else if (uid === k.get(cred + CR.cr_ruid) && gid === k.get(cred + CR.cr_rgid)) {
    if ((k.peek(p + P.p_flags) & P_SUGID) !== 0) yield* k.and(p + P.p_flags, ~P_SUGID);
  }
  const isSaved = k.get(cred + CR.cr_svuid) === newUid && k.get(cred + CR.cr_svgid) === newGid;
  if (newUid === uid && newGid === gid && isSaved) return;
  const own = yield* crdup(k, cred);
  if (newUid !== uid) yield* crSetEuid(k, own, newUid);
  if (newGid !== gid) crSetEgid(k, own, newGid);
  k.words[own + CR.cr_svuid] = newUid;
  k.words[own + CR.cr_svgid] = newGid;
  yield* proc_setcred(k, p, own);
}
