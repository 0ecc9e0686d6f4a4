/**
 * Owns the scenario made of user programs that have file systems: a process scenario whose machine has a file
 * system in memory as its root, with programs and devices in it, and whose `u` is a VfsUser. One scenario can
 * be explored, and run live or in lockstep.
 */
import { Symbols } from '@smplab/kmem';
import { type FixSwitch, functionNumber, type Kernel, type Registry, type Subsystem } from '@smplab/lwkt';
import type { MachineScenarioOptions } from '@smplab/machine';
import {
  bootVnodeHook,
  checkProcessScenario,
  type MakeUser,
  ProcessScenario,
  type ProcessScenarioOptions,
  type Programs,
  type TextImage,
} from '@smplab/proc';
import { bootCallGlobals } from './call/call-globals.ts';
import { checkVnodeUsers } from './call/check-users.ts';
import { bootExecLookup, registerExecLookup } from './call/exec-lookup.ts';
import { bootVnodeFiles, registerVnodeFiles } from './call/vn-file.ts';
import type { DescriptorOptions } from './file/descriptor-globals.ts';
import { bootDescriptors, DESCRIPTOR_STRUCTS, registerDescriptors } from './file/descriptor-boot.ts';
import { KNOTE_FDCLOSE } from './file/kqueue.ts';
import { VFS_FIX_SWITCHES } from './history.ts';
import { bootRamfs, registerRamfs } from './ramfs/ramfs-boot.ts';
import { VfsUser } from './user/vfs-user.ts';
import { registerVfs, type VfsOptions } from './vfs-subsystem.ts';
import { vrele } from './vnode/vref.ts';

/** An entry of a program that has file systems. */
export type VfsUserEntry = (u: VfsUser, ...args: never[]) => Iterator<unknown, unknown>;

/** Programs by path, as those of processScenario. */
export type VfsPrograms = Readonly<Record<string, Readonly<Record<string, VfsUserEntry>> | TextImage>>;

export interface VfsScenarioOptions extends ProcessScenarioOptions, VfsOptions, DescriptorOptions {}

/** Options that are no process scenario's. */
export interface VfsOwnOptions {
  readonly vfs: VfsOptions;
  readonly sizes: DescriptorOptions;
}

/**
 * What programs have besides file systems, and a judge of the machine at its end: nobody has kept a vnode.
 */
class VnodeUsers implements Subsystem {
  readonly name = 'descriptors';
  readonly fixes: readonly FixSwitch[] = [];
  constructor(readonly sizes: DescriptorOptions) {}

  get options(): Readonly<Record<string, unknown>> {
    return { ...this.sizes };
  }

  boot(): void {
    // Laid out as a part of file systems.
  }

  attach(kernel: Kernel): void {
    for (const [type, struct] of DESCRIPTOR_STRUCTS) kernel.structs.set(type, struct);
  }

  reset(): void {
    // All of it is words.
  }

  quiesce(kernel: Kernel): readonly string[] {
    return checkVnodeUsers(kernel);
  }

  check(): readonly string[] {
    return [];
  }
}

export class VfsScenario extends ProcessScenario {
  protected readonly all: ProcessScenarioOptions;
  protected readonly own: VfsOwnOptions;

  constructor(name: string, all: ProcessScenarioOptions, programs: Programs, own: VfsOwnOptions) {
    super(name, all, programs);
    this.all = all;
    this.own = own;
  }

  protected override get makeUser(): MakeUser {
    return (k, lp) => new VfsUser(k, lp);
  }

  protected override get fixes(): readonly FixSwitch[] {
    return [...super.fixes, ...VFS_FIX_SWITCHES];
  }

  protected override copyWith(given: MachineScenarioOptions): VfsScenario {
    return new VfsScenario(this.name, { ...this.all, ...given }, this.programs, this.own);
  }

  override register(registry: Registry): void {
    super.register(registry);
    registerRamfs(registry);
    registerDescriptors(registry);
    registerVnodeFiles(registry);
    registerExecLookup(registry);
    registry.register('vnode_release', vrele);
    const { vfs, sizes } = this.own;
    registerVfs(registry, vfs, [(kernel, g) => bootParts(kernel, g, sizes)]);
    registry.addSubsystem(new VnodeUsers(sizes));
  }
}

function bootParts(kernel: Kernel, g: number, sizes: DescriptorOptions): void {
  bootDescriptors(kernel, g, sizes);
  bootCallGlobals(kernel, g, bootRamfs(kernel), bootVnodeFiles(kernel));
  const { pointer } = new Symbols(kernel.memory).find('proc_globals');
  bootVnodeHook(kernel, pointer, 'vnode_release', functionNumber('vnode_release'));
  bootVnodeHook(kernel, pointer, 'fdclose', functionNumber(KNOTE_FDCLOSE));
  bootExecLookup(kernel, pointer);
}

/**
 * Makes a scenario of user programs that have file systems, as processScenario does.
 *
 *     export default vfsScenario('a file', {}, {
 *       '/bin/writer': {
 *         *main(u) {
 *           const fd = yield* u.open('/hello', O_CREAT | O_WRONLY, 0o644);
 *           yield* u.write(fd, 'hello');
 *         },
 *       },
 *     });
 */
export function vfsScenario(name: string, options: VfsScenarioOptions, programs: VfsPrograms): VfsScenario {
  const [rest, own] = splitOptions(options);
  checkProcessScenario(name, rest, programs as Programs, VFS_FIX_SWITCHES);
  const scenario = new VfsScenario(name, rest, programs as Programs, own);
  if (rest.limits !== undefined) scenario.boot();
  return scenario;
}

/** Options of the process scenario, and those that file systems have besides. */
export function splitOptions(options: VfsScenarioOptions): [ProcessScenarioOptions, VfsOwnOptions] {
  const { pipeBytes, socketBytes, securelevel, curtain, maxVnodes, ...rest } = options;
  const own = {
    vfs: {
      ...(securelevel !== undefined && { securelevel }),
      ...(curtain !== undefined && { curtain }),
      ...(maxVnodes !== undefined && { maxVnodes }),
    },
    sizes: {
      ...(pipeBytes !== undefined && { pipeBytes }),
      ...(socketBytes !== undefined && { socketBytes }),
    },
  };
  return [rest, own];
}
