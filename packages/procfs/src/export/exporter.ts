/**
 * Owns the kernel thread that keeps a snapshot of the linux tree for the host, and the part of a machine it
 * belongs to. It is made when the first thread enters a program, if somebody wants snapshots. The host takes
 * what it finds and says so; a snapshot that was not taken stays, and no other is made meanwhile. For live
 * machines: an explored one would wait for the end of the thread's sleeps for ever.
 *
 *     thread: EMPTY -> take -> px_head -> FULL    sleep px_period    EMPTY? free -> take ...
 *     host:                    FULL -> copy -> EMPTY
 */
import { type Memory, Symbols, writeCstring } from '@smplab/kmem';
import {
  type Context,
  functionNumber,
  type Kernel,
  lwkt_create,
  type Registry,
  type Steps,
  type Subsystem,
  tsleep,
} from '@smplab/lwkt';
import { EEXIST, kern, kfree, kmalloc } from '@smplab/proc';
import {
  do_sys_lookup,
  do_sys_mkdir,
  type Looker,
  mount_domount,
  MOUNT_PATH_BYTES,
  NOCRED,
  rootDirectory,
  vrele,
} from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { ARGS_PROFILE, ARGS_VERSION, PG, PROCFS_ARGSVERSION, PROFILE_LINUX } from '../procfs-layout.ts';
import { M_PFSSNAP, ProcfsExport, PX, SNAPSHOT_EMPTY, SNAPSHOT_FULL, Snapnode } from './snapshot-layout.ts';
import { procfs_snapshot } from './snapshot.ts';
import { freeSnapshot } from './tree-reader.ts';

const SYMBOL = 'procfs_export';
const EXPORTER = 'procfs_exporter';
/** Where the linux tree is found when /proc is another. */
const LINUX_PLACES = ['/compat', '/compat/linux', '/compat/linux/proc'] as const;

/** Base of `procfs_export`. Throws as long as the machine has none: it is laid out while it boots. */
export function exportArea(memory: Memory): number {
  return new Symbols(memory).find(SYMBOL).pointer;
}

/** Starts the thread, once, if the machine is to have one. Run by whoever enters a program, /proc mounted. */
export function* startExporter(k: Context): Steps {
  const px = exportArea(k.kernel.memory);
  if (k.words[px + PX.px_period] === 0 || (yield* k.load(px + PX.px_started)) !== 0) return;
  if (!(yield* k.cmpset(px + PX.px_started, 0, 1))) return;
  yield* lwkt_create(k, functionNumber(EXPORTER), { isSystem: true });
}

/** The body of the thread: it comes to no end. */
function* procfs_exporter(k: Context): Steps {
  const px = exportArea(k.kernel.memory);
  const path = yield* linuxTree(k);
  for (let head = 0; ;) {
    if ((yield* k.load(px + PX.px_state)) === SNAPSHOT_EMPTY) {
      yield* freeSnapshot(k, head);
      head = yield* take(k, px, path);
    }
    yield* tsleep(k, px, 0, 'export', k.words[px + PX.px_period]);
  }
}

function* take(k: Context, px: number, path: string): Steps<number> {
  const { head, error, tries } = yield* procfs_snapshot(k, path);
  yield* k.fetchadd(px + PX.px_tries, tries);
  yield* k.store(px + PX.px_error, error);
  if (error !== 0) return 0;
  yield* k.store(px + PX.px_head, head);
  yield* k.fetchadd(px + PX.px_taken, 1);
  yield* k.store(px + PX.px_state, SNAPSHOT_FULL);
  return head;
}

/** The path of a mount with the linux tree: /proc itself, or one that is made for this. */
function* linuxTree(k: Context): Steps<string> {
  const { g } = procfs(k);
  if (k.words[g + PG.pg_profile] === PROFILE_LINUX) return '/proc';
  const root = rootDirectory(k);
  const who: Looker = { cred: NOCRED, root, cwd: root };
  for (const place of LINUX_PLACES) {
    const made = yield* do_sys_mkdir(k, who, place, 0o555);
    if (made !== 0 && made !== EEXIST) k.panic(`procfs_exporter: ${place} cannot be made, error ${made}`);
  }
  const place = LINUX_PLACES[LINUX_PLACES.length - 1];
  const covered = yield* do_sys_lookup(k, who, place, 0);
  const block = yield* kmalloc(k, kern.M_TEMP, MOUNT_PATH_BYTES / 4 + ARGS_PROFILE + 1);
  writeCstring(k.kernel.memory, block, MOUNT_PATH_BYTES, place);
  const args = block + MOUNT_PATH_BYTES / 4;
  k.words[args + ARGS_VERSION] = PROCFS_ARGSVERSION;
  k.words[args + ARGS_PROFILE] = PROFILE_LINUX;
  const ops = k.words[g + PG.pg_vfsops];
  const error = yield* mount_domount(k, covered, ops, 0, block, args, ARGS_PROFILE + 1);
  if (error !== 0) k.panic(`procfs_exporter: ${place} cannot be mounted, error ${error}`);
  yield* kfree(k, kern.M_TEMP, block);
  yield* vrele(k, covered);
  return place;
}

class ExportSubsystem implements Subsystem {
  readonly name = 'procfs export';
  readonly fixes = [];

  constructor(readonly period: number) {}

  get options(): Readonly<Record<string, unknown>> {
    return this.period === 0 ? {} : { exportTicks: this.period };
  }

  boot(kernel: Kernel): void {
    const px: number = new Symbols(kernel.memory).reserve(SYMBOL, ProcfsExport);
    kernel.words[px + PX.px_period] = this.period;
  }

  attach(kernel: Kernel): void {
    kernel.structs.set(M_PFSSNAP, Snapnode);
  }

  reset(): void {
    // All of it is words.
  }

  quiesce(): readonly string[] {
    return [];
  }

  check(): readonly string[] {
    return [];
  }
}

/** Makes snapshots part of the machines of a realm; `period` 0: none are taken. */
export function registerExport(registry: Registry, period: number): void {
  registry.register(EXPORTER, procfs_exporter);
  registry.addSubsystem(new ExportSubsystem(period));
}
