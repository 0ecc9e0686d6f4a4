/**
 * Owns giving pids and entering processes into the table (seed lines 969-1099). A pid is free when no
 * process, group or session has it, and no pid of its domain was given back in the last seconds. Choosing and
 * entering happen under the token of one bucket. Run by the thread that forks.
 *
 *     base = nextpid++ + random        one bucket: base, base + hsize, base + 2 hsize ... below PID_MAX
 */
import { type Context, type Steps, tsleep } from '@smplab/lwkt';
import { listFirst, listInsertHead, listNext } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { PG, S } from './pgrp-layout.ts';
import { isTooSoon, looksTooSoon } from './pid-domain.ts';
import { P } from './proc.ts';
import { G, PRG } from './procglob.ts';
import { read_random } from './random.ts';

/** Pids below are given in order, without regard to stamps: the first processes count on theirs. */
const FIRST_RECYCLED = 100;

/** Gives the process a pid and enters it into the table: from here on others find it, as SIDL. */
export function* proc_add_allproc(k: Context, p: number): Steps {
  // kern.randompid may change at any time; whatever value is seen is one it had.
  const modulus = k.peek(procs(k).g + G.g_randompid);
  const offset = modulus === 0 ? 0 : ((yield* read_random(k)) & 0x7fffffff) % modulus;
  yield* proc_makepid(k, p, offset);
}

/** Chooses the pid, `offset` after the next one in order. */
export function* proc_makepid(k: Context, p: number, offset: number): Steps {
  const { asSeed, g } = procs(k);
  const { pidMax } = k.kernel.limits;
  const domains = k.words[g + G.g_domains];
  for (let retries = 1; ; retries++) {
    let base = ((yield* k.fetchadd(g + G.g_nextpid, 1)) + offset) | 0;
    if (base <= 0 || base >= pidMax) {
      base = cycled(base, pidMax);
      // Others may do the same at once: it is a heuristic.
      yield* k.store(g + G.g_nextpid, base);
    }
    // Every domain has been looked at: time has to pass.
    if (retries >= domains) yield* tsleep(k, g + G.g_nextpid, 0, 'makepid', 1);
    if (base >= FIRST_RECYCLED && looksTooSoon(k, base)) {
      // The counters of skips are approximate: nobody locks them.
      k.words[g + G.g_pid_domain_skips]++;
      continue;
    }
    const prg = procs(k).bucketOf(base);
    yield* k.gettoken(prg + PRG.proc_token);
    // Between that look and the token an id of the domain may have been given back (audit 8).
    if (base >= FIRST_RECYCLED && !asSeed['makepid-early-stamp'] && isTooSoon(k, base)) {
      k.words[g + G.g_pid_domain_skips]++;
      yield* k.reltoken(prg + PRG.proc_token);
      continue;
    }
    const pid = freePid(k, prg, base);
    if (pid < pidMax) return yield* enter(k, prg, p, pid);
    yield* k.reltoken(prg + PRG.proc_token);
  }
}

/** Where counting goes on after the last pid: never below 100 again. */
function cycled(base: number, pidMax: number): number {
  const rest = base % pidMax;
  if (rest < 0) return FIRST_RECYCLED;
  return rest < FIRST_RECYCLED ? rest + FIRST_RECYCLED : rest;
}

/** The first free pid of the bucket from `base` on; PID_MAX or more if there is none. Does not block. */
function freePid(k: Context, prg: number, base: number): number {
  const { asSeed, g, hsize } = procs(k);
  const { pidMax } = k.kernel.limits;
  for (let pid = base; pid < pidMax; pid += hsize) {
    if (isTaken(k, prg, pid)) {
      k.words[g + G.g_pid_inner_skips]++;
      continue;
    }
    // The seed takes any pid it comes to by a skip, though its domain is another than that of `base`.
    if (pid === base || pid < FIRST_RECYCLED || asSeed['makepid-inner-stamp'] || !isTooSoon(k, pid))
      return pid;
    k.words[g + G.g_pid_domain_skips]++;
  }
  return pidMax;
}

/** Whether a process, zombie or not, a group or a session has the id. */
function isTaken(k: Context, prg: number, id: number): boolean {
  for (let p = listFirst(k, prg + PRG.allproc); p !== 0; p = listNext(k, p, P.p_list)) {
    if (k.get(p + P.p_pid) === id) return true;
  }
  for (let pg = listFirst(k, prg + PRG.allpgrp); pg !== 0; pg = listNext(k, pg, PG.pg_list)) {
    if (k.get(pg + PG.pg_id) === id) return true;
  }
  for (let sess = listFirst(k, prg + PRG.allsess); sess !== 0; sess = listNext(k, sess, S.s_list)) {
    if (k.get(sess + S.s_sid) === id) return true;
  }
  return false;
}

/** Enters the process with the token of the bucket held, and gives the token back. */
function* enter(k: Context, prg: number, p: number, pid: number): Steps {
  if (procs(k).asSeed['pid-twice']) {
    // As before 2014: what was free under the token is taken without it.
    yield* k.reltoken(prg + PRG.proc_token);
    yield* k.gettoken(prg + PRG.proc_token);
  }
  const serial = yield* k.fetchadd(procs(k).g + G.g_procserial, 1);
  k.set(p + P.p_serial, serial);
  k.set(p + P.p_pid, pid);
  listInsertHead(k, prg + PRG.allproc, p, P.p_list);
  yield* k.reltoken(prg + PRG.proc_token);
}
