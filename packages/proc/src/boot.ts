/**
 * Owns the first processes: process 0, which is the kernel's own, init (pid 1), which reaps, and the first
 * program (pid 2) in a session of its own on the console. Laid out before the machine runs, by one realm,
 * without steps, so that it is part of the boot image.
 *
 *     proc0 --children--> init --children--> first program
 *     session 0: proc0    session 1: init    session 2: first program, terminal /dev/console
 */
import { M_WAITOK, M_ZERO, mallocType, writeCstring } from '@smplab/kmem';
import {
  bootThread,
  type Context,
  enqueue,
  functionNumber,
  type Kernel,
  lockinit,
  lwkt_token_init,
  spin_init,
  TD,
  TDPRI_USER_NORM,
} from '@smplab/lwkt';
import { bootPlimit } from './cred/plimit.ts';
import { bootUcred } from './cred/ucred-life.ts';
import { CR, PL, UI } from './cred/ucred.ts';
import { uihashinit } from './cred/uidinfo.ts';
import { bootNode, bootStandardFiles } from './file/file.ts';
import { bootFiledesc } from './file/filedesc.ts';
import { NC } from './file/filedesc-layout.ts';
import { bootNchandles } from './file/nchandle.ts';
import { bootHooks, bootSubscriptions } from './hook/hook-boot.ts';
import type { Subscribers } from './hook/hook-table.ts';
import { bootReaper } from './life/reaper.ts';
import { bootStrings } from './life/strings.ts';
import { bootVmspace } from './life/vmspace.ts';
import { M_LWP, M_PGRP, M_PROC, M_SESSION } from './malloc-types.ts';
import { bootSigacts } from './signal/sigacts-life.ts';
import { pgrpinsertinit, procinsertinit, sessinsertinit } from './table/insertinit.ts';
import { L, LSRUN, Lwp, TF_ENTRY } from './table/lwp.ts';
import { PG, Pgrp, S, Session } from './table/pgrp-layout.ts';
import { COMM_BYTES, LOGIN_BYTES, P, P_SYSTEM, Proc, SACTIVE } from './table/proc.ts';
import { procinit } from './table/procinit.ts';
import { G } from './table/procglob.ts';
import { bootControllingTty, bootTtys } from './tty/tty.ts';
import { entryNumber, type Image, type ImageTable } from './user/image.ts';

/** How the first program is started. */
export interface BootOptions {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly uid: number;
  readonly gid: number;
  /** `kern.proc` walks kernel threads as the seed does. */
  readonly psMigrates: boolean;
  /** Permission bits of programs other than 0o755, set-id bits among them. */
  readonly modes: Readonly<Record<string, number>>;
  /** When the first program ends, whatever is left is killed. */
  readonly haltsWithFirst: boolean;
  /** Who is told of forks, execs and exits, from the start. */
  readonly hooks: Subscribers;
  /** Second of 1970 at which the machine is booted. */
  readonly boottime: number;
}

const T_PROC = mallocType(M_PROC, 'process structures');
const T_LWP = mallocType(M_LWP, 'lwp structures');
const T_PGRP = mallocType(M_PGRP, 'process group headers');
const T_SESSION = mallocType(M_SESSION, 'session headers');

/** Number of the function that is init's program. */
const FN_INIT = functionNumber('proc_init');

/** Lays out the process table and its first processes; `main` is the thread of the first program. */
export function bootProcesses(kernel: Kernel, main: number, images: ImageTable, options: BootOptions): void {
  const g = procinit(kernel, uihashinit);
  const boot = new Boot(kernel, g, options);
  boot.globals(images);
  const proc0 = boot.process(0, 0, 'kernel', P_SYSTEM);
  const init = boot.process(1, proc0, 'init', P_SYSTEM);
  const first = images.all[0];
  const program = boot.process(2, init, first.path.slice(first.path.lastIndexOf('/') + 1), 0);
  boot.credentials([proc0, init], program);
  boot.reaper([proc0, init, program], init);
  const thread = bootThread(kernel, 0, FN_INIT, { name: 'init', pri: TDPRI_USER_NORM });
  boot.lwp(init, thread, 0);
  boot.program(program, main, first);
  // The first program runs first.
  enqueue({ kernel, gd: kernel.gdOf(0) } as never, thread);
  const { words } = kernel;
  words[g + G.g_proc0] = proc0;
  words[g + G.g_initproc] = init;
  words[g + G.g_nprocs] = 3;
  words[g + G.g_npgrps] = 3;
  words[g + G.g_nsessions] = 3;
  words[g + G.g_nextpid] = 3;
}

/** A context of nobody, for functions that only fill in words. */
function bootContext(kernel: Kernel): Context {
  return { words: kernel.words, kernel } as unknown as Context;
}

class Boot {
  readonly #k: Context;

  constructor(
    readonly kernel: Kernel,
    readonly g: number,
    readonly options: BootOptions,
  ) {
    this.#k = bootContext(kernel);
  }

  /** What the table has besides processes. */
  globals(images: ImageTable): void {
    const { kernel, g } = this;
    const { words, limits } = kernel;
    words[g + G.g_maxproc] = limits.maxproc;
    words[g + G.g_maxprocperuid] = limits.maxprocPerUid;
    // The first program is on cpu0: its first child goes to the next.
    words[g + G.g_rover] = 1;
    words[g + G.g_ps_showallprocs] = 1;
    words[g + G.g_ps_showallthreads] = 1;
    words[g + G.g_ps_argsopen] = 1;
    words[g + G.g_ps_arg_cache_limit] = limits.argCacheLimit;
    words[g + G.g_ps_migrates] = this.options.psMigrates ? 1 : 0;
    words[g + G.g_halts_with_first] = this.options.haltsWithFirst ? 1 : 0;
    words[g + G.g_first_status] = -1;
    words[g + G.g_boottime] = this.options.boottime;
    lockinit(this.#k, g + G.g_hook_lock, 'hooks');
    bootHooks(kernel, g);
    bootSubscriptions(kernel, g, this.options.hooks);
    bootTtys(kernel, g);
    const files = images.all.map(({ path, number }) => ({
      path,
      number,
      mode: this.options.modes[path] ?? 0o755,
      uid: 0,
      gid: 0,
    }));
    bootNchandles(kernel, g, files);
  }

  /** A process with a group and session of its own, and an address space. */
  process(pid: number, parent: number, comm: string, flags: number): number {
    const { kernel } = this;
    const p = kernel.kmem.kmalloc(T_PROC, Proc.size, M_WAITOK | M_ZERO, 'boot');
    const { words } = kernel;
    words[p + P.p_pid] = pid;
    words[p + P.p_stat] = SACTIVE;
    words[p + P.p_flags] = flags;
    words[p + P.p_pptr] = parent;
    words[p + P.p_forkid] = pid;
    lwkt_token_init(this.#k, p + P.p_token, 'proc');
    spin_init(this.#k, p + P.p_spin, 'procspin');
    writeCstring(kernel.memory, p + P.p_comm, COMM_BYTES, comm);
    if (parent !== 0) insertFirst(words, parent + P.p_children, p, P.p_sibling);
    procinsertinit(kernel, p);
    this.#group(p, pid);
    words[p + P.p_vmspace] = bootVmspace(kernel);
    bootSigacts(kernel, p);
    words[p + P.p_fd] = bootFiledesc(kernel, this.g);
    return p;
  }

  #group(p: number, id: number): void {
    const { kernel } = this;
    const session = kernel.kmem.kmalloc(T_SESSION, Session.size, M_WAITOK | M_ZERO, 'boot');
    const pg = kernel.kmem.kmalloc(T_PGRP, Pgrp.size, M_WAITOK | M_ZERO, 'boot');
    const { words } = kernel;
    words[session + S.s_sid] = id;
    words[session + S.s_count] = 1;
    words[session + S.s_leader] = p;
    writeCstring(kernel.memory, session + S.s_login, LOGIN_BYTES, 'root');
    sessinsertinit(kernel, session);
    words[pg + PG.pg_id] = id;
    words[pg + PG.pg_refs] = 1;
    words[pg + PG.pg_session] = session;
    lwkt_token_init(this.#k, pg + PG.pg_token, 'pgrp');
    lockinit(this.#k, pg + PG.pg_lock, 'pgwt');
    insertFirst(words, pg + PG.pg_members, p, P.p_pglist);
    pgrpinsertinit(kernel, pg);
    words[p + P.p_pgrp] = pg;
  }

  /** Who they are, and what they may use; limits are shared. */
  credentials(system: readonly number[], program: number): void {
    const { kernel, g, options } = this;
    const { words } = kernel;
    const limit = bootPlimit(kernel, g);
    for (const p of [...system, program]) {
      const isProgram = p === program;
      const cr = isProgram ? bootUcred(kernel, g, options.uid, options.gid) : bootUcred(kernel, g);
      words[p + P.p_ucred] = cr;
      words[words[cr + CR.cr_ruidinfo] + UI.ui_proccnt]++;
      words[p + P.p_limit] = limit;
    }
    words[limit + PL.p_refcnt] = system.length + 1;
  }

  /** Whoever loses its parent goes to init. */
  reaper(all: readonly number[], init: number): void {
    const reaper = bootReaper(this.kernel, init, all.length);
    for (const p of all) this.kernel.words[p + P.p_reaper] = reaper;
  }

  /** The first program, at its entry, with its files open on the console. */
  program(p: number, thread: number, image: Image): void {
    const { kernel, options } = this;
    const strings = bootStrings(kernel, [image.path, ...options.argv], options.env);
    const { words } = kernel;
    words[p + P.p_image] = image.number;
    words[p + P.p_strings] = strings;
    const text = bootNode(kernel, this.g, image.path);
    words[text + NC.nc_refs]++;
    words[p + P.p_textnch] = text;
    this.lwp(p, thread, entryNumber('main'));
    const tp = words[this.g + G.g_console];
    bootStandardFiles(kernel, this.g, words[p + P.p_fd], '/dev/console', tp);
    bootControllingTty(kernel, tp, p, 1);
  }

  /** Its one lwp, on a thread that exists. */
  lwp(p: number, td: number, entry: number): void {
    const { kernel } = this;
    const lp = kernel.kmem.kmalloc(T_LWP, Lwp.size, M_WAITOK | M_ZERO, 'boot');
    const { words } = kernel;
    words[lp + L.lwp_proc] = p;
    words[lp + L.lwp_thread] = td;
    words[lp + L.lwp_tid] = 1;
    words[lp + L.lwp_stat] = LSRUN;
    words[lp + L.lwp_cpumask] = -1;
    words[lp + L.lwp_cpumask + 1] = -1;
    words[lp + L.lwp_trapframe + TF_ENTRY] = entry;
    lwkt_token_init(this.#k, lp + L.lwp_token, 'lwp');
    insertFirst(words, p + P.p_lwp_tree, lp, L.lwp_list);
    words[p + P.p_nthreads] = 1;
    words[p + P.p_lasttid] = 1;
    words[td + TD.td_proc] = p;
    words[td + TD.td_lwp] = lp;
    words[td + TD.td_token] = lp + L.lwp_token;
    words[td + TD.td_pri] = TDPRI_USER_NORM;
  }
}

/** LIST_INSERT_HEAD into an empty list, before there are CPUs. */
function insertFirst(words: Int32Array, head: number, element: number, entry: number): void {
  words[element + entry + 1] = head;
  words[head] = element;
}
