/**
 * Views: objects whose properties read and write the fields of one struct in memory. A view belongs to one
 * thread; it owns no words and is moved from struct to struct with `at`, so loops allocate nothing (strings,
 * bigints and byte copies excepted). Every access tells the memory's observer and checks `owned` fields.
 */
import { AccessClass, AccessKind, NO_CPU, panicNotOwner } from './access.ts';
import type { AccessClassNumber, AccessKindNumber } from './access.ts';
import { ArrayView } from './array-view.ts';
import { ByteString, readCstring, writeCstring } from './byte-string.ts';
import type {
  ArrayType,
  CstringType,
  EntryType,
  FieldType,
  HeadType,
  Int64Type,
  NestedType,
  PointerType,
  QueueHead,
} from './field-type.ts';
import { loadInt64, loadUint64, store64 } from './int64.ts';
import { KmemError } from './kmem-error.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** What a field of type `T` is in a view. */
export type ValueOf<T> = T extends { readonly kind: 'int32' | 'uint32' | 'flags' }
  ? number
  : T extends Int64Type
    ? bigint
    : T extends PointerType<infer S>
      ? Pointer<S>
      : T extends CstringType
        ? string
        : T extends { readonly kind: 'bytes' }
          ? ByteString
          : T extends HeadType<infer Q, infer S>
            ? Pointer<QueueHead<Q, S>>
            : T extends EntryType
              ? Pointer
              : T extends ArrayType<infer E>
                ? ArrayView<ValueOf<E>>
                : T extends NestedType<infer N, infer F>
                  ? ViewOf<N, F>
                  : never;

/** Kinds that a view only hands out, to be changed in place. */
type InPlaceKind = 'bytes' | 'head' | 'entry' | 'array' | 'struct';

/** Names of the fields that can be assigned. */
type AssignableNames<F> = {
  [K in keyof F]: F[K] extends { readonly kind: InPlaceKind } ? never : K;
}[keyof F];

/** Names of the 64-bit fields. */
type WideNames<F> = { [K in keyof F]: F[K] extends Int64Type ? K : never }[keyof F] & string;

/**
 * The view of a struct: its fields as properties, `<field>_low` and `<field>_high` for 64-bit ones, and `at`.
 */
export type ViewOf<N extends string, F extends FieldTypes> = StructView<N> & {
  -readonly [K in AssignableNames<F>]: ValueOf<F[K]>;
} & { readonly [K in Exclude<keyof F, AssignableNames<F>>]: ValueOf<F[K]> } & {
  [K in WideNames<F> as `${K}_low` | `${K}_high`]: number;
};

/** What all views share. */
export class StructView<N extends string = string> {
  readonly memory: Memory;
  /** Word index of the struct the view is at. */
  base = 0;
  /** Words of the struct. */
  declare readonly size: number;
  /** Sub-views of nested fields, made on first use; by offset. */
  readonly parts: (StructView | ArrayView<unknown> | ByteString | undefined)[] = [];

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** The struct the view is at. */
  get pointer(): Pointer<N> {
    return this.base as Pointer<N>;
  }

  /**
   * Moves the view; returns it, for chains.
   * @throws KmemError EFAULT when the pointer is null or the struct does not lie within the memory.
   */
  at(pointer: Pointer<N>): this {
    if (pointer <= 0)
      throw new KmemError('EFAULT', `view of a struct at ${pointer}: null or negative pointer`);
    if (pointer + this.size > this.memory.words.length) this.memory.cover(pointer + this.size);
    this.base = pointer;
    return this;
  }
}

/** The constructor of the views of one struct. */
type ViewClass = new (memory: Memory) => StructView;

/** Makes the view class of a layout: one getter and setter per field. */
export function viewClass(layout: StructLayout): ViewClass {
  const View = class extends StructView {};
  Object.defineProperty(View, 'name', { value: `${layout.name}View` });
  Object.defineProperty(View.prototype, 'size', { value: layout.size });
  const ownerOffset = layout.owner === undefined ? undefined : layout.offsets[layout.owner];
  for (const [name, type] of Object.entries(layout.fields)) {
    const offset = layout.offsets[name];
    const property = propertyOf(type, offset, `${layout.name}.${name}`, ownerOffset);
    Object.defineProperty(View.prototype, name, { ...property, enumerable: true });
    if (type.kind === 'int64' || type.kind === 'uint64') {
      const half = {
        kind: 'int32',
        words: 1,
        ...(type.access === undefined ? {} : { access: type.access }),
      } as const;
      Object.defineProperty(View.prototype, `${name}_low`, wordProperty(half, offset, name, ownerOffset));
      Object.defineProperty(
        View.prototype,
        `${name}_high`,
        wordProperty(half, offset + 1, name, ownerOffset),
      );
    }
  }
  return View;
}

/** The getter and setter of a field; fields changed in place have no setter. */
interface Property {
  get(this: StructView): unknown;
  set?(this: StructView, value: never): void;
}

/** Where the number of the owning CPU is, from the start of the struct; undefined for nothing to check. */
type OwnerOffset = number | undefined;

/** Panics when an owned field is touched by a CPU that does not own the struct. */
function checkOwner(view: StructView, wordIndex: number, ownerOffset: number, what: string): void {
  const { memory } = view;
  if (memory.currentCpu === NO_CPU) return;
  const owner = memory.words[view.base + ownerOffset];
  if (owner !== memory.currentCpu) panicNotOwner(wordIndex, owner, memory.currentCpu, what);
}

/** Does the check of a field: nothing unless it is owned. */
type OwnerCheck = (view: StructView) => void;

/** The owner check of a field. */
function ownerCheck(type: FieldType, offset: number, what: string, ownerOffset: OwnerOffset): OwnerCheck {
  if (type.access !== 'owned' || ownerOffset === undefined) return () => undefined;
  return (view) => {
    checkOwner(view, view.base + offset, ownerOffset, what);
  };
}

/** The property of any field type. */
function propertyOf(type: FieldType, offset: number, what: string, ownerOffset: OwnerOffset): Property {
  const accessClass = AccessClass[type.access ?? 'plain'];
  const own = ownerCheck(type, offset, what, ownerOffset);
  switch (type.kind) {
    case 'int32':
    case 'uint32':
    case 'flags':
    case 'pointer':
      return wordProperty(type, offset, what, ownerOffset);
    case 'int64':
    case 'uint64': {
      const load = type.kind === 'int64' ? loadInt64 : loadUint64;
      return {
        get() {
          own(this);
          return load(this.memory, this.base + offset, accessClass);
        },
        set(value: bigint) {
          own(this);
          store64(this.memory, this.base + offset, value, accessClass);
        },
      };
    }
    case 'cstring':
      return {
        get() {
          own(this);
          return readCstring(this.memory, this.base + offset, type.bytes, accessClass);
        },
        set(value: string) {
          own(this);
          writeCstring(this.memory, this.base + offset, type.bytes, value, accessClass);
        },
      };
    case 'head':
    case 'entry':
      return {
        get() {
          return this.base + offset;
        },
      };
    case 'bytes':
      return partProperty(offset, own, (memory) => new ByteString(memory, type.bytes, accessClass));
    case 'struct': {
      const Inner = viewClass(type.layout);
      return partProperty(offset, own, (memory) => new Inner(memory));
    }
    case 'array':
      return arrayProperty(type, offset, what, ownerOffset);
  }
}

/** The property of a one-word field, the hot one. */
function wordProperty(type: FieldType, offset: number, what: string, ownerOffset: OwnerOffset): Property {
  const accessClass: AccessClassNumber = AccessClass[type.access ?? 'plain'];
  const unsigned = type.kind === 'uint32';
  const atomic = accessClass >= AccessClass.relaxed;
  const owned = accessClass === AccessClass.owned && ownerOffset !== undefined;
  const before = (view: StructView, kind: AccessKindNumber): number => {
    const index = view.base + offset;
    if (view.base === NULL) throw new KmemError('EFAULT', `${what} of a null pointer`);
    if (owned) checkOwner(view, index, ownerOffset, what);
    if (view.memory.observer !== undefined) view.memory.observer.onAccess(kind, index, accessClass);
    return index;
  };
  return {
    get() {
      const index = before(this, AccessKind.read);
      const value = atomic ? Atomics.load(this.memory.words, index) : this.memory.words[index];
      return unsigned ? value >>> 0 : value;
    },
    set(value: number) {
      const index = before(this, AccessKind.write);
      if (atomic) Atomics.store(this.memory.words, index, value);
      else this.memory.words[index] = value;
    },
  };
}

/** A field with a view of its own, made once per outer view and moved along with it. */
function partProperty(
  offset: number,
  own: (view: StructView) => void,
  make: (memory: Memory) => StructView | ArrayView<unknown> | ByteString,
): Property {
  return {
    get() {
      if (this.base === NULL) throw new KmemError('EFAULT', `field at +${offset} of a null pointer`);
      own(this);
      const part = (this.parts[offset] ??= make(this.memory));
      part.base = this.base + offset;
      return part;
    },
  };
}

/** An array field: elements are read through the property of the element type on a moving view. */
function arrayProperty(
  type: FieldType & { readonly kind: 'array' },
  offset: number,
  what: string,
  ownerOffset: OwnerOffset,
): Property {
  const Cursor = class extends StructView {};
  // The owner is checked once, on the array: the element does not know where its struct begins.
  Object.defineProperty(Cursor.prototype, 'value', propertyOf(type.element, 0, `${what}[]`, undefined));
  return partProperty(offset, ownerCheck(type.element, offset, what, ownerOffset), (memory) => {
    const cursor = new Cursor(memory) as StructView & { value: unknown };
    return new ArrayView(cursor, type.length, type.element.words, what);
  });
}
