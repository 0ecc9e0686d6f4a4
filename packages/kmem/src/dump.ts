/**
 * Dump files: a memory with its struct catalogue, written to disk and opened again as a memory of its own.
 * Runs on one thread, while no other writes the memory.
 *
 *   +----------+---------+-------------+------------+----------+-------------------+------------------+
 *   | SMPKDUMP | version | JSON bytes  | words      | checksum | JSON (catalogue)  | words up to top  |
 *   | 8 bytes  | uint32  | uint32      | uint32     | uint32   | UTF-8             | int32 each       |
 *   +----------+---------+-------------+------------+----------+-------------------+------------------+
 *
 * All numbers are little-endian. The checksum is FNV-1a over everything behind the header. Sites, malloc
 * types and symbols need no section of their own: their tables are in the words. What else the writer knows
 * (why the memory was dumped, names that are not in it) travels in the catalogue as notes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fieldAt } from './struct.ts';
import type { StructLayout } from './struct.ts';
import { KmemError } from './kmem-error.ts';
import { Kmalloc, kSpin } from './malloc.ts';
import { Memory, MemoryRoot } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { structText } from './struct-text.ts';
import { Symbols } from './symbols.ts';

const MAGIC = 'SMPKDUMP';
const VERSION = 1;
const HEADER_BYTES = 24;
const kVersionByte = 8;
const kJsonLengthByte = 12;
const kWordsByte = 16;
const kChecksumByte = 20;
const SPARE_WORDS = 4096;

/** What the JSON section holds. */
interface DumpCatalogue {
  readonly maximumWords: number;
  readonly structs: readonly StructLayout[];
  readonly notes?: DumpNotes;
}

/** What the writer of a dump adds to it: a value that JSON can hold, by a name of the writer's choice. */
export type DumpNotes = Readonly<Record<string, unknown>>;

/**
 * Writes a memory to a file.
 * @param structs the layouts the dump can be printed by
 * @example writeDump('crash.kdump', memory, [Proc, Pgrp]);
 */
export function writeDump(
  path: string,
  memory: Memory,
  structs: readonly StructLayout[],
  notes: DumpNotes = {},
): void {
  writeFileSync(path, dumpBytes(memory, structs, notes));
}

/** The content of such a file, for those who write it elsewhere, later. */
export function dumpBytes(
  memory: Memory,
  structs: readonly StructLayout[],
  notes: DumpNotes = {},
): Uint8Array {
  memory.refresh();
  const catalogue: DumpCatalogue = {
    maximumWords: memory.maximumWords,
    structs: structs.map(({ name, size, fields, offsets, owner }) => ({
      name,
      size,
      fields,
      offsets,
      ...(owner === undefined ? {} : { owner }),
    })),
    ...(Object.keys(notes).length === 0 ? {} : { notes }),
  };
  const json = Buffer.from(JSON.stringify(catalogue), 'utf8');
  const words = memory.top;
  const file = Buffer.alloc(HEADER_BYTES + json.length + words * 4);
  file.write(MAGIC, 'latin1');
  file.writeUInt32LE(VERSION, kVersionByte);
  file.writeUInt32LE(json.length, kJsonLengthByte);
  file.writeUInt32LE(words, kWordsByte);
  json.copy(file, HEADER_BYTES);
  file.set(memory.bytes.subarray(0, words * 4), HEADER_BYTES + json.length);
  file.writeUInt32LE(checksumOf(file.subarray(HEADER_BYTES)), kChecksumByte);
  return file;
}

/** A dump that was opened: a private memory with the words of then, and the means to print it. */
export class Dump {
  /** All views, lists and `Kmalloc.attach` work on it. */
  readonly memory: Memory;
  /** What the writer added; empty when it added nothing. */
  readonly notes: DumpNotes;
  private readonly structs: ReadonlyMap<string, StructLayout>;

  private constructor(memory: Memory, structs: readonly StructLayout[], notes: DumpNotes) {
    this.memory = memory;
    this.notes = notes;
    this.structs = new Map(structs.map((layout) => [layout.name, layout]));
  }

  /**
   * Opens a dump file.
   * @throws KmemError EFTYPE when the file is no dump, of another version, cut short or damaged; ENOENT when
   *   there is no such file.
   */
  static open(path: string): Dump {
    let file: Buffer;
    try {
      file = readFileSync(path);
    } catch (error) {
      throw new KmemError('ENOENT', `cannot read dump ${path}: ${String(error)}`);
    }
    const refuse = (why: string): never => {
      throw new KmemError('EFTYPE', `${path} is no kmem dump: ${why}`);
    };
    if (file.length < HEADER_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC)
      refuse('foreign file');
    const version = file.readUInt32LE(kVersionByte);
    if (version !== VERSION) refuse(`version ${version}, this is version ${VERSION}`);
    const jsonEnd = HEADER_BYTES + file.readUInt32LE(kJsonLengthByte);
    const words = file.readUInt32LE(kWordsByte);
    const expected = jsonEnd + words * 4;
    if (file.length !== expected) refuse(`${file.length} bytes instead of ${expected}`);
    const checksum = file.readUInt32LE(kChecksumByte);
    if (checksumOf(file.subarray(HEADER_BYTES)) !== checksum) refuse('the checksum does not match');
    const catalogue = JSON.parse(file.toString('utf8', HEADER_BYTES, jsonEnd)) as DumpCatalogue;
    const memory = memoryOf(file.subarray(jsonEnd), words, catalogue.maximumWords);
    return new Dump(memory, catalogue.structs, catalogue.notes ?? {});
  }

  /** Names of the structs in the catalogue. */
  get structNames(): string[] {
    return [...this.structs.keys()];
  }

  /** The layout of a struct. @throws KmemError ENOENT when it is not in the catalogue. */
  layout(structName: string): StructLayout {
    const layout = this.structs.get(structName);
    if (layout === undefined) throw new KmemError('ENOENT', `no struct '${structName}' in this dump`);
    return layout;
  }

  /**
   * One struct as text, a field a line.
   * @throws KmemError ENOENT for an unknown struct, EFAULT outside the memory.
   */
  print(structName: string, pointer: Pointer): string {
    return structText(this.memory, this.layout(structName), pointer);
  }

  /**
   * Every struct the dump knows the place of: symbols, and live blocks whose malloc type is named like a
   * struct.
   * @param structName only those
   */
  printAll(structName?: string): string {
    return this.places()
      .filter((place) => structName === undefined || place.layout.name === structName)
      .map((place) => `${place.title}: ${structText(this.memory, place.layout, place.pointer)}`)
      .join('\n');
  }

  /** What a word is, such as `proc 4711.p_lock`; the bare number when nothing is known. */
  describe(wordIndex: number): string {
    for (const { layout, pointer, title } of this.places()) {
      const found = fieldAt(layout, wordIndex - pointer);
      if (found !== undefined) return `${title}.${found.path}`;
    }
    return `word ${wordIndex}`;
  }

  /** Where structs lie: symbols first, then blocks. */
  private places(): { readonly title: string; readonly layout: StructLayout; readonly pointer: Pointer }[] {
    const places: { title: string; layout: StructLayout; pointer: Pointer }[] = [];
    const symbols = this.memory.root(MemoryRoot.symbols) === NULL ? [] : new Symbols(this.memory).all();
    for (const { name, pointer, structName, count } of symbols) {
      const layout = this.structs.get(structName ?? '');
      if (layout === undefined) continue;
      for (let index = 0; index < count; index++) {
        const title = count === 1 ? name : `${name}[${index}]`;
        places.push({ title, layout, pointer: (pointer + index * layout.size) as Pointer });
      }
    }
    if (this.memory.root(MemoryRoot.kmalloc) === NULL) return places;
    for (const block of Kmalloc.attach(this.memory).liveBlocks()) {
      const layout = this.structs.get(block.typeName);
      if (layout === undefined || block.words < layout.size) continue;
      places.push({ title: `${layout.name} ${block.pointer}`, layout, pointer: block.pointer });
    }
    return places;
  }
}

/** A memory with the words of a dump. */
function memoryOf(bytes: Buffer, words: number, maximumWords: number): Memory {
  const initialWords = Math.min(maximumWords, words + SPARE_WORDS);
  const buffer = new SharedArrayBuffer(initialWords * 4, { maxByteLength: maximumWords * 4 });
  new Uint8Array(buffer).set(bytes);
  const memory = Memory.attach(buffer);
  // Whoever held the allocator's lock when the memory was dumped is gone.
  const control = memory.root(MemoryRoot.kmalloc);
  if (control > NULL && control < memory.length) memory.words[control + kSpin] = 0;
  return memory;
}

/** FNV-1a over bytes, as a uint32. */
function checksumOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
