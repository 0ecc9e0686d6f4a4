/**
 * Owns I10: the reference count of everything that is shared, against the pointers to it. Who is inside the
 * kernel may have a reference that no pointer shows: then there are at least as many references as pointers;
 * at quiescence exactly as many. Pointers of a process that somebody is changing are not counted.
 *
 *     group      <- members              filedesc, plimit, sigacts, vmspace, pargs <- processes
 *     ucred      <- processes, files
 *     session    <- groups               uidinfo, prison <- ucreds
 *     file       <- descriptor tables    nchandle <- processes, descriptor tables, files
 *     sysreap    <- processes, reapers below
 */
import { CR, PL, PR, UI } from '../cred/ucred.ts';
import { F, FD, FDNODE_WORDS, NC } from '../file/filedesc-layout.ts';
import { R } from '../life/reaper-layout.ts';
import { AR } from '../life/pargs-layout.ts';
import { VM } from '../life/vmspace-layout.ts';
import { SA } from '../signal/sigacts.ts';
import { PG, S } from '../table/pgrp.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { SIO, T, Tty } from '../tty/tty-layout.ts';
import type { Census } from './census.ts';

/** One kind of shared object. */
class Kind {
  readonly pointers = new Map<number, number>();

  constructor(
    readonly field: string,
    /** Offset of the count. */
    readonly count: number,
    /** References that the table itself has to some of them. */
    readonly own: (object: number) => number = () => 0,
  ) {}

  /** A pointer to an object; 0 is none. */
  add(object: number): void {
    if (object !== 0) this.pointers.set(object, (this.pointers.get(object) ?? 0) + 1);
  }
}

export function checkReferences(census: Census): void {
  const { words, g } = census;
  const isPrison0 = (object: number): number => (object === words[g + G.g_prison0] ? 1 : 0);
  const kinds = {
    ucred: new Kind('cr_ref', CR.cr_ref),
    uidinfo: new Kind('ui_ref', UI.ui_ref),
    prison: new Kind('pr_ref', PR.pr_ref, isPrison0),
    plimit: new Kind('p_refcnt', PL.p_refcnt),
    sigacts: new Kind('ps_refcnt', SA.ps_refcnt),
    filedesc: new Kind('fd_refcnt', FD.fd_refcnt),
    file: new Kind('f_count', F.f_count),
    // Those the name cache finds have a reference of its own.
    nchandle: new Kind('nc_refs', NC.nc_refs, (object) => (words[object + NC.nc_list + 1] !== 0 ? 1 : 0)),
    vmspace: new Kind('vm_refcnt', VM.vm_refcnt),
    pargs: new Kind('ar_ref', AR.ar_ref),
    sysreap: new Kind('r_refs', R.r_refs),
  } as const;
  for (const p of census.procs) if (census.isSettled(p)) addProcess(census, p, kinds);
  addSigio(census, kinds.ucred);
  for (const fdp of kinds.filedesc.pointers.keys()) addFiledesc(census, fdp, kinds);
  for (const file of kinds.file.pointers.keys()) {
    if (!isObject(words, file)) continue;
    kinds.nchandle.add(words[file + F.f_nch]);
    kinds.ucred.add(words[file + F.f_cred]);
  }
  for (const cr of kinds.ucred.pointers.keys()) addUcred(census, cr, kinds);
  addReapers(census, kinds.sysreap);
  for (const [name, kind] of Object.entries(kinds)) checkKind(census, name, kind);
  checkGroups(census);
}

type Kinds = Readonly<
  Record<
    | 'ucred'
    | 'uidinfo'
    | 'prison'
    | 'plimit'
    | 'sigacts'
    | 'filedesc'
    | 'file'
    | 'nchandle'
    | 'vmspace'
    | 'pargs'
    | 'sysreap',
    Kind
  >
>;

function addProcess({ words }: Census, p: number, kinds: Kinds): void {
  kinds.ucred.add(words[p + P.p_ucred]);
  kinds.plimit.add(words[p + P.p_limit]);
  kinds.sigacts.add(words[p + P.p_sigacts]);
  kinds.filedesc.add(words[p + P.p_fd]);
  kinds.vmspace.add(words[p + P.p_vmspace]);
  kinds.pargs.add(words[p + P.p_args]);
  kinds.pargs.add(words[p + P.p_strings]);
  kinds.nchandle.add(words[p + P.p_textnch]);
  kinds.sysreap.add(words[p + P.p_reaper]);
}

/** A reaper points at the one above it. */
function addReapers({ words }: Census, sysreap: Kind): void {
  // Those that are added meanwhile have their turn as well.
  for (const reaper of sysreap.pointers.keys()) {
    if (isObject(words, reaper)) sysreap.add(words[reaper + R.r_parent]);
  }
}

/** Terminals and processes with sigio owners hold credentials. */
function addSigio(census: Census, ucred: Kind): void {
  const { words, g, procs, pgrps, links } = census;
  if (!census.isQuiescent) return;
  for (const p of procs) {
    for (const sio of links.list(p + P.p_sigiolst, SIO.sio_list, `${census.procName(p)}.p_sigiolst`, 'I10'))
      ucred.add(words[sio + SIO.sio_ucred]);
  }
  for (const pg of pgrps) {
    for (const sio of links.list(
      pg + PG.pg_sigiolst,
      SIO.sio_list,
      `${census.pgrpName(pg)}.pg_sigiolst`,
      'I10',
    ))
      ucred.add(words[sio + SIO.sio_ucred]);
  }
  const ttys = words[g + G.g_ttys];
  for (let index = 0; index < words[g + G.g_ntty]; index++) {
    const sio = words[ttys + index * Tty.size + T.t_sigio];
    if (sio !== 0 && words[sio + SIO.sio_myref] !== ttys + index * Tty.size + T.t_sigio)
      census.report.differs('I10', `tty ${index}.t_sigio`, 'an owner that points back', `word ${sio}`);
  }
}

function addUcred({ words }: Census, cr: number, kinds: Kinds): void {
  if (!isObject(words, cr)) return;
  kinds.uidinfo.add(words[cr + CR.cr_uidinfo]);
  kinds.uidinfo.add(words[cr + CR.cr_ruidinfo]);
  kinds.prison.add(words[cr + CR.cr_prison]);
}

function addFiledesc({ words }: Census, fdp: number, kinds: Kinds): void {
  if (!isObject(words, fdp)) return;
  for (const field of [FD.fd_ncdir, FD.fd_nrdir, FD.fd_njdir]) kinds.nchandle.add(words[fdp + field]);
  const files = words[fdp + FD.fd_files];
  if (!isObject(words, files)) return;
  for (let fd = 0; fd < words[fdp + FD.fd_nfiles]; fd++) kinds.file.add(words[files + fd * FDNODE_WORDS]);
}

function checkKind({ words, report, isQuiescent }: Census, name: string, kind: Kind): void {
  for (const [object, pointers] of kind.pointers) {
    const field = `${name} at word ${object}.${kind.field}`;
    if (!isObject(words, object)) {
      report.differs('I10', field, 'an object in kernel memory', `word ${object}`);
      continue;
    }
    const found = words[object + kind.count];
    const expected = pointers + kind.own(object);
    if (isQuiescent ? found !== expected : found < pointers)
      report.differs('I10', field, isQuiescent ? expected : `${pointers} or more`, found);
  }
}

/** A group has a reference for each member, a session one for each group. */
function checkGroups(census: Census): void {
  const { words, report, isQuiescent } = census;
  const groups = new Map<number, number>();
  for (const pg of census.pgrps) {
    const s = words[pg + PG.pg_session];
    groups.set(s, (groups.get(s) ?? 0) + 1);
    if (!isQuiescent && census.isHeld(pg + PG.pg_token)) continue;
    const members = census.members.get(pg)?.length ?? 0;
    const found = words[pg + PG.pg_refs];
    if (isQuiescent ? found !== members : found < members)
      report.differs(
        'I10',
        `${census.pgrpName(pg)}.pg_refs`,
        isQuiescent ? members : `${members} or more`,
        found,
      );
  }
  for (const s of census.sessions) {
    const expected = groups.get(s) ?? 0;
    const found = words[s + S.s_count];
    if (isQuiescent ? found !== expected : found < expected)
      report.differs(
        'I10',
        `${census.sessionName(s)}.s_count`,
        isQuiescent ? expected : `${expected} or more`,
        found,
      );
  }
}

function isObject(words: Int32Array, pointer: number): boolean {
  return pointer > 0 && pointer < words.length;
}
