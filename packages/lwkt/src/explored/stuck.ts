/**
 * Owns the judgement of an explored machine in which nothing can move any more: was a wakeup lost, or do
 * threads wait for each other? A sleeper that would go on if it were woken now is the victim of a lost
 * wakeup; that is found out by waking it and letting its CPU run.
 */
import { type Execution, probe, type Strand } from '@smplab/explore';
import { readCstring } from '@smplab/kmem';
import { TOKREF_WORDS, TOK_EXCLUSIVE, TR_OWNER, TR_TOK, T_COUNT, T_REF } from '@smplab/token';
import { enqueue } from '../run-queue.ts';
import { TD, TDF_RUNNING, TDF_RUNQ, TDF_TSLEEP_DESCHEDULED, toksBase } from '../thread.ts';
import { isAsleep } from '../tsleep.ts';
import type { ExploredMachine } from './machine.ts';
import { KernelStrand } from './strand.ts';

/** Steps a woken sleeper's CPU is watched for. */
const PATIENCE = 400;

/** Records what is wrong; true, since the engine knows nothing of threads that sleep. */
export function judgeStuck(
  machine: ExploredMachine,
  execution: Execution,
  stuck: readonly Strand[],
): boolean {
  const threads = stuck.filter((strand): strand is KernelStrand => strand instanceof KernelStrand);
  const waits = threads.map((strand) => describeThread(machine, strand));
  const details = [...waits, ...machine.breaks.lines];
  for (const strand of threads) {
    const sleeps = isAsleep(machine.kernel.words, strand.td);
    if (!sleeps && !isForgotten(machine, strand)) continue;
    const wmesg = messageOf(machine, strand.td);
    if (!wouldGoOn(machine, execution, strand)) continue;
    const state = sleeps ? `sleeps on "${wmesg}" for ever` : 'is not scheduled any more';
    const cure = sleeps ? 'woken' : 'scheduled';
    execution.fail('lost-wakeup', `${strand.path} ${state}, though it would go on if it were ${cure}`, {
      strand: strand.path,
      stack: null,
      details,
      place: `sleep ${wmesg}`,
    });
    return true;
  }
  const names = threads.map((strand) => strand.path).join(', ');
  execution.fail('deadlock', `${names} ${threads.length === 1 ? 'waits' : 'wait'} for ever`, {
    strand: null,
    stack: null,
    details,
    place: threads.map((strand) => `${strand.path}:${messageOf(machine, strand.td)}`).join(),
  });
  return true;
}

/** Neither asleep nor waiting nor on the run queue: whoever was to schedule it has not done so. */
function isForgotten(machine: ExploredMachine, { td, pending }: KernelStrand): boolean {
  return pending === null && (machine.kernel.words[td + TD.td_flags] & (TDF_RUNQ | TDF_RUNNING)) === 0;
}

function messageOf(machine: ExploredMachine, td: number): string {
  return readCstring(machine.kernel.memory, td + TD.td_wmesg, 16);
}

/** Wakes the sleeper and looks whether it does anything but go back to the same sleep. */
function wouldGoOn(machine: ExploredMachine, execution: Execution, strand: KernelStrand): boolean {
  const { words } = machine.kernel;
  const { td } = strand;
  const before = messageOf(machine, td);
  return probe(execution, true, () => {
    machine.kernel.memory.currentCpu = strand.cpu.cpuid;
    words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
    enqueue(strand.cpu, td);
    let wasRunning = false;
    for (let step = 0; step < PATIENCE; step++) {
      if (strand.ended) return true;
      const isRunning = (words[td + TD.td_flags] & TDF_RUNNING) !== 0;
      wasRunning ||= isRunning;
      if (wasRunning && !isRunning && isAsleep(machine.kernel.words, strand.td))
        return messageOf(machine, td) !== before;
      const next = nextOf(execution, strand);
      if (next === null) return wasRunning && !isAsleep(machine.kernel.words, strand.td);
      execution.step(next);
      if (execution.failure !== null) return true;
    }
    return true;
  });
}

/** A strand of the sleeper's CPU that can move, else any. */
function nextOf(execution: Execution, strand: KernelStrand): Strand | null {
  const count = execution.refreshEnabled();
  if (count === 0) return null;
  const enabled = execution.enabled.slice(0, count);
  return enabled.find((each) => each.group === strand.group) ?? enabled[0];
}

/** What a thread waits for, in words. */
function describeThread(machine: ExploredMachine, strand: KernelStrand): string {
  const { words } = machine.kernel;
  const { td, path } = strand;
  const flags = words[td + TD.td_flags];
  if ((flags & TDF_TSLEEP_DESCHEDULED) !== 0) {
    const ident = words[td + TD.td_wchan] || 'none: it is on no sleep queue';
    return `${path} sleeps on "${messageOf(machine, td)}" (ident ${ident})`;
  }
  if (strand.pending !== null) return `${path} waits in ${strand.pending.describe()}`;
  const tokens = wantedTokens(machine, td);
  if (tokens.length > 0 && (flags & TDF_RUNQ) !== 0) return `${path} wants ${tokens.join(', ')}`;
  return `${path} is ${(flags & TDF_RUNQ) === 0 ? 'not scheduled' : 'runnable, but its CPU does not run it'}`;
}

function wantedTokens(machine: ExploredMachine, td: number): string[] {
  const { words } = machine.kernel;
  const wanted: string[] = [];
  for (let ref = toksBase(td); ref < words[td + TD.td_toks_stop]; ref += TOKREF_WORDS) {
    const token = words[ref + TR_TOK];
    const count = words[token + T_COUNT];
    const holder = words[token + T_REF];
    let held = count > 3 ? ' (held shared)' : '';
    if ((count & TOK_EXCLUSIVE) !== 0 && holder !== 0) {
      held = ` (held by ${machine.names.thread(words[holder + TR_OWNER])})`;
    }
    wanted.push(`token ${machine.names.token(token)}${held}`);
  }
  return wanted;
}
