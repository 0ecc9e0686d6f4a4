/**
 * Owns the scenario made of user programs that have file systems and /proc: a VFS scenario whose machine has
 * procfs. One scenario can be explored, and run live or in lockstep.
 */
import type { FixSwitch, Registry } from '@smplab/lwkt';
import type { MachineScenarioOptions } from '@smplab/machine';
import {
  checkProcessScenario,
  type MakeUser,
  type ProcessScenarioOptions,
  type Programs,
  type TextImage,
} from '@smplab/proc';
import {
  splitOptions,
  VFS_FIX_SWITCHES,
  type VfsOwnOptions,
  VfsScenario,
  type VfsScenarioOptions,
} from '@smplab/vfs';
import { PROCFS_FIX_SWITCHES } from './history.ts';
import { type ProcfsOptions, PROFILES, registerProcfs } from './procfs-subsystem.ts';
import { ProcfsUser } from './procfs-user.ts';

/** An entry of a program that has /proc. */
export type ProcfsUserEntry = (u: ProcfsUser, ...args: never[]) => Iterator<unknown, unknown>;

/** Programs by path, as those of vfsScenario. */
export type ProcfsPrograms = Readonly<Record<string, Readonly<Record<string, ProcfsUserEntry>> | TextImage>>;

export interface ProcfsScenarioOptions extends VfsScenarioOptions, ProcfsOptions {}

class ProcfsScenario extends VfsScenario {
  readonly #procfs: ProcfsOptions;

  constructor(
    name: string,
    all: ProcessScenarioOptions,
    programs: Programs,
    own: VfsOwnOptions,
    options: ProcfsOptions,
  ) {
    super(name, all, programs, own);
    this.#procfs = options;
  }

  protected override get makeUser(): MakeUser {
    const { mountsProc = true } = this.#procfs;
    return (k, lp) => new ProcfsUser(k, lp, mountsProc);
  }

  protected override get fixes(): readonly FixSwitch[] {
    return [...super.fixes, ...PROCFS_FIX_SWITCHES];
  }

  protected override copyWith(given: MachineScenarioOptions): ProcfsScenario {
    return new ProcfsScenario(this.name, { ...this.all, ...given }, this.programs, this.own, this.#procfs);
  }

  override register(registry: Registry): void {
    super.register(registry);
    registerProcfs(registry, this.#procfs);
  }
}

/**
 * Makes a scenario of user programs that have /proc, as vfsScenario does.
 *
 *     export default procfsScenario('my status', {}, {
 *       '/bin/reader': {
 *         *main(u) {
 *           const fd = yield* u.open('/proc/curproc/status');
 *           const text = new TextDecoder().decode(yield* u.read(fd, 200));
 *           u.assert(text.startsWith('reader '), text);
 *         },
 *       },
 *     });
 */
export function procfsScenario(
  name: string,
  options: ProcfsScenarioOptions,
  programs: ProcfsPrograms,
): VfsScenario {
  const { profile, flags, revoke, mountsProc, exportTicks, ...others } = options;
  const [rest, own] = splitOptions(others);
  checkProcessScenario(name, rest, programs as Programs, [...VFS_FIX_SWITCHES, ...PROCFS_FIX_SWITCHES]);
  checkProcfsOptions(name, options);
  const given = {
    ...(profile !== undefined && { profile }),
    ...(flags !== undefined && { flags }),
    ...(revoke !== undefined && { revoke }),
    ...(mountsProc !== undefined && { mountsProc }),
    ...(exportTicks !== undefined && { exportTicks }),
  };
  const scenario = new ProcfsScenario(name, rest, programs as Programs, own, given);
  if (rest.limits !== undefined) scenario.boot();
  return scenario;
}

function checkProcfsOptions(name: string, { profile, revoke, exportTicks = 0 }: ProcfsOptions): void {
  const where = `procfsScenario "${name}"`;
  if (profile !== undefined && !Object.hasOwn(PROFILES, profile))
    throw new TypeError(`${where}: profile is one of ${Object.keys(PROFILES).join(', ')}`);
  if (revoke !== undefined && revoke !== '1.117' && revoke !== '1.112')
    throw new TypeError(`${where}: revoke is '1.117' or '1.112'`);
  if (!Number.isInteger(exportTicks) || exportTicks < 0)
    throw new TypeError(`${where}: exportTicks is a number of ticks`);
}
