/**
 * Struct layouts: names, word offsets and meta-data of the fields of a kernel structure. Layouts are
 * immutable data made when a module loads; they own no memory and are the same on every thread.
 *
 *   struct('proc', { p_pid: int32, p_start: uint64, p_comm: cstring(8), p_pptr: pointer('proc') })
 *
 *   offset   0        1          2           3..4      5
 *          +--------+----------+-----------+---------+--------+
 *          | p_pid  | p_start  | p_start   | p_comm  | p_pptr |   size 6 words
 *          |        | low      | high      |         |        |
 *          +--------+----------+-----------+---------+--------+
 */
import type { AccessClassName } from './access.ts';
import type { FieldType } from './field-type.ts';
import { KmemError } from './kmem-error.ts';
import { StructView, viewClass } from './struct-view.ts';
import type { ViewOf } from './struct-view.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';

/** Field types by name, in layout order. */
export type FieldTypes = Readonly<Record<string, FieldType>>;

/** The plain data of a struct, as dump files keep it. */
export interface StructLayout<N extends string = string, F extends FieldTypes = FieldTypes> {
  readonly name: N;
  /** Words of one struct. */
  readonly size: number;
  readonly fields: F;
  /** Word offset of each field. */
  readonly offsets: { readonly [K in keyof F]: number };
  /** The field that holds the number of the CPU that owns the `owned` fields. */
  readonly owner?: string;
}

/** Which field a word of a struct belongs to, with its declaration. */
export interface FieldAt {
  /** Path such as `p_lock` or `p_limit.pl_rlimit[3]`; halves of 64-bit fields end in `:low` or `:high`. */
  readonly path: string;
  readonly type: FieldType;
  readonly access: AccessClassName;
  readonly guardedBy: string | undefined;
}

/** A declared struct: its layout and what can be done with it. */
export interface Struct<N extends string, F extends FieldTypes> extends StructLayout<N, F> {
  /** A new view; keep it and move it with `at`. With no pointer it starts at NULL and must be moved first. */
  view(memory: Memory, pointer?: Pointer<N>): ViewOf<N, F>;
  /** The word index of a field of the struct at `pointer`. */
  addressOf(pointer: Pointer<N>, fieldName: keyof F & string): number;
  /** The path of the field at a word offset. @example Proc.describe(12) // 'p_limit.pl_rlimit[3]' */
  describe(wordOffset: number): string;
  /** The field at a word offset; undefined outside the struct. */
  fieldAt(wordOffset: number): FieldAt | undefined;
}

/** The pointer type of a struct. @example function exit1(p: PointerOf<typeof Proc>) */
export type PointerOf<T> = T extends StructLayout<infer N> ? Pointer<N> : never;

/**
 * Declares a struct. Fields follow each other in declaration order without gaps.
 * @param options.owner the int32 field with the CPU number; required when a field is `owned`
 * @throws KmemError EINVAL for a name used twice, an owner that is missing or no plain word, or an empty
 *   struct.
 */
export function struct<const N extends string, const F extends FieldTypes>(
  name: N,
  fields: F,
  options: { readonly owner?: keyof F & string } = {},
): Struct<N, F> {
  const offsets: Record<string, number> = {};
  let size = 0;
  for (const [fieldName, type] of Object.entries(fields)) {
    requireFieldName(name, fieldName, type, fields);
    offsets[fieldName] = size;
    size += type.words;
  }
  if (size === 0) throw new KmemError('EINVAL', `struct ${name} has no fields`);
  requireOwner(name, fields, options.owner);
  const layout: StructLayout<N, F> = {
    name,
    size,
    fields,
    offsets: fixedShape(offsets) as StructLayout<N, F>['offsets'],
    ...(options.owner === undefined ? {} : { owner: options.owner }),
  };
  const View = viewClass(layout);
  return {
    ...layout,
    view: (memory, pointer = NULL) => {
      const view = new View(memory);
      return (pointer === NULL ? view : view.at(pointer)) as ViewOf<N, F>;
    },
    addressOf: (pointer, fieldName) => pointer + layout.offsets[fieldName],
    describe: (wordOffset) => fieldAt(layout, wordOffset)?.path ?? `+${wordOffset}`,
    fieldAt: (wordOffset) => fieldAt(layout, wordOffset),
  };
}

/**
 * The same properties in an object of a fixed shape. One that is filled key by key becomes a hash table in V8
 * from some twenty keys on, and then each `P.p_token` of kernel code a look-up; one from JSON does not.
 */
function fixedShape<T extends object>(properties: T): T {
  return JSON.parse(JSON.stringify(properties)) as T;
}

/** The field at a word offset of a layout; undefined outside it. */
export function fieldAt(layout: StructLayout, wordOffset: number): FieldAt | undefined {
  for (const [name, type] of Object.entries(layout.fields)) {
    const inside = wordOffset - layout.offsets[name];
    if (inside >= 0 && inside < type.words) return fieldWithin(type, name, inside, undefined);
  }
  return undefined;
}

/** Follows arrays and nested structs down to the field that holds the word. */
function fieldWithin(type: FieldType, path: string, inside: number, guard: string | undefined): FieldAt {
  const guardedBy = type.guardedBy ?? guard;
  if (type.kind === 'array') {
    const index = Math.floor(inside / type.element.words);
    return fieldWithin(type.element, `${path}[${index}]`, inside % type.element.words, guardedBy);
  }
  if (type.kind === 'struct') {
    const inner = fieldAt(type.layout, inside);
    if (inner !== undefined)
      return { ...inner, path: `${path}.${inner.path}`, guardedBy: inner.guardedBy ?? guardedBy };
  }
  const half = type.kind === 'int64' || type.kind === 'uint64' ? (inside === 0 ? ':low' : ':high') : '';
  return { path: path + half, type, access: type.access ?? 'plain', guardedBy };
}

/** Refuses field names that a view needs for itself. */
function requireFieldName(struct: string, fieldName: string, type: FieldType, fields: FieldTypes): void {
  if (
    fieldName in StructView.prototype ||
    fieldName === 'memory' ||
    fieldName === 'base' ||
    fieldName === 'words'
  ) {
    throw new KmemError(
      'EINVAL',
      `struct ${struct}: a field cannot be named ${fieldName}, views use that name`,
    );
  }
  const isWide = type.kind === 'int64' || type.kind === 'uint64';
  if (isWide && (`${fieldName}_low` in fields || `${fieldName}_high` in fields)) {
    throw new KmemError('EINVAL', `struct ${struct}: the halves of ${fieldName} clash with another field`);
  }
}

/** Owned fields need a word that says which CPU owns them. */
function requireOwner(struct: string, fields: FieldTypes, owner: string | undefined): void {
  const needsOwner = Object.values(fields).some(isOwned);
  if (owner === undefined) {
    if (needsOwner) throw new KmemError('EINVAL', `struct ${struct} has owned fields but no owner option`);
    return;
  }
  const type: FieldType | undefined = fields[owner];
  if (type === undefined || type.kind !== 'int32' || type.access === 'owned') {
    throw new KmemError(
      'EINVAL',
      `struct ${struct}: owner ${owner} must be an int32 field that is not owned`,
    );
  }
}

/** True when the field, or the elements of the array, belong to the struct's owner. */
function isOwned(type: FieldType): boolean {
  return type.kind === 'array' ? isOwned(type.element) : type.access === 'owned';
}
