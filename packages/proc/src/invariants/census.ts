/**
 * Owns what there is in a process table at one moment, read from kernel memory alone: processes, lwps,
 * groups, sessions, and the threads of all CPUs. What the census finds wrong with the lists is in its report.
 * Run between two steps of an explored machine, or on a live one that has stopped.
 */
import { Symbols } from '@smplab/kmem';
import { GD, type Kernel, TD, TDF_MARKER } from '@smplab/lwkt';
import { TOK_EXCLUSIVE, T_COUNT } from '@smplab/token';
import { ProcKernel } from '../proc-kernel.ts';
import { L } from '../table/lwp.ts';
import { PG, S } from '../table/pgrp.ts';
import { P, SIDL } from '../table/proc.ts';
import { G, PRG, Procglob } from '../table/procglob.ts';
import { Links } from './links.ts';
import { Report } from './report.ts';

export class Census {
  readonly words: Int32Array;
  readonly report = new Report();
  readonly links: Links;
  /** Base of `proc_globals`. */
  readonly g: number;
  readonly hsize: number;
  /** In the order of their buckets. */
  readonly procs: number[] = [];
  readonly pgrps: number[] = [];
  readonly sessions: number[] = [];
  /** Lwps of each process. */
  readonly lwps = new Map<number, readonly number[]>();
  readonly members = new Map<number, readonly number[]>();
  readonly children = new Map<number, readonly number[]>();
  /** All that a CPU knows of: its list, its run queue, and what runs there. */
  readonly threads: readonly number[];
  /** Bucket in which each element of the table was found. */
  readonly bucketOf = new Map<number, number>();

  constructor(
    readonly kernel: Kernel,
    /** No thread is inside the kernel: whatever changes in several steps has changed. */
    readonly isQuiescent: boolean,
  ) {
    this.words = kernel.words;
    this.links = new Links(this.words, this.report);
    // The realm of a dump has no process table of its own.
    const { proc } = kernel;
    this.g = proc instanceof ProcKernel ? proc.g : new Symbols(kernel.memory).find('proc_globals').pointer;
    this.hsize = this.words[this.g + G.g_hsize];
    this.threads = this.#threads();
    for (let index = 0; index < this.hsize; index++) this.#bucket(index);
    for (const p of this.procs) this.#process(p);
    for (const pg of this.pgrps) {
      this.members.set(
        pg,
        this.links.list(pg + PG.pg_members, P.p_pglist, `${this.pgrpName(pg)}.pg_members`),
      );
    }
  }

  /** Whether somebody holds a token exclusively: what it guards may be half changed. */
  isHeld(token: number): boolean {
    return (this.words[token + T_COUNT] & TOK_EXCLUSIVE) !== 0;
  }

  /** Whether what a process says of itself can be believed now. */
  isSettled(p: number): boolean {
    if (this.isQuiescent) return true;
    return this.words[p + P.p_stat] !== SIDL && !this.isHeld(p + P.p_token);
  }

  /** Whether a word is one of the processes of the table. */
  isProc(p: number): boolean {
    return this.lwps.has(p);
  }

  procName(p: number): string {
    if (p === 0) return 'no process';
    return this.isProc(p) || this.procs.includes(p)
      ? `process ${this.words[p + P.p_pid]}`
      : `word ${p}, which is no process`;
  }

  lwpName(lp: number): string {
    return `process ${this.words[this.words[lp + L.lwp_proc] + P.p_pid]}/${this.words[lp + L.lwp_tid]}`;
  }

  pgrpName(pg: number): string {
    if (pg === 0) return 'no group';
    return this.pgrps.includes(pg) ? `group ${this.words[pg + PG.pg_id]}` : `word ${pg}, which is no group`;
  }

  sessionName(s: number): string {
    if (s === 0) return 'no session';
    return this.sessions.includes(s)
      ? `session ${this.words[s + S.s_sid]}`
      : `word ${s}, which is no session`;
  }

  #bucket(index: number): void {
    const { words, links } = this;
    const bucket = words[this.g + G.g_procglob] + index * Procglob.size;
    const of = (elements: readonly number[], all: number[]): void => {
      for (const each of elements) this.bucketOf.set(each, index);
      all.push(...elements);
    };
    of(links.list(bucket + PRG.allproc, P.p_list, `bucket ${index}.allproc`), this.procs);
    of(links.list(bucket + PRG.allpgrp, PG.pg_list, `bucket ${index}.allpgrp`), this.pgrps);
    of(links.list(bucket + PRG.allsess, S.s_list, `bucket ${index}.allsess`), this.sessions);
  }

  #process(p: number): void {
    const name = `process ${this.words[p + P.p_pid]}`;
    this.lwps.set(p, this.links.list(p + P.p_lwp_tree, L.lwp_list, `${name}.p_lwp_tree`));
    this.children.set(p, this.links.list(p + P.p_children, P.p_sibling, `${name}.p_children`));
  }

  #threads(): number[] {
    const { kernel, words, links } = this;
    const threads = new Set<number>();
    for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
      const gd = kernel.gdOf(cpuid);
      for (const td of links.tailq(gd + GD.gd_tdallq, TD.td_allq)) threads.add(td);
      for (const td of links.tailq(gd + GD.gd_tdrunq, TD.td_threadq)) threads.add(td);
      const current = words[gd + GD.gd_curthread];
      if (current !== 0) threads.add(current);
    }
    return [...threads].filter((td) => (words[td + TD.td_flags] & TDF_MARKER) === 0);
  }
}
