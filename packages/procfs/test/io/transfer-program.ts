/**
 * Owns explored scenarios of one program at /bin/test that has the nodes of procfs read and written without a
 * way through the file system: the handlers by themselves, of a process that is held and looked at as procfs
 * does it. Text programs to look at lie at their paths.
 */
import { explores, type ExploresOptions } from '@smplab/explore/mocha';
import type { Context, Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { EBUSY, ESRCH, kern, textImage, U, uioBytes, uioFill, uioFree, uioMake } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import type { Transfer } from '../../src/io/transfer.ts';
import { TRANSFERS } from '../../src/io/transfers.ts';
import { procfsScenario, type ProcfsScenarioOptions } from '../../src/procfs-scenario.ts';

/** What a node gives: the bytes, or the errno. */
export type Answer = Uint8Array | number;

/** The way of a program to nodes. */
export interface Nodes {
  read(u: VfsUser, type: number, pid: number, count: number, offset?: number): Steps<Answer>;
  /** 0 or the errno. */
  write(u: VfsUser, type: number, pid: number, bytes: string | Uint8Array, offset?: number): Steps<number>;
}

export type NodesEntry = (u: VfsUser, nodes: Nodes, ...args: number[]) => Steps<unknown>;

export interface TransferOptions extends ProcfsScenarioOptions {
  readonly search?: ExploresOptions;
  /** Sources of text programs by path. */
  readonly texts?: Readonly<Record<string, string>>;
}

interface Slot {
  readonly given: Uint8Array | null;
  readonly count: number;
  readonly offset: number;
  answer: Answer;
}

/** Text programs have room under explore too. */
const LIMITS = { vmPages: 24 } as const;

/** A mocha test body: explores the program. */
export function transfers(
  name: string,
  program: Readonly<Record<string, NodesEntry>>,
  { search = {}, texts = {}, limits, ...options }: TransferOptions = {},
): ReturnType<typeof explores> {
  const slots: Slot[] = [];
  const nodes = nodesOf(slots);
  const entries = Object.entries(program).map(
    ([entry, body]) => [entry, (u: VfsUser, ...args: number[]) => body(u, nodes, ...args)] as const,
  );
  const images = Object.entries(texts).map(([path, source]) => [path, textImage(source)] as const);
  const systemCalls = {
    *transfer({ context }: KernelApi, type: number, pid: number, slot: number): Steps<number> {
      yield* transfer(context, type, pid, slots[slot]);
      return 0;
    },
  };
  const scenario = procfsScenario(
    name,
    { cpus: 2, mountsProc: false, systemCalls, limits: { ...LIMITS, ...limits }, ...options },
    { '/bin/test': Object.fromEntries(entries), ...Object.fromEntries(images) },
  );
  return explores(scenario, { strategy: 'random', schedules: 20, shrink: false, ...search });
}

function nodesOf(slots: Slot[]): Nodes {
  function* call(u: VfsUser, type: number, pid: number, slot: Slot): Steps<Answer> {
    yield* u.syscall('transfer', type, pid, slots.push(slot) - 1);
    return slot.answer;
  }
  return {
    read: (u, type, pid, count, offset = 0) => call(u, type, pid, { given: null, count, offset, answer: 0 }),
    *write(u, type, pid, bytes, offset = 0) {
      const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
      return (yield* call(u, type, pid, { given, count: 0, offset, answer: 0 })) as number;
    },
  };
}

/** One transfer, of a process found and looked at as procfs does it. */
function* transfer(k: Context, type: number, pid: number, slot: Slot): Steps {
  const p = yield* kern.pfind(k, pid);
  slot.answer = ESRCH;
  if (p === 0) return;
  slot.answer = EBUSY;
  if (!(yield* kern.reflock_tryenter(k, p))) return yield* kern.prele(k, p);
  const uio = yield* slot.given === null ? uioMake(k, slot.count) : uioFill(k, slot.given);
  k.words[uio + U.uio_offset] = slot.offset;
  const cred = yield* kern.curcred_hold(k);
  const at: Transfer = { mp: 0, pfs: 0, vp: 0, fd: -1, p, cred, uio, isWrite: slot.given !== null };
  const error = yield* (TRANSFERS[type] as NonNullable<(typeof TRANSFERS)[number]>)(k, at);
  slot.answer = error !== 0 || at.isWrite ? error : uioBytes(k, uio).slice();
  yield* kern.crfree(k, cred);
  yield* uioFree(k, uio);
  if (at.isReleased === true) return;
  yield* kern.reflock_leave(k, p);
  yield* kern.prele(k, p);
}

/** Words of bytes, low byte first. */
export function wordsOf(bytes: Answer): Int32Array {
  if (typeof bytes === 'number') return new Int32Array();
  return new Int32Array(bytes.slice().buffer, 0, bytes.length >> 2);
}

/** Bytes of words. */
export function bytesOf(...words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}
