/**
 * Owns I3: what a thread must have given back when it returns to user mode. Called by the thread itself at
 * the user boundary, when the machine is asked to check. No steps.
 */
import { type Context, GD, TD, Thread, tokenName, toksBase } from '@smplab/lwkt';
import { TOKREF_WORDS, TR_TOK } from '@smplab/token';
import { procs } from '../proc-kernel.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { Report } from './report.ts';

/** What the current thread, that of the lwp, has not given back: a line each; empty if nothing. */
export function checkSyscallBalance(k: Context, lp: number): string[] {
  const { words, td, cpu } = k;
  const report = new Report();
  const who = `process ${words[words[lp + L.lwp_proc] + P.p_pid]}/${words[lp + L.lwp_tid]}`;
  const held: string[] = [];
  for (let ref = toksBase(td); ref < words[td + TD.td_toks_stop]; ref += TOKREF_WORDS)
    held.push(tokenName(k, words[ref + TR_TOK]));
  if (held.length > 0) report.differs('I3', `${who}: tokens at the user boundary`, 'none', held.join(', '));
  const counts = [
    ['td_critcount', words[td + TD.td_critcount]],
    ['td_cscount', words[td + TD.td_cscount]],
    ['gd_spinlocks', words[cpu.gd + GD.gd_spinlocks]],
    ['gd_intr_nesting_level', words[cpu.gd + GD.gd_intr_nesting_level]],
  ] as const;
  for (const [field, count] of counts) if (count !== 0) report.differs('I3', `${who}: ${field}`, 0, count);
  if (words[lp + L.lwp_thread] !== td)
    report.differs(
      'I3',
      `${who}.lwp_thread`,
      Thread.view(k.kernel.memory, td as never).td_comm,
      words[lp + L.lwp_thread],
    );
  if (procs(k).hooks.isPublishing(td))
    report.differs('I3', `${who}: hooks`, 'none that run', 'a list is being walked');
  return report.lines;
}
