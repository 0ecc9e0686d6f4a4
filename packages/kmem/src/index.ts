/**
 * The public surface of @smplab/kmem. Everything else is private to the package.
 */
export { AccessClass, AccessKind, NO_CPU } from './access.ts';
export type { AccessClassName, AccessClassNumber, AccessKindNumber, AccessObserver } from './access.ts';
export type { ArrayView } from './array-view.ts';
export {
  atomic_add_int,
  atomic_clear_int,
  atomic_cmpset_int,
  atomic_fcmpset_int,
  atomic_fetchadd_int,
  atomic_load_acq_int,
  atomic_readandclear_int,
  atomic_set_int,
  atomic_store_rel_int,
  atomic_subtract_int,
  atomic_swap_int,
  atomic_testandclear_int,
  atomic_testandset_int,
  cpu_lfence,
  cpu_mfence,
  cpu_sfence,
} from './atomic.ts';
export type { ExpectedValue } from './atomic.ts';
export { readBytes, readCstring, writeBytes, writeCstring } from './byte-string.ts';
export type { ByteString } from './byte-string.ts';
export { Dump, dumpBytes, writeDump } from './dump.ts';
export type { DumpNotes } from './dump.ts';
export {
  array,
  atomic,
  bytes,
  cstring,
  field,
  flags,
  guardedBy,
  int32,
  int64,
  nested,
  owned,
  pointer,
  relaxed,
  uint32,
  uint64,
} from './field-type.ts';
export type {
  ArrayType,
  BytesType,
  CstringType,
  EntryType,
  FieldBase,
  FieldType,
  FlagsType,
  HeadType,
  Int64Type,
  NestedType,
  PointerType,
  QueueHead,
  QueueKind,
  WordType,
} from './field-type.ts';
export { Image } from './image.ts';
export type { ImageOptions } from './image.ts';
export { loadInt64, loadPair, loadUint64, store64 } from './int64.ts';
export { KernelPanic, KmemError } from './kmem-error.ts';
export type { KmemErrorCode } from './kmem-error.ts';
export { LIST_HEAD_WORDS, List, list, listEntry, listHead } from './list.ts';
export type { ListHead } from './list.ts';
export { POISON, RED_ZONE, UNINITIALISED } from './malloc-block.ts';
export { Kmalloc } from './malloc.ts';
export type { KmallocOptions } from './malloc.ts';
export { MallocPanic, mallocReportText } from './malloc-report.ts';
export type { MallocBlock, MallocFault, MallocReport } from './malloc-report.ts';
export { M_NOWAIT, M_NULLOK, M_WAITOK, M_ZERO, mallocType, vmstat_m } from './malloc-type.ts';
export type { MallocStatistics, MallocType } from './malloc-type.ts';
export { HEADER_WORDS, Memory, MemoryRoot } from './memory.ts';
export type { MemoryOptions, MemoryRootNumber } from './memory.ts';
export { NameTable, createNameTable } from './name-table.ts';
export { NULL, isNull, pointerTo } from './pointer.ts';
export type { Pointer } from './pointer.ts';
export type { MarkerOptions, QueueOptions } from './queue-link.ts';
export { SLIST_HEAD_WORDS, Slist, slist, slistEntry, slistHead } from './slist.ts';
export type { SlistHead } from './slist.ts';
export { SiteTable, UNKNOWN_SITE } from './site-table.ts';
export type { Site } from './site-table.ts';
export { spin_lock, spin_trylock, spin_unlock } from './spin-lock.ts';
export { STAILQ_HEAD_WORDS, Stailq, stailq, stailqEntry, stailqHead } from './stailq.ts';
export type { StailqHead } from './stailq.ts';
export { struct } from './struct.ts';
export type { FieldAt, FieldTypes, PointerOf, Struct, StructLayout } from './struct.ts';
export { structText } from './struct-text.ts';
export type { StructView, ValueOf, ViewOf } from './struct-view.ts';
export { Symbols } from './symbols.ts';
export type { KernelSymbol } from './symbols.ts';
export { TAILQ_HEAD_WORDS, Tailq, tailq, tailqEntry, tailqHead } from './tailq.ts';
export type { TailqHead } from './tailq.ts';
