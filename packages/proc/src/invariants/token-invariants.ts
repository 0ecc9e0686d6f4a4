/**
 * Owns I1, I2 and I4: token words against the references on the stacks of threads. What a thread that is
 * taking, dropping or switching tokens has at the moment lies between two bounds; at quiescence they meet.
 *
 *     certain <= t_count / TOK_INCR <= all references of all threads
 *     EXCLUSIVE <=> t_ref, but for the moment of a release
 */
import { readCstring } from '@smplab/kmem';
import { GD, TD, TDF_PREEMPT_LOCK, TDF_RUNNING, TDF_RUNQ, Thread, toksBase } from '@smplab/lwkt';
import {
  TOK_EXCLUSIVE,
  TOK_INCR,
  TOKREF_WORDS,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  T_COUNT,
  T_DESC,
  T_REF,
} from '@smplab/token';
import { VM } from '../life/vmspace-layout.ts';
import { L } from '../table/lwp.ts';
import { PG } from '../table/pgrp.ts';
import { P } from '../table/proc.ts';
import { G, PRG, Procglob } from '../table/procglob.ts';
import type { Census } from './census.ts';

/** References to one token. */
interface Claims {
  /** Counted references of threads that certainly have what is on their stack. */
  certain: number;
  /** All references, of whoever. */
  all: number;
}

export function checkTokens(census: Census): void {
  const claims = new Map<number, Claims>();
  for (const token of tokensOf(census)) claims.set(token, { certain: 0, all: 0 });
  for (const td of census.threads) addClaims(census, td, claims);
  for (const [token, claim] of claims) checkToken(census, token, claim);
}

function addClaims({ words, kernel }: Census, td: number, claims: Map<number, Claims>): void {
  const stop = words[td + TD.td_toks_stop];
  const current = words[kernel.gdOf(words[td + TD.td_gd]) + GD.gd_curthread];
  // In a critical section it may be switching; what it has on top it may be taking or giving back.
  const isSteady =
    current === td &&
    (words[td + TD.td_flags] & TDF_RUNNING) !== 0 &&
    words[td + TD.td_critcount] === 0 &&
    words[td + TD.td_toks_have] === 0;
  for (let ref = toksBase(td); ref < stop; ref += TOKREF_WORDS) {
    const token = words[ref + TR_TOK];
    const claim = claims.get(token) ?? { certain: 0, all: 0 };
    claims.set(token, claim);
    claim.all++;
    const isCounted = (words[ref + TR_COUNT] & TOK_EXCLUSIVE) === 0;
    if (isSteady && isCounted && ref + TOKREF_WORDS < stop && words[ref + TR_OWNER] !== 0) claim.certain++;
  }
}

function checkToken(census: Census, token: number, { certain, all }: Claims): void {
  const { words, report, isQuiescent } = census;
  const count = words[token + T_COUNT];
  const counted = Math.floor((count >>> 0) / TOK_INCR);
  const ref = words[token + T_REF];
  if (counted < certain || counted > all)
    report.differs(
      'I1',
      `${tokenNameOf(census, token)}.t_count`,
      certain === all ? `${all} counted` : `${certain} to ${all} counted`,
      counted,
    );
  if (ref === 0) {
    if (isQuiescent && (count & TOK_EXCLUSIVE) !== 0)
      report.differs('I1', `${tokenNameOf(census, token)}.t_ref`, 'the exclusive owner', 0);
    return;
  }
  if ((count & TOK_EXCLUSIVE) === 0)
    report.differs('I1', `${tokenNameOf(census, token)}.t_count`, 'EXCLUSIVE, for t_ref is set', count);
  const td = ownerOf(census, ref);
  if (td === 0 || words[ref + TR_TOK] !== token) {
    report.differs(
      'I1',
      `${tokenNameOf(census, token)}.t_ref`,
      'a reference of a thread to it',
      `word ${ref}`,
    );
    return;
  }
  checkAlone(census, token, td);
  checkOwner(census, token, td);
}

/** Made only when there is something to say. */
function tokenNameOf({ kernel }: Census, token: number): string {
  return `token ${readCstring(kernel.memory, token + T_DESC, 16) || token}`;
}

/** The thread on whose stack a reference lies. */
function ownerOf({ words, threads }: Census, ref: number): number {
  return threads.find((td) => ref >= toksBase(td) && ref < words[td + TD.td_toks_stop]) ?? 0;
}

/** I2: what is counted beside an exclusive holder are its own references. */
function checkAlone(census: Census, token: number, td: number): void {
  const { words, report } = census;
  let own = 0;
  for (let ref = toksBase(td); ref < words[td + TD.td_toks_stop]; ref += TOKREF_WORDS) {
    if (words[ref + TR_TOK] === token) own++;
  }
  const counted = Math.floor((words[token + T_COUNT] >>> 0) / TOK_INCR);
  if (counted < own) return;
  report.differs(
    'I2',
    `${tokenNameOf(census, token)}: counted beside ${threadName(census, td)}`,
    `${own - 1} at most`,
    counted,
  );
}

/** I4: who is switched out owns nothing, unless it was preempted or its CPU is taking its tokens for it. */
function checkOwner(census: Census, token: number, td: number): void {
  const { words, kernel, report } = census;
  const flags = words[td + TD.td_flags];
  if ((flags & (TDF_RUNNING | TDF_PREEMPT_LOCK)) !== 0) return;
  const current = words[kernel.gdOf(words[td + TD.td_gd]) + GD.gd_curthread];
  if ((flags & TDF_RUNQ) !== 0 && words[current + TD.td_critcount] > 0) return;
  report.differs(
    'I4',
    `${tokenNameOf(census, token)}.t_ref`,
    'no thread that is switched out',
    threadName(census, td),
  );
}

/** The name of a thread. */
export function threadName({ kernel }: Census, td: number): string {
  return `thread ${Thread.view(kernel.memory, td as never).td_comm}`;
}

/** The tokens of the table: whoever holds them or not. */
function tokensOf(census: Census): number[] {
  const { words, g, hsize, procs, pgrps } = census;
  const tokens: number[] = [];
  for (let index = 0; index < hsize; index++)
    tokens.push(words[g + G.g_procglob] + index * Procglob.size + PRG.proc_token);
  for (const p of procs) {
    tokens.push(p + P.p_token);
    for (const lp of census.lwps.get(p) ?? []) tokens.push(lp + L.lwp_token);
    const vmspace = words[p + P.p_vmspace];
    if (vmspace > 0 && vmspace < words.length && census.isSettled(p)) tokens.push(vmspace + VM.vm_token);
  }
  for (const pg of pgrps) tokens.push(pg + PG.pg_token);
  for (const name of ['tty', 'sigio', 'vm', 'vmspace', 'mp'] as const)
    tokens.push(census.kernel.globals.lookup(name));
  return tokens;
}
