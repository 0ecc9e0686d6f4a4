/**
 * Owns crash dumps: the memory of a machine as a kmem dump, with the layout of every struct a debugger may
 * want to print, the reason, and what is not in the memory: the names of the registered functions. Read by
 * inspect/. For a dump that is right in every word the CPUs stand still; one of a running machine is as
 * good as any photograph of something that moves. Touches nothing in the memory.
 */
import { writeFileSync } from 'node:fs';
import { type DumpNotes, type Memory, type StructLayout, dumpBytes } from '@smplab/kmem';
import { Globaldata, Ipiq, IpiqEntry, Kern, type Registry, Thread } from '@smplab/lwkt';
import { PoolToken, Token, Tokref } from '@smplab/token';
import { EventRecord, EventRingHead, EventRings } from './event-ring.ts';

/** Which kind of notes these are, and in which form. */
const CRASH_NOTES = 'smplab-crash';
const NOTES_VERSION = 1;

/** Why a machine was dumped. */
export interface CrashReason {
  /** One of the verdicts of exploration, or `halt`, `watchdog` and the like. */
  readonly verdict: string;
  readonly message: string;
  /** Where it was found; null when no CPU is to blame. */
  readonly cpu?: number | null;
  /** Name of the thread that ran there. */
  readonly thread?: string | null;
  /** More lines for the reader. */
  readonly details?: readonly string[];
}

/** What can be dumped: a kernel, or a memory and the registry its functions are in, if that is known. */
export type CrashSource =
  Memory | { readonly memory: Memory; readonly registry?: Pick<Registry, 'names' | 'numberOf'> };

/** The notes of a crash dump. */
export interface CrashNotes extends DumpNotes {
  readonly form: typeof CRASH_NOTES;
  readonly version: number;
  readonly reason: CrashReason;
  /** Number and name of each registered function. */
  readonly functions: readonly (readonly [number, string])[];
}

const STRUCTS: readonly StructLayout[] = [
  Kern,
  Globaldata,
  Thread,
  Token,
  Tokref,
  PoolToken,
  Ipiq,
  IpiqEntry,
  EventRings,
  EventRingHead,
  EventRecord,
];

/**
 * A crash dump as the bytes of its file, to be written elsewhere or later. Of an explored machine that got
 * stuck it is to be made before the run is judged: the judge wakes sleepers to see whether they would go
 * on.
 * @example writeFileSync('failing.kdump', dumpOf(execution.memory, { verdict: 'deadlock', message }))
 */
export function dumpOf(source: CrashSource, reason: CrashReason): Uint8Array {
  const { memory, registry = null } = 'memory' in source ? source : { memory: source };
  const notes: CrashNotes = {
    form: CRASH_NOTES,
    version: NOTES_VERSION,
    reason,
    functions:
      registry === null ? [] : registry.names.map((name) => [registry.numberOf(name), name] as const),
  };
  return dumpBytes(memory, STRUCTS, notes);
}

/** Writes a crash dump to a file. */
export function writeCrashDump(path: string, source: CrashSource, reason: CrashReason): void {
  writeFileSync(path, dumpOf(source, reason));
}

/** The notes of a crash dump; null for those of another dump, or in a form of another version. */
export function crashNotesOf(notes: DumpNotes): CrashNotes | null {
  if (notes['form'] !== CRASH_NOTES || notes['version'] !== NOTES_VERSION) return null;
  const { reason, functions } = notes as { reason?: Partial<CrashReason>; functions?: unknown };
  const isWhole =
    typeof reason?.verdict === 'string' && typeof reason.message === 'string' && Array.isArray(functions);
  return isWhole ? (notes as CrashNotes) : null;
}
