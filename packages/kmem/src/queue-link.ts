/**
 * What the four sys/queue.h lists share: where the links of an element are, how they are accessed, and which
 * elements are scan markers. Descriptors are immutable and made when a module loads; the words they work on
 * are guarded by whatever guards the list (a token, a spin word, or owning CPU), which the caller holds.
 *
 * A marker is an element of the struct put into a list to keep a place in it, as LWKT's TDF_MARKER threads.
 * `first`, `next`, `last` and `prev` show markers, as the macros do; `firstElement`, `nextElement` and the
 * iterations skip them.
 */
import { AccessClass, NO_CPU, panicNotOwner } from './access.ts';
import type { AccessClassNumber } from './access.ts';
import type { QueueKind } from './field-type.ts';
import { KernelPanic, KmemError } from './kmem-error.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** Put into the back link of a removed element, so that a second removal is noticed. */
export const QUEUE_TRASH = -1;

/** Which elements are markers. */
export interface MarkerOptions<F> {
  /** The word field that tells markers. */
  readonly field: keyof F & string;
  /** Bits of it that tell markers; default all: an element is a marker when the field is not 0. */
  readonly mask?: number;
}

/** Options of the list descriptors. */
export interface QueueOptions<F> {
  readonly marker?: MarkerOptions<F>;
}

/** Link and marker access for elements of one struct on one kind of list. */
export class QueueLink<N extends string, F extends FieldTypes> {
  /** Such as `proc.p_list`, for messages. */
  readonly label: string;
  /** Word offset of the entry within the struct; the next link comes first in every entry. */
  readonly entryOffset: number;
  readonly accessClass: AccessClassNumber;
  private readonly ownerOffset: number | undefined;
  private readonly markerOffset: number | undefined;
  private readonly markerMask: number;
  private readonly markerClass: AccessClassNumber;

  constructor(
    queue: QueueKind,
    layout: StructLayout<N, F>,
    entry: keyof F & string,
    options: QueueOptions<F> = {},
  ) {
    const type = layout.fields[entry];
    this.label = `${layout.name}.${entry}`;
    if (type.kind !== 'entry' || type.queue !== queue || type.target !== layout.name) {
      throw new KmemError('EINVAL', `${this.label} is no ${queue} entry of struct ${layout.name}`);
    }
    this.entryOffset = layout.offsets[entry];
    this.accessClass = AccessClass[type.access ?? 'plain'];
    const isOwned = type.access === 'owned' && layout.owner !== undefined;
    this.ownerOffset = isOwned ? layout.offsets[layout.owner] : undefined;
    const { marker } = options;
    if (marker !== undefined && layout.fields[marker.field].words !== 1) {
      throw new KmemError('EINVAL', `${layout.name}.${marker.field} is no word and cannot tell markers`);
    }
    this.markerOffset = marker === undefined ? undefined : layout.offsets[marker.field];
    this.markerMask = marker?.mask ?? -1;
    this.markerClass = AccessClass[(marker && layout.fields[marker.field].access) ?? 'plain'];
  }

  /** True when the element is a marker. */
  isMarker(memory: Memory, element: Pointer<N>): boolean {
    if (this.markerOffset === undefined) return false;
    return (memory.load(element + this.markerOffset, this.markerClass) & this.markerMask) !== 0;
  }

  /** The address of the element's next link, after the owner check. */
  nextAddress(memory: Memory, element: Pointer<N>): number {
    if (element === NULL) throw new KernelPanic(`${this.label} of a null element`);
    if (this.ownerOffset !== undefined && memory.currentCpu !== NO_CPU) {
      const owner = memory.words[element + this.ownerOffset];
      if (owner !== memory.currentCpu) {
        panicNotOwner(element + this.entryOffset, owner, memory.currentCpu, this.label);
      }
    }
    return element + this.entryOffset;
  }

  /** The address of the element's back link, in the lists that have one. */
  backAddress(memory: Memory, element: Pointer<N>): number {
    return this.nextAddress(memory, element) + 1;
  }

  /** Reads a link. */
  load<S extends string = N>(memory: Memory, address: number): Pointer<S> {
    return memory.load(address, this.accessClass) as Pointer<S>;
  }

  /** Writes a link. */
  store(memory: Memory, address: number, value: number): void {
    memory.store(address, value, this.accessClass);
  }

  /** Reads the element's next link. */
  next(memory: Memory, element: Pointer<N>): Pointer<N> {
    return this.load(memory, this.nextAddress(memory, element));
  }

  /**
   * The back link of a listed element, checked to point at a link to it.
   * @throws KernelPanic when the element is on no list or the list is damaged.
   */
  checkedBack(memory: Memory, element: Pointer<N>): number {
    const back = this.load(memory, this.backAddress(memory, element));
    const linked = back > 0 ? this.load(memory, back) : back;
    if (linked !== element) {
      throw new KernelPanic(
        `bad link ${this.label} of element ${element}: back link ${back} leads to ${linked}`,
      );
    }
    return back;
  }
}
