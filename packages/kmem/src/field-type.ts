/**
 * The types of struct fields: plain, immutable data (they are written into dump files as JSON) that say how
 * many words a field takes and how it is read. Owns no memory; usable on any thread.
 *
 *   type            words           in a view
 *   int32, uint32   1               number
 *   flags(bits)     1               number, printed by bit names
 *   int64, uint64   2, low first    bigint; halves as `<field>_low`, `<field>_high`
 *   pointer(to)     1               Pointer<to>
 *   cstring(n)      ceil(n / 4)     string, at most n - 1 bytes of UTF-8 and a NUL
 *   bytes(n)        ceil(n / 4)     ByteString
 *   array(type, n)  n * type        ArrayView
 *   nested(struct)  struct.size     the view of that struct
 *   ...Head, ...Entry               the address of the queue head or entry (see tailq.ts and its kin)
 */
import type { AccessClassName } from './access.ts';
import { KmemError } from './kmem-error.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** What every field type has. */
export interface FieldBase {
  /** Words the field takes. */
  readonly words: number;
  /** Default `plain`; for arrays and nested structs it is that of the element or inner field. */
  readonly access?: AccessClassName;
  /** Name of the token or lock that must be held, for reports. */
  readonly guardedBy?: string;
}

/** A signed or unsigned word. */
export interface WordType extends FieldBase {
  readonly kind: 'int32' | 'uint32';
}

/** A word of named bits. */
export interface FlagsType extends FieldBase {
  readonly kind: 'flags';
  readonly bits: Readonly<Record<string, number>>;
}

/** Two words, low then high. */
export interface Int64Type extends FieldBase {
  readonly kind: 'int64' | 'uint64';
}

/** A word index of a struct named `target`. */
export interface PointerType<S extends string = string> extends FieldBase {
  readonly kind: 'pointer';
  readonly target: S;
}

/** A NUL-terminated UTF-8 string in `bytes` bytes. */
export interface CstringType extends FieldBase {
  readonly kind: 'cstring';
  readonly bytes: number;
}

/** `bytes` raw bytes. */
export interface BytesType extends FieldBase {
  readonly kind: 'bytes';
  readonly bytes: number;
}

/** `length` elements in a row. */
export interface ArrayType<E extends FieldType = FieldType> extends FieldBase {
  readonly kind: 'array';
  readonly element: E;
  readonly length: number;
}

/** A struct inside a struct. */
export interface NestedType<N extends string = string, F extends FieldTypes = FieldTypes> extends FieldBase {
  readonly kind: 'struct';
  readonly layout: StructLayout<N, F>;
}

/** Which of the sys/queue.h lists. */
export type QueueKind = 'list' | 'slist' | 'tailq' | 'stailq';

/** The brand of a queue head, so that heads of different lists are not mixed up. */
export interface QueueHead<Q extends QueueKind, S extends string> {
  readonly queue: Q;
  readonly of: S;
}

/** The head of a list of structs named `target`. */
export interface HeadType<Q extends QueueKind = QueueKind, S extends string = string> extends FieldBase {
  readonly kind: 'head';
  readonly queue: Q;
  readonly target: S;
}

/** The links of an element of such a list. */
export interface EntryType<Q extends QueueKind = QueueKind, S extends string = string> extends FieldBase {
  readonly kind: 'entry';
  readonly queue: Q;
  readonly target: S;
}

/** Any field type. The recursive ones are written with open parameters to keep inference shallow. */
export type FieldType =
  | WordType
  | FlagsType
  | Int64Type
  | PointerType
  | CstringType
  | BytesType
  | HeadType
  | EntryType
  | (FieldBase & { readonly kind: 'array'; readonly element: FieldType; readonly length: number })
  | (FieldBase & { readonly kind: 'struct'; readonly layout: StructLayout });

/** A signed word. */
export const int32 = { kind: 'int32', words: 1 } as const satisfies WordType;

/** An unsigned word. */
export const uint32 = { kind: 'uint32', words: 1 } as const satisfies WordType;

/** A signed 64-bit number in two words. The tear rule is in int64.ts. */
export const int64 = { kind: 'int64', words: 2 } as const satisfies Int64Type;

/** An unsigned 64-bit number in two words. */
export const uint64 = { kind: 'uint64', words: 2 } as const satisfies Int64Type;

/** A word of bits with names for reports. @example flags({ P_TRACED: 0x800, P_WEXIT: 0x2000 }) */
export function flags(bits: Readonly<Record<string, number>>): FlagsType {
  return { kind: 'flags', words: 1, bits };
}

/** A pointer to the struct of that name, which may be declared later or be the same struct. */
export function pointer<const S extends string>(target: S): PointerType<S> {
  return { kind: 'pointer', words: 1, target };
}

/** `bytes` bytes of text including the NUL, as `char name[bytes]` in C. */
export function cstring(bytes: number): CstringType {
  return { kind: 'cstring', words: wordsOfBytes(bytes), bytes };
}

/** `count` raw bytes, padded to whole words. */
export function bytes(count: number): BytesType {
  return { kind: 'bytes', words: wordsOfBytes(count), bytes: count };
}

/** `length` elements of a type in a row. */
export function array<E extends FieldType>(element: E, length: number): ArrayType<E> {
  requireCount('array length', length);
  return { kind: 'array', words: element.words * length, element, length };
}

/** A struct inside a struct. */
export function nested<N extends string, F extends FieldTypes>(layout: StructLayout<N, F>): NestedType<N, F> {
  return { kind: 'struct', words: layout.size, layout };
}

/** The same type with an access class. 64-bit and byte fields cannot be atomic: they are several words. */
export function field<T extends FieldType>(
  type: T,
  options: { readonly access?: AccessClassName; readonly guardedBy?: string },
): T {
  const word = !['int64', 'uint64', 'cstring', 'bytes', 'array', 'struct', 'head', 'entry'].includes(
    type.kind,
  );
  if (options.access === 'atomic' && !word) {
    throw new KmemError('EINVAL', `a field of kind ${type.kind} is several words and cannot be atomic`);
  }
  if (options.access !== undefined && (type.kind === 'array' || type.kind === 'struct')) {
    throw new KmemError('EINVAL', `give the access class to the elements of the ${type.kind}, not to itself`);
  }
  return { ...type, ...options };
}

/** A word accessed as a step with acquire and release. */
export function atomic<T extends FieldType>(type: T): T {
  return field(type, { access: 'atomic' });
}

/** A word that is racy on purpose. */
export function relaxed<T extends FieldType>(type: T): T {
  return field(type, { access: 'relaxed' });
}

/** A field only its owning CPU may touch; the struct names the owner field. */
export function owned<T extends FieldType>(type: T): T {
  return field(type, { access: 'owned' });
}

/** A plain field and the name of what guards it. */
export function guardedBy<T extends FieldType>(guard: string, type: T): T {
  return field(type, { guardedBy: guard });
}

/** Words needed for a count of bytes. */
function wordsOfBytes(count: number): number {
  requireCount('byte count', count);
  return (count + 3) >> 2;
}

/** Refuses counts that are no positive integers. */
function requireCount(what: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new KmemError('EINVAL', `${what} must be a positive integer, not ${count}`);
  }
}
