/**
 * Owns procfs as a subsystem of a machine: what a driver calls to lay it out and to attach a realm to it. One
 * object for each realm, made by `registerProcfs` together with the functions every realm needs.
 */
import type { Kernel, Registry, Subsystem } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { registerExport } from './export/exporter.ts';
import { PROCFS_FIX_SWITCHES } from './history.ts';
import { M_PFSMOUNT, M_PFSNODE } from './malloc-types.ts';
import { checkNodes } from './oracle/nodes.ts';
import { checkReferences } from './oracle/references.ts';
import { checkTraces } from './oracle/traces.ts';
import { SYSCTL_VFS } from './module/sysctl.ts';
import { bootProcfs, registerProcfsFunctions } from './procfs-boot.ts';
import { ProcfsKernel, type RevokeMode } from './procfs-kernel.ts';
import {
  Pfsnode,
  Procfsmount,
  PROFILE_FREEBSD,
  PROFILE_LINUX,
  PROFILE_NETBSD,
  PROFILE_README,
} from './procfs-layout.ts';
import { PROCFS_SUBSCRIBERS } from './revoke/subscribers.ts';

/** The trees, by the name that options give. */
export const PROFILES = {
  netbsd: PROFILE_NETBSD,
  freebsd: PROFILE_FREEBSD,
  linux: PROFILE_LINUX,
  readme: PROFILE_README,
} as const;

/** How a machine with procfs starts. */
export interface ProcfsOptions {
  /** The tree of mounts that do not say; default netbsd. */
  readonly profile?: keyof typeof PROFILES;
  /** Flags of mounts that do not say (PROCFSMNT_*); default 0. */
  readonly flags?: number;
  /** Which revision's way to revoke; default 1.117. */
  readonly revoke?: RevokeMode;
  /** The module is loaded, and /proc mounted, before the first program runs; default true. */
  readonly mountsProc?: boolean;
  /** Ticks between two snapshots of the linux tree for the host (export/); default: none are taken. */
  readonly exportTicks?: number;
}

/** Structs by the type of their blocks: reports name their fields. */
const STRUCTS = [
  [M_PFSNODE, Pfsnode],
  [M_PFSMOUNT, Procfsmount],
] as const;

class ProcfsSubsystem implements Subsystem {
  readonly name = 'procfs';
  readonly fixes = PROCFS_FIX_SWITCHES;

  constructor(readonly given: ProcfsOptions) {}

  get options(): Readonly<Record<string, unknown>> {
    return { ...this.given };
  }

  boot(kernel: Kernel): void {
    const { profile = 'netbsd', flags = 0 } = this.given;
    bootProcfs(kernel, { profile: PROFILES[profile], flags });
  }

  attach(kernel: Kernel): void {
    const proc = kernel.proc as kern.ProcKernel;
    proc.hooks.add(PROCFS_SUBSCRIBERS);
    proc.sysctls.push(SYSCTL_VFS);
    kernel.procfs = new ProcfsKernel(kernel, this.given.revoke ?? '1.117');
    for (const [type, struct] of STRUCTS) kernel.structs.set(type, struct);
  }

  reset(kernel: Kernel): void {
    (kernel.procfs as ProcfsKernel).balance.reset();
  }

  quiesce(kernel: Kernel): readonly string[] {
    return [...checkNodes(kernel), ...checkReferences(kernel), ...checkTraces(kernel)];
  }

  check(): readonly string[] {
    return [];
  }
}

/** Makes procfs part of the machines of a realm. */
export function registerProcfs(registry: Registry, options: ProcfsOptions = {}): void {
  registerProcfsFunctions(registry);
  const { exportTicks = 0, ...own } = options;
  registry.addSubsystem(new ProcfsSubsystem(own));
  registerExport(registry, exportTicks);
}
