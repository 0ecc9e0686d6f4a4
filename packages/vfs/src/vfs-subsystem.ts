/**
 * Owns file systems as a subsystem of a machine: what a driver calls to lay them out, to attach a realm to
 * them, and to judge them at the end. One object for each realm, made by `registerVfs` together with the
 * functions every realm needs.
 */
import type { Kernel, Registry, Subsystem } from '@smplab/lwkt';
import type { kern } from '@smplab/proc';
import { VFS_FIX_SWITCHES } from './history.ts';
import { bootKauth, registerKauth } from './kauth/kauth-boot.ts';
import { SECURITY_SYSCTLS } from './kauth/security-sysctl.ts';
import { M_FSTRANS, M_MOUNT, M_VNODE } from './malloc-types.ts';
import { checkMounts } from './mount/check-mounts.ts';
import { bootMounts } from './mount/mount-boot.ts';
import { Fstrans, Mount } from './mount/mount-layout.ts';
import { bootVfsGlobals } from './vfs-boot.ts';
import { VfsKernel } from './vfs-kernel.ts';
import { checkVnodes } from './vnode/check-vnodes.ts';
import { registerDeadfs } from './vnode/deadfs.ts';
import { bootVnodes } from './vnode/vnode-boot.ts';
import { Vnode } from './vnode/vnode-layout.ts';

/** How a machine with file systems starts. */
export interface VfsOptions {
  /** kern.securelevel; default 0. */
  readonly securelevel?: number;
  /** security.curtain: users do not see the processes of others; default false. */
  readonly curtain?: boolean;
  /** kern.maxvnodes: how many vnodes there may be before unused ones are recycled; default 256. */
  readonly maxVnodes?: number;
}

/** Structs by the type of their blocks: reports name their fields. */
const STRUCTS = [
  [M_VNODE, Vnode],
  [M_MOUNT, Mount],
  [M_FSTRANS, Fstrans],
] as const;

/** A part of the package that others add: a file system, pipes. */
export type VfsPart = (kernel: Kernel, g: number) => void;

export class VfsSubsystem implements Subsystem {
  readonly name = 'file systems';
  readonly fixes = VFS_FIX_SWITCHES;

  constructor(
    readonly given: VfsOptions = {},
    readonly parts: readonly VfsPart[] = [],
  ) {}

  get options(): Readonly<Record<string, unknown>> {
    return { ...this.given };
  }

  boot(kernel: Kernel): void {
    const g = bootVfsGlobals(kernel);
    bootMounts(kernel, g);
    bootVnodes(kernel, g, this.given.maxVnodes);
    bootKauth(kernel, g, this.given);
    for (const part of this.parts) part(kernel, g);
  }

  attach(kernel: Kernel): void {
    kernel.vfs = new VfsKernel(kernel);
    (kernel.proc as kern.ProcKernel).sysctls.push(...SECURITY_SYSCTLS);
    for (const [type, struct] of STRUCTS) kernel.structs.set(type, struct);
  }

  reset(): void {
    // All of it is words.
  }

  quiesce(kernel: Kernel): readonly string[] {
    return [...checkMounts(kernel), ...checkVnodes(kernel)];
  }

  check(): readonly string[] {
    return [];
  }
}

/** Makes file systems part of the machines of a realm. */
export function registerVfs(
  registry: Registry,
  options: VfsOptions = {},
  parts: readonly VfsPart[] = [],
): void {
  registerDeadfs(registry);
  registerKauth(registry);
  registry.addSubsystem(new VfsSubsystem(options, parts));
}
