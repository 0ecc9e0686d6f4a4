/**
 * Owns the process table as a subsystem of a machine: what a driver calls to lay it out, to attach a realm to
 * it, and to judge it. One object for each realm, made by the scenario.
 */
import type { Kernel, Subsystem } from '@smplab/lwkt';
import { type BootOptions, bootProcesses } from './boot.ts';
import { PROC_FIX_SWITCHES } from './history.ts';
import { HookTable } from './hook/hook-table.ts';
import { checkInvariants } from './invariants/invariants.ts';
import { Plimit, Prison, Ucred, Uidinfo } from './cred/ucred.ts';
import { File, Filedesc, Nchandle } from './file/filedesc-layout.ts';
import { Pargs } from './life/pargs-layout.ts';
import { Vmspace } from './life/vmspace-layout.ts';
import {
  M_CRED,
  M_FILE,
  M_FILEDESC,
  M_LWP,
  M_NCHANDLE,
  M_PARGS,
  M_PGRP,
  M_PLIMIT,
  M_PRISON,
  M_PROC,
  M_SESSION,
  M_SIGACTS,
  M_SIGIO,
  M_UIDINFO,
  M_VMSPACE,
} from './malloc-types.ts';
import { ProcKernel } from './proc-kernel.ts';
import { Sigacts } from './signal/sigacts.ts';
import { Lwp } from './table/lwp.ts';
import { Pgrp, Session } from './table/pgrp-layout.ts';
import { Proc } from './table/proc.ts';
import { Sigio } from './tty/tty-layout.ts';
import { ProcSignals } from './signal/policy.ts';
import type { ImageTable } from './user/image.ts';
import type { MakeUser } from './user/user.ts';

/** Structs by the type of their blocks: reports name their fields. */
const STRUCTS = [
  [M_PROC, Proc],
  [M_LWP, Lwp],
  [M_PGRP, Pgrp],
  [M_SESSION, Session],
  [M_CRED, Ucred],
  [M_UIDINFO, Uidinfo],
  [M_PRISON, Prison],
  [M_PLIMIT, Plimit],
  [M_SIGACTS, Sigacts],
  [M_FILEDESC, Filedesc],
  [M_FILE, File],
  [M_NCHANDLE, Nchandle],
  [M_VMSPACE, Vmspace],
  [M_PARGS, Pargs],
  [M_SIGIO, Sigio],
] as const;

export class ProcSubsystem implements Subsystem {
  readonly name = 'processes';
  readonly fixes = PROC_FIX_SWITCHES;

  constructor(
    readonly images: ImageTable,
    readonly given: BootOptions,
    /** What programs get as `u`, if it is not a User. */
    readonly makeUser?: MakeUser,
  ) {}

  get options(): Readonly<Record<string, unknown>> {
    const { argv, env, uid, gid, psMigrates, modes, boottime } = this.given;
    const bits = Object.entries(modes).map(([path, mode]) => `${path} ${mode.toString(8)}`);
    return {
      argv,
      env,
      uid,
      gid,
      psMigrates,
      boottime,
      modes: bits,
      programs: this.images.all.map(({ path }) => path),
    };
  }

  boot(kernel: Kernel, main: number): void {
    bootProcesses(kernel, main, this.images, this.given);
  }

  attach(kernel: Kernel): void {
    const proc = new ProcKernel(kernel, this.images, new HookTable(this.given.hooks), this.makeUser);
    for (const [type, struct] of STRUCTS) kernel.structs.set(type, struct);
    kernel.proc = proc;
    kernel.signals = new ProcSignals();
  }

  reset(kernel: Kernel): void {
    (kernel.proc as ProcKernel).hooks.reset();
  }

  quiesce(kernel: Kernel): readonly string[] {
    return checkInvariants(kernel, { quiescent: true });
  }

  check(kernel: Kernel): readonly string[] {
    return checkInvariants(kernel, { quiescent: false });
  }
}
