/**
 * Owns reading a crash dump: its words by the layouts that lie in the dump itself, so that a dump outlives
 * changes of the structs; the notes; names of functions. Nothing in the dump is trusted: whatever is looked
 * at is checked to lie in it, and what does not reads as 0. Works on a private copy; one thread.
 */
import { InputError } from '@smplab/explore';
import {
  Dump,
  type FieldType,
  Kmalloc,
  KmemError,
  type Memory,
  MemoryRoot,
  type StructLayout,
} from '@smplab/kmem';
import { crashNotesOf, type CrashNotes } from '../crash-dump.ts';
import { plausibleName } from '../event-names.ts';

const LONGEST_TEXT = 256;
const decoder = new TextDecoder();

export class CrashFile {
  readonly memory: Memory;
  readonly words: Int32Array;
  /** The words that were ever reserved. */
  readonly top: number;
  /** Null when the dump has no allocator, or one that cannot be read. */
  readonly kmem: Kmalloc | null;
  readonly #functions: ReadonlyMap<number, string>;
  readonly #layouts: ReadonlyMap<string, StructLayout>;

  private constructor(
    readonly path: string,
    readonly dump: Dump,
    readonly notes: CrashNotes,
  ) {
    this.memory = dump.memory;
    this.words = dump.memory.words;
    this.top = Math.min(Math.max(0, dump.memory.top), this.words.length);
    this.kmem = attachedKmalloc(dump.memory);
    this.#functions = new Map(notes.functions);
    this.#layouts = new Map(dump.structNames.map((name) => [name, dump.layout(name)]));
  }

  /** @throws InputError when the file is no crash dump, of another version, cut short or damaged. */
  static open(path: string): CrashFile {
    let dump: Dump;
    try {
      dump = Dump.open(path);
    } catch (error) {
      const why =
        error instanceof KmemError ? error.message.replace(/^\w+: /, '') : `damaged (${String(error)})`;
      throw new InputError(why.includes(path) ? why : `${path}: ${why}`);
    }
    const notes = crashNotesOf(dump.notes);
    if (notes === null)
      throw new InputError(`${path} is a kmem dump, but no crash dump of this smplab: it has no notes`);
    const file = new CrashFile(path, dump, notes);
    if (!file.has('kern', file.kern))
      throw new InputError(`${path} is no dump of a kernel: it has no struct kern`);
    return file;
  }

  /** Base of `struct kern`. */
  get kern(): number {
    return this.memory.root(MemoryRoot.kernel);
  }

  /** One word; 0 outside the dump. */
  word(at: number): number {
    return at > 0 && at < this.words.length ? this.words[at] : 0;
  }

  /** Whether a struct can lie there. */
  has(struct: string, base: number): boolean {
    return base > 0 && base + this.layout(struct).size <= this.top;
  }

  layout(struct: string): StructLayout {
    const layout = this.#layouts.get(struct);
    if (layout === undefined) throw new InputError(`${this.path} has no layout of struct ${struct}`);
    return layout;
  }

  /** Offset of a field. */
  offset(struct: string, field: string): number {
    const offset = this.layout(struct).offsets[field];
    if (offset === undefined) {
      throw new InputError(
        `${this.path} was written by another smplab: struct ${struct} has no field ${field}`,
      );
    }
    return offset;
  }

  /** The (first) word of a field. */
  field(struct: string, base: number, field: string): number {
    return this.word(base + this.offset(struct, field));
  }

  /** A text field; empty when its bytes are none. */
  text(struct: string, base: number, field: string): string {
    const at = base + this.offset(struct, field);
    const type = this.#type(struct, field);
    const bytes = type.kind === 'cstring' ? Math.min(type.bytes, LONGEST_TEXT) : 0;
    if (at <= 0 || at + bytes / 4 > this.words.length) return '';
    const raw = this.memory.bytes.slice(at * 4, at * 4 + bytes);
    const end = raw.indexOf(0);
    return plausibleName(decoder.decode(end < 0 ? raw : raw.subarray(0, end)));
  }

  /** The bit of a flag of a field; 0 when this dump does not know it. */
  bit(struct: string, field: string, flag: string): number {
    const type = this.#type(struct, field);
    return type.kind === 'flags' ? (type.bits[flag] ?? 0) : 0;
  }

  /** The names of the flags that are set. */
  flags(struct: string, base: number, field: string): string[] {
    const word = this.field(struct, base, field);
    const type = this.#type(struct, field);
    return type.kind === 'flags' ? bitNames(word, type.bits) : [];
  }

  /** Name of a registered function. */
  functionName(number: number): string {
    return this.#functions.get(number) ?? `function ${number}`;
  }

  #type(struct: string, field: string): FieldType {
    this.offset(struct, field);
    return this.layout(struct).fields[field];
  }
}

/** Names of the bits of a word; bits without a name in hexadecimal. */
export function bitNames(word: number, bits: Readonly<Record<string, number>>): string[] {
  const names = Object.entries(bits).filter(([, bit]) => (word & bit) !== 0);
  const rest = names.reduce((left, [, bit]) => left & ~bit, word);
  return [...names.map(([name]) => name), ...(rest === 0 ? [] : [`0x${(rest >>> 0).toString(16)}`])];
}

function attachedKmalloc(memory: Memory): Kmalloc | null {
  try {
    return Kmalloc.attach(memory);
  } catch {
    return null;
  }
}
