/**
 * Owns the run queue of a CPU (gd_tdrunq): sorted by td_pri, first in first out among equals. A running
 * thread stays on it, so the head is who should run. Touched by the owning CPU only, in a critical section or
 * where nothing can interrupt; no steps.
 */
import { NULL, type Pointer, tailq } from '@smplab/kmem';
import type { Context } from './context.ts';
import type { Cpu } from './cpu.ts';
import { GD, RQF_AST_LWKT_RESCHED, RQF_WAKEUP } from './globaldata.ts';
import { TD, TDF_BLOCKQ, TDF_MIGRATING, TDF_RUNQ, TDF_MARKER, Thread } from './thread.ts';

/** A pointer to a thread. */
export type Td = Pointer<'thread'>;

/** gd_tdallq: all threads of a CPU; entries of scans are skipped by the iterations. */
export const tdallq = tailq(Thread, 'td_allq', { marker: { field: 'td_flags', mask: TDF_MARKER } });
export const tdrunq = tailq(Thread, 'td_threadq');

/** Head of the run queue, 0 when it is empty. */
export function runHead(k: Context): number {
  return k.words[k.cpu.gd + GD.gd_tdrunq];
}

/** The thread after this one. */
export function runNext(k: Context, td: number): number {
  return k.words[td + TD.td_threadq];
}

/** Asks the current thread to give way at its next chance. */
export function need_lwkt_resched(cpu: Cpu): void {
  cpu.kernel.words[cpu.gd + GD.gd_reqflags] |= RQF_AST_LWKT_RESCHED;
}

/** Whether it has been asked. */
export function lwkt_resched_wanted(k: Context): boolean {
  return (k.words[k.cpu.gd + GD.gd_reqflags] & RQF_AST_LWKT_RESCHED) !== 0;
}

/** Puts a thread where its priority says; nothing happens if it is queued, migrating or on another queue. */
export function enqueue(cpu: Cpu, td: number): void {
  const { words, memory } = cpu.kernel;
  const flags = words[td + TD.td_flags];
  if ((flags & (TDF_RUNQ | TDF_MIGRATING | TDF_BLOCKQ)) !== 0) return;
  words[td + TD.td_flags] = flags | TDF_RUNQ;
  const head = cpu.gd + GD.gd_tdrunq;
  const pri = words[td + TD.td_pri];
  // Mostly the queue has one priority, or the new one is the lowest: then its place needs no search.
  const last = tdrunq.last(memory, head as never);
  let at = last === NULL || words[last + TD.td_pri] >= pri ? 0 : words[head];
  while (at !== 0 && words[at + TD.td_pri] >= pri) at = words[at + TD.td_threadq];
  if (at === 0) tdrunq.insertTail(memory, head as never, td as Td);
  else tdrunq.insertBefore(memory, at as Td, td as Td);
  const asked = words[head] === td ? RQF_AST_LWKT_RESCHED | RQF_WAKEUP : RQF_WAKEUP;
  words[cpu.gd + GD.gd_reqflags] |= asked;
}

/** Takes a thread off the run queue. */
export function dequeue(cpu: Cpu, td: number): void {
  const { words, memory } = cpu.kernel;
  if ((words[td + TD.td_flags] & TDF_RUNQ) === 0) return;
  words[td + TD.td_flags] &= ~TDF_RUNQ;
  tdrunq.remove(memory, (cpu.gd + GD.gd_tdrunq) as never, td as Td);
}

/**
 * The clock ticks: the head goes behind its equals (lwkt_schedulerclock). If another runs, because the last
 * switch could not get the tokens of the head, it is to give way: nobody else would ask it to.
 */
export function lwkt_schedulerclock(cpu: Cpu): void {
  const { words, memory } = cpu.kernel;
  const head = cpu.gd + GD.gd_tdrunq;
  const td = words[head];
  if (td === 0) return;
  if (td !== words[cpu.gd + GD.gd_curthread]) {
    need_lwkt_resched(cpu);
    return;
  }
  const pri = words[td + TD.td_pri];
  let last: number = tdrunq.last(memory, head as never);
  if (words[last + TD.td_pri] !== pri) last = td;
  for (let next = words[last + TD.td_threadq]; next !== 0 && words[next + TD.td_pri] === pri;) {
    last = next;
    next = words[next + TD.td_threadq];
  }
  if (last === td) return;
  tdrunq.remove(memory, head as never, td as Td);
  tdrunq.insertAfter(memory, head as never, last as Td, td as Td);
  need_lwkt_resched(cpu);
}
