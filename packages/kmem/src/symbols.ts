/**
 * Named areas of a memory: which static structure lies where, for other threads that attach, for reports and
 * for dump files. The table lies in kernel memory behind a root slot and is guarded by its own spin word.
 *
 *   data of a symbol:  [ pointer | number of the struct's name, 0 for none | count ]
 */
import { KmemError } from './kmem-error.ts';
import { MemoryRoot } from './memory.ts';
import type { Memory } from './memory.ts';
import { NameTable, createNameTable } from './name-table.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

const SYMBOL_CAPACITY = 128;
const kPointer = 0;
const kStruct = 1;
const kCount = 2;
const DATA_WORDS = 3;

/** One named area. */
export interface KernelSymbol {
  readonly name: string;
  readonly pointer: Pointer;
  /** Name of the struct that lies there. */
  readonly structName: string | undefined;
  /** How many of them in a row. */
  readonly count: number;
}

/** The symbol table of a memory; made on first use by whichever thread comes first. */
export class Symbols {
  private readonly memory: Memory;
  private readonly names: NameTable;

  constructor(memory: Memory) {
    this.memory = memory;
    let table = memory.root(MemoryRoot.symbols);
    if (table === NULL) {
      table = memory.publishRoot(MemoryRoot.symbols, createNameTable(memory, SYMBOL_CAPACITY, DATA_WORDS));
    }
    this.names = new NameTable(memory, table as Pointer<'name table'>);
  }

  /**
   * Reserves `count` zeroed structs in a row under a name; a second call with the name gives the same
   * pointer.
   * @throws KmemError ENOMEM, ENOSPC when there is no room.
   * @example const prison0 = new Symbols(memory).reserve('prison0', Prison);
   */
  reserve<N extends string, F extends FieldTypes>(
    name: string,
    layout: StructLayout<N, F>,
    count = 1,
  ): Pointer<N> {
    const structId = this.names.intern(`struct ${layout.name}`);
    const id = this.names.intern(name, (data) => {
      const pointer = this.memory.reserve(layout.size * count);
      this.memory.words[data + kPointer] = pointer;
      this.memory.words[data + kStruct] = structId;
      this.memory.words[data + kCount] = count;
    });
    return this.memory.words[this.names.dataOf(id) + kPointer] as Pointer<N>;
  }

  /** The named area. @throws KmemError ENOENT when there is none of that name. */
  find(name: string): KernelSymbol {
    const id = this.names.find(name);
    if (id === 0) throw new KmemError('ENOENT', `no symbol '${name}' in this memory`);
    return this.symbolOf(id, name);
  }

  /** All named areas by ascending address. */
  all(): KernelSymbol[] {
    return this.names
      .ids()
      .map((id) => this.symbolOf(id, this.names.nameOf(id) ?? ''))
      .filter((symbol) => symbol.pointer !== NULL)
      .sort((a, b) => a.pointer - b.pointer);
  }

  private symbolOf(id: number, name: string): KernelSymbol {
    const data = this.names.dataOf(id);
    const structName = this.names.nameOf(this.memory.words[data + kStruct]);
    return {
      name,
      pointer: this.memory.words[data + kPointer] as Pointer,
      structName: structName?.slice('struct '.length),
      count: this.memory.words[data + kCount],
    };
  }
}
