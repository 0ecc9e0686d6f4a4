/**
 * Owns who gets SIGIO (sys/kern/kern_descrip.c, fsetown and pgsigio): an owner is a process or a group, and
 * hangs on its list, so that it goes when the process exits or the group is gone. A word points to the owner,
 * that of a terminal or of any other file. Everything is under sigio_token, the words that point to owners
 * and the lists of processes and groups too. Owners hold neither their process nor their group.
 *
 *     tty.t_sigio <--sio_myref-- sigio --sio_proc--> proc --p_sigiolst--> sigio ...
 *                 ------------->       --sio_pgrp--> pgrp --pg_sigiolst--> sigio ...
 */
import type { Context, Steps } from '@smplab/lwkt';
import { crfree, curcred_hold, proc_ucred_drop, proc_ucred_hold } from '../cred/ucred-life.ts';
import { CR } from '../cred/ucred.ts';
import { EPERM, ESRCH } from '../errno.ts';
import { kfree, kmalloc, M_SIGIO } from '../malloc-types.ts';
import { curproc } from '../proc-kernel.ts';
import { listFirst, listInsertHead, listNext, listRemove } from '../queue.ts';
import { ksignal } from '../signal/ksignal.ts';
import { pfind } from '../table/find.ts';
import { phold, prele } from '../table/hold.ts';
import { pgfind, pgrel, pgtryref } from '../table/pgrp.ts';
import { PG } from '../table/pgrp-layout.ts';
import { P, P_CONTROLT, P_POSTEXIT } from '../table/proc.ts';
import { sessionOf } from '../table/session.ts';
import { SIO, Sigio } from './tty-layout.ts';

/** Makes a process (pid) or a group (-pgid) the owner behind a word; 0 for nobody. Gives an errno. */
export function* fsetown(k: Context, pgid: number, word: number): Steps<number> {
  if (pgid === 0) {
    yield* funsetown(k, word);
    return 0;
  }
  return pgid > 0 ? yield* ownByProcess(k, pgid, word) : yield* ownByGroup(k, pgid, word);
}

/** The owner behind a word, as fsetown takes it; 0 if there is none. */
export function* fgetown(k: Context, word: number): Steps<number> {
  yield* k.gettoken(sigioToken(k));
  const sio = k.get(word);
  const pgid = sio === 0 ? 0 : k.get(sio + SIO.sio_pgid);
  yield* k.reltoken(sigioToken(k));
  return pgid;
}

/** Nobody owns what is behind the word any more. */
export function* funsetown(k: Context, word: number): Steps {
  yield* k.gettoken(sigioToken(k));
  const sio = k.get(word);
  if (sio !== 0) unlink(k, sio);
  yield* k.reltoken(sigioToken(k));
  if (sio !== 0) yield* release(k, sio);
}

/** Nothing has its owner on this list any more: the process exits, or the group goes. */
export function* funsetownlst(k: Context, head: number): Steps {
  for (;;) {
    yield* k.gettoken(sigioToken(k));
    const sio = listFirst(k, head);
    if (sio !== 0) unlink(k, sio);
    yield* k.reltoken(sigioToken(k));
    if (sio === 0) return;
    yield* release(k, sio);
  }
}

/** Sends a signal to the owner behind a word; with `checkctty` only to those with a controlling terminal. */
export function* pgsigio(k: Context, word: number, sig: number, checkctty: number): Steps {
  yield* k.gettoken(sigioToken(k));
  const sio = k.get(word);
  if (sio === 0) {
    yield* k.reltoken(sigioToken(k));
    return;
  }
  const cr = k.get(sio + SIO.sio_ucred);
  const sender: Sender = { uid: k.get(cr + CR.cr_uid), ruid: k.get(cr + CR.cr_ruid) };
  const targets = yield* targetsOf(k, sio);
  yield* k.reltoken(sigioToken(k));
  // Signals may block: what happens to the owner from here on is seen by the next one.
  for (const p of targets) {
    const isWanted = checkctty === 0 || (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
    if (isWanted && (yield* canSigio(k, sender, p))) yield* ksignal(k, p, sig);
    yield* prele(k, p);
  }
}

interface Sender {
  readonly uid: number;
  readonly ruid: number;
}

function sigioToken(k: Context): number {
  return k.kernel.globals.lookup('sigio');
}

function* ownByProcess(k: Context, pid: number, word: number): Steps<number> {
  const p = yield* pfind(k, pid);
  if (p === 0) return ESRCH;
  const sio = yield* newSigio(k, pid);
  const mine = yield* currentSession(k);
  yield* k.gettoken(sigioToken(k));
  yield* k.gettoken(p + P.p_token);
  let error = 0;
  // A process that exits has emptied its list, or will: it sets P_POSTEXIT first.
  if ((k.peek(p + P.p_flags) & P_POSTEXIT) !== 0) error = ESRCH;
  else if (sessionOf(k, p) !== mine) error = EPERM;
  let old = 0;
  if (error === 0) {
    k.set(sio + SIO.sio_proc, p);
    listInsertHead(k, p + P.p_sigiolst, sio, SIO.sio_list);
    old = install(k, sio, word);
  }
  yield* k.reltoken(p + P.p_token);
  yield* k.reltoken(sigioToken(k));
  yield* prele(k, p);
  yield* releaseAll(k, error === 0 ? old : sio);
  return error;
}

function* ownByGroup(k: Context, pgid: number, word: number): Steps<number> {
  const pg = yield* pgfind(k, -pgid);
  if (pg === 0) return ESRCH;
  if (k.get(pg + PG.pg_session) !== (yield* currentSession(k))) {
    yield* pgrel(k, pg);
    return EPERM;
  }
  const sio = yield* newSigio(k, pgid);
  yield* k.gettoken(sigioToken(k));
  k.set(sio + SIO.sio_pgrp, pg);
  listInsertHead(k, pg + PG.pg_sigiolst, sio, SIO.sio_list);
  const old = install(k, sio, word);
  yield* k.reltoken(sigioToken(k));
  yield* pgrel(k, pg);
  yield* releaseAll(k, old);
  return 0;
}

function* currentSession(k: Context): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const session = sessionOf(k, p);
  yield* k.reltoken(p + P.p_token);
  return session;
}

function* newSigio(k: Context, pgid: number): Steps<number> {
  const sio = yield* kmalloc(k, M_SIGIO, Sigio.size);
  k.words[sio + SIO.sio_pgid] = pgid;
  const cr = yield* curcred_hold(k);
  k.words[sio + SIO.sio_ucred] = cr;
  return sio;
}

/** Puts an owner behind a word; gives the one that was there, unlinked. Under sigio_token. */
function install(k: Context, sio: number, word: number): number {
  const old = k.get(word);
  if (old !== 0) unlink(k, old);
  k.set(sio + SIO.sio_myref, word);
  k.set(word, sio);
  return old;
}

/** Takes an owner off its list and from behind its word. Under sigio_token. */
function unlink(k: Context, sio: number): void {
  listRemove(k, sio, SIO.sio_list);
  k.set(k.get(sio + SIO.sio_myref), 0);
}

function* releaseAll(k: Context, sio: number): Steps {
  if (sio !== 0) yield* release(k, sio);
}

/** Frees an owner that is linked nowhere. */
function* release(k: Context, sio: number): Steps {
  const cr = k.get(sio + SIO.sio_ucred);
  yield* kfree(k, M_SIGIO, sio);
  yield* crfree(k, cr);
}

/** The processes of an owner, each held. Under sigio_token. */
function* targetsOf(k: Context, sio: number): Steps<readonly number[]> {
  const pg = k.get(sio + SIO.sio_pgrp);
  if (pg === 0) {
    const p = k.get(sio + SIO.sio_proc);
    // It cannot leave the list, which its exit does first, before sigio_token is left.
    yield* phold(k, p);
    return [p];
  }
  const targets: number[] = [];
  // The owner may be replaced, and the group go, while this waits for the token of the group.
  if (!(yield* pgtryref(k, pg))) return targets;
  yield* k.gettoken(pg + PG.pg_token);
  for (let p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) {
    yield* phold(k, p);
    targets.push(p);
  }
  yield* k.reltoken(pg + PG.pg_token);
  yield* pgrel(k, pg);
  return targets;
}

/** CANSIGIO: root, or a user in common. */
function* canSigio(k: Context, sender: Sender, p: number): Steps<boolean> {
  const cr = yield* proc_ucred_hold(k, p);
  if (cr === 0) return false;
  const owners = [k.get(cr + CR.cr_ruid), k.get(cr + CR.cr_uid)];
  yield* proc_ucred_drop(k, cr);
  return sender.uid === 0 || owners.includes(sender.ruid) || owners.includes(sender.uid);
}
