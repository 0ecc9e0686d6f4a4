/**
 * Owns taking a consistent snapshot of a tree: it is read while all other CPUs are held (lwkt_hold_cpus). A
 * hold that did not last the whole time, because somebody had to be waited for, is no snapshot: it is tried
 * again, a little later. Run by a kernel thread that belongs to process 0.
 */
import {
  type Context,
  Cpuhold,
  lwkt_hold_cpus,
  lwkt_release_cpus,
  type Steps,
  TD,
  tsleep,
} from '@smplab/lwkt';
import { EBUSY, kern, kfree, kmalloc, P } from '@smplab/proc';
import { type Looker, rootDirectory } from '@smplab/vfs';
import { NODE_TABLES } from '../node/node-table.ts';
import { PROFILE_LINUX } from '../procfs-layout.ts';
import { freeSnapshot, type TreeNode, TreeReader } from './tree-reader.ts';

/** Ticks of the first try; each further one gets more, up to MOST_TICKS. */
const FIRST_TICKS = 20;
const MOST_TICKS = 80;
const TRIES = 50;
/** Tries after which what cannot be read, because its process executes or ends, is left out. */
const PATIENCE = 10;

/** What a try has come to. */
interface Try {
  readonly head: number;
  readonly error: number;
  readonly missed: number;
  readonly hasLasted: boolean;
}

/** What a snapshot is made of. */
export interface SnapshotResult {
  /** The first record; 0 with an error. */
  readonly head: number;
  readonly error: number;
  readonly tries: number;
}

/** Files that are for debuggers: contents of memory and registers, not texts. */
const GUARDED: ReadonlySet<string> = new Set(
  NODE_TABLES[PROFILE_LINUX].filter(({ isGuarded }) => isGuarded).map(({ name }) => name),
);

/** Process 0 is the kernel: Linux shows none of that number. */
const KERNEL = '0';

/** Everything but those. */
function isExported({ name, path }: TreeNode): boolean {
  return !GUARDED.has(name) && path !== KERNEL;
}

/** A snapshot of what is below a path: its records, to be freed by `freeSnapshot`. */
export function* procfs_snapshot(k: Context, path: string): Steps<SnapshotResult> {
  becomeKernel(k);
  const ch = yield* kmalloc(k, kern.M_TEMP, Cpuhold.size);
  let result: SnapshotResult = { head: 0, error: EBUSY, tries: TRIES };
  for (let tries = 1; tries <= TRIES; tries++) {
    const { head, error, missed, hasLasted } = yield* attempt(k, ch, path, tries);
    if (hasLasted && error === 0 && (missed === 0 || tries >= PATIENCE)) {
      result = { head, error: 0, tries };
      break;
    }
    yield* freeSnapshot(k, head);
    if (hasLasted && error !== 0) {
      result = { head: 0, error, tries };
      break;
    }
    // Whoever was in the way gets on meanwhile.
    yield* tsleep(k, ch, 0, 'snapshot', 1);
  }
  yield* kfree(k, kern.M_TEMP, ch);
  return result;
}

function* attempt(k: Context, ch: number, path: string, tries: number): Steps<Try> {
  const root = rootDirectory(k);
  // Of process 0, which keeps it.
  const cred = k.peek(kern.curproc(k) + P.p_ucred);
  const who: Looker = { cred, root, cwd: root };
  const reader = new TreeReader(k, who, isExported);
  yield* lwkt_hold_cpus(k, ch, Math.min(MOST_TICKS, FIRST_TICKS * tries));
  const error = yield* reader.read(path);
  const hasLasted = yield* lwkt_release_cpus(k, ch);
  const { head, missed } = reader.found;
  return { head, error, missed, hasLasted };
}

/** The thread runs on behalf of the kernel: file systems ask who the current process is. */
function becomeKernel(k: Context): void {
  if (k.words[k.td + TD.td_proc] !== 0) return;
  k.words[k.td + TD.td_proc] = k.words[kern.procs(k).g + kern.G.g_proc0];
}
