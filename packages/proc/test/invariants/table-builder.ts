/**
 * Owns a valid process table for tests, laid out by hand in a memory no machine runs on: process 0, init, a
 * shell (pid 2, session 2) with a job of two processes (pids 3 and 6, group 3; 6 is a zombie) and a daemon
 * (pid 5) in a session of its own. What is shared is shared, so that each count has its own value.
 */
import { Kmalloc, M_WAITOK, M_ZERO, mallocType, Memory, Symbols } from '@smplab/kmem';
import {
  bootThread,
  type Kernel,
  Kernel as Machine,
  limitsOf,
  EXPLORE_LIMITS,
  Registry,
  TD,
} from '@smplab/lwkt';
import { CR, PL, PR, Plimit, Prison, UI, Ucred, Uidinfo } from '../../src/cred/ucred.ts';
import { F, FD, File, Filedesc, FDNODE_WORDS, NC, Nchandle } from '../../src/file/filedesc-layout.ts';
import { checkInvariants } from '../../src/invariants/invariants.ts';
import { AR, Pargs } from '../../src/life/pargs-layout.ts';
import { R, Sysreap } from '../../src/life/reaper-layout.ts';
import { VM, Vmspace } from '../../src/life/vmspace-layout.ts';
import { SA, Sigacts } from '../../src/signal/sigacts.ts';
import { L, Lwp } from '../../src/table/lwp.ts';
import { PG, Pgrp, S, Session } from '../../src/table/pgrp.ts';
import { P, Proc, SACTIVE, SZOMB } from '../../src/table/proc.ts';
import { G, PRG, Procglob, ProcGlobals } from '../../src/table/procglob.ts';

const HSIZE = 4;
const T_TEST = mallocType('test table', 'tables of tests');
const FILES = 2;

export class TestTable {
  readonly kernel: Kernel;
  readonly g: number;
  readonly byPid = new Map<number, number>();
  readonly groups = new Map<number, number>();
  readonly sessions = new Map<number, number>();
  readonly threads = new Map<number, number>();
  readonly #kmem: Kmalloc;

  constructor(asSeed: readonly string[] = []) {
    const memory = Memory.create({ initialWords: 1 << 15, maximumWords: 1 << 17 });
    this.kernel = Machine.boot(memory, new Registry(), {
      cpus: 2,
      limits: limitsOf(EXPLORE_LIMITS, {}),
      asSeed,
    });
    this.#kmem = this.kernel.kmem;
    this.g = new Symbols(memory).reserve('proc_globals', ProcGlobals);
    this.words[this.g + G.g_hsize] = HSIZE;
    this.words[this.g + G.g_procglob] = memory.reserve(HSIZE * Procglob.size);
    this.#fill();
  }

  get words(): Int32Array {
    return this.kernel.words;
  }

  /** Address of a process. */
  p(pid: number): number {
    return this.byPid.get(pid) as number;
  }

  /** The first lwp of a process. */
  lwp(pid: number): number {
    return this.words[this.p(pid) + P.p_lwp_tree];
  }

  /** Zeroed words. */
  make(words: number): number {
    return this.#kmem.kmalloc(T_TEST, words, M_WAITOK | M_ZERO, 'test');
  }

  /** What is wrong with it. */
  complaints(quiescent = true): string[] {
    return checkInvariants(this.kernel, { quiescent });
  }

  #fill(): void {
    const { words, g } = this;
    const prison = this.make(Prison.size);
    words[prison + PR.pr_ref] = 1;
    words[g + G.g_prison0] = prison;
    const user = this.make(Uidinfo.size);
    const limit = this.make(Plimit.size);
    const reaper = this.make(Sysreap.size);
    const vmspace = this.make(Vmspace.size);
    words[vmspace + VM.vm_refcnt] = 5;
    for (const sid of [0, 1, 2, 5]) this.#session(sid);
    for (const [pgid, sid] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 2],
      [5, 5],
    ])
      this.#group(pgid, sid);
    const tree = [
      [0, 0, 0],
      [1, 0, 1],
      [2, 1, 2],
      [3, 2, 3],
      [5, 1, 5],
      [6, 2, 3],
    ];
    for (const [pid, parent, pgid] of tree) this.#process(pid, parent, pgid);
    const cr = this.#ucred(prison, user);
    const cr2 = this.#ucred(prison, user);
    const strings = this.make(Pargs.size);
    const nodes = [this.#nchandle(), this.#nchandle()];
    for (const [pid, p] of this.byPid) {
      const own = pid === 5 ? cr2 : cr;
      this.#refer(p + P.p_ucred, own, CR.cr_ref);
      words[user + UI.ui_proccnt]++;
      this.#refer(p + P.p_limit, limit, PL.p_refcnt);
      this.#refer(p + P.p_reaper, reaper, R.r_refs);
      this.#refer(p + P.p_sigacts, this.make(Sigacts.size), SA.ps_refcnt);
      if (pid !== 6) words[p + P.p_vmspace] = vmspace;
      if (pid === 3 || pid === 2) this.#refer(p + P.p_strings, strings, AR.ar_ref);
      if (pid !== 6) this.#refer(p + P.p_textnch, nodes[1], NC.nc_refs);
    }
    this.#files(nodes);
    words[this.groups.get(3)! + PG.pg_jobc] = 1;
    words[g + G.g_nprocs] = tree.length;
    words[g + G.g_npgrps] = this.groups.size;
    words[g + G.g_nsessions] = this.sessions.size;
  }

  /** The shell and its job share a table; one file is open twice. */
  #files(nodes: readonly number[]): void {
    const { words } = this;
    const fdp = this.make(Filedesc.size);
    const files = this.make(FILES * FDNODE_WORDS);
    words[fdp + FD.fd_files] = files;
    words[fdp + FD.fd_nfiles] = FILES;
    const file = this.make(File.size);
    for (let fd = 0; fd < FILES; fd++) this.#refer(files + fd * FDNODE_WORDS, file, F.f_count);
    this.#refer(file + F.f_nch, nodes[0], NC.nc_refs);
    for (const field of [FD.fd_ncdir, FD.fd_nrdir]) this.#refer(fdp + field, nodes[0], NC.nc_refs);
    for (const pid of [2, 3]) this.#refer(this.p(pid) + P.p_fd, fdp, FD.fd_refcnt);
  }

  #refer(from: number, to: number, count: number): void {
    this.words[from] = to;
    this.words[to + count]++;
  }

  #nchandle(): number {
    const nch = this.make(Nchandle.size);
    this.words[nch + NC.nc_refs] = 1;
    this.insert(this.g + G.g_nchroot, nch, NC.nc_list);
    return nch;
  }

  #ucred(prison: number, user: number): number {
    const cr = this.make(Ucred.size);
    this.#refer(cr + CR.cr_prison, prison, PR.pr_ref);
    for (const field of [CR.cr_uidinfo, CR.cr_ruidinfo]) this.#refer(cr + field, user, UI.ui_ref);
    return cr;
  }

  #session(sid: number): void {
    const s = this.make(Session.size);
    this.words[s + S.s_sid] = sid;
    this.insert(this.bucket(sid) + PRG.allsess, s, S.s_list);
    this.sessions.set(sid, s);
  }

  #group(pgid: number, sid: number): void {
    const pg = this.make(Pgrp.size);
    this.words[pg + PG.pg_id] = pgid;
    this.insert(this.bucket(pgid) + PRG.allpgrp, pg, PG.pg_list);
    this.#refer(pg + PG.pg_session, this.sessions.get(sid)!, S.s_count);
    this.groups.set(pgid, pg);
  }

  #process(pid: number, parent: number, pgid: number): void {
    const p = this.make(Proc.size);
    const { words } = this;
    const isZombie = pid === 6;
    words[p + P.p_pid] = pid;
    words[p + P.p_stat] = isZombie ? SZOMB : SACTIVE;
    this.insert(this.bucket(pid) + PRG.allproc, p, P.p_list);
    if (pid !== 0) {
      words[p + P.p_pptr] = this.p(parent);
      this.insert(this.p(parent) + P.p_children, p, P.p_sibling);
    }
    const pg = this.groups.get(pgid)!;
    this.#refer(p + P.p_pgrp, pg, PG.pg_refs);
    this.insert(pg + PG.pg_members, p, P.p_pglist);
    this.byPid.set(pid, p);
    if (pid === 0) return;
    this.#lwp(p, pid);
    words[p + P.p_nthreads] = isZombie ? 0 : 1;
    // Its last lwp has left and is not reaped.
    words[p + P.p_lock] = isZombie ? 1 : 0;
  }

  #lwp(p: number, pid: number): void {
    const lp = this.make(Lwp.size);
    const td = bootThread(this.kernel, pid % 2, 1, { name: `p${pid}` });
    const { words } = this;
    words[lp + L.lwp_proc] = p;
    words[lp + L.lwp_tid] = 1;
    words[lp + L.lwp_thread] = td;
    words[td + TD.td_lwp] = lp;
    words[td + TD.td_proc] = p;
    this.insert(p + P.p_lwp_tree, lp, L.lwp_list);
    this.threads.set(pid, td);
  }

  bucket(id: number): number {
    return this.words[this.g + G.g_procglob] + (id % HSIZE) * Procglob.size;
  }

  /** LIST_INSERT_HEAD. */
  insert(head: number, element: number, entry: number): void {
    const { words } = this;
    const next = words[head];
    words[element + entry] = next;
    words[element + entry + 1] = head;
    if (next !== 0) words[next + entry + 1] = element + entry;
    words[head] = element;
  }

  /** LIST_REMOVE. */
  remove(element: number, entry: number): void {
    const { words } = this;
    const next = words[element + entry];
    const back = words[element + entry + 1];
    words[back] = next;
    if (next !== 0) words[next + entry + 1] = back;
    words[element + entry + 1] = 0;
  }
}
