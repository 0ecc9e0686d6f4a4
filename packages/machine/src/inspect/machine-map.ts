/**
 * Owns what lies where in a dump: the CPUs, the threads of each, and what to call any word of the memory.
 * Made once for each inspection; collects what is wrong with the structures on the way. Looks only.
 */
import { T_DESC, TOKEN_WORDS } from '@smplab/token';
import type { CrashFile } from './crash-file.ts';
import { cutList } from './cut-list.ts';

const MOST_CPUS = 64;
/** Malloc types whose blocks are threads and tokens. */
const THREAD_TYPE = 'thread';
const TOKEN_TYPE = 'token';

/** One CPU. */
export interface CpuPlace {
  readonly cpuid: number;
  readonly gd: number;
}

/** One thread, and the CPU in whose list it was found; null for one in no list. */
export interface ThreadPlace {
  readonly td: number;
  readonly cpuid: number | null;
}

export class MachineMap {
  readonly cpus: readonly CpuPlace[];
  readonly threads: readonly ThreadPlace[];
  /** What is wrong with the memory, a line each. */
  readonly remarks: string[] = [];
  readonly #names = new Map<number, string>();

  constructor(readonly file: CrashFile) {
    this.cpus = this.#findCpus();
    this.threads = this.#findThreads();
    this.#nameThreads();
  }

  kern(field: string): number {
    return this.file.field('kern', this.file.kern, field);
  }

  gd(cpu: CpuPlace, field: string): number {
    return this.file.field('globaldata', cpu.gd, field);
  }

  td(td: number, field: string): number {
    return this.file.field('thread', td, field);
  }

  /** Whether a flag of td_flags is set. */
  hasFlag(td: number, flag: string): boolean {
    return (this.td(td, 'td_flags') & this.file.bit('thread', 'td_flags', flag)) !== 0;
  }

  /** A thread by a name that no other has. */
  threadName(td: number): string {
    if (td === 0) return 'none';
    return (
      this.#names.get(td) ?? (this.file.has('thread', td) ? this.#plainName(td) : `word ${td}, no thread`)
    );
  }

  tokenName(token: number): string {
    const named = this.file.has('lwkt_token', token) ? this.file.text('lwkt_token', token, 't_desc') : '';
    return named === '' ? `token ${token}` : named;
  }

  /** What a word of the memory is, as far as that is known. */
  describe(word: number): string {
    if (word === 0) return '0';
    const { file } = this;
    for (const { td } of this.threads) {
      const found = fieldName(file, 'thread', word - td);
      if (found !== null)
        return word === td ? `thread ${this.threadName(td)}` : `thread ${this.threadName(td)}.${found}`;
    }
    for (const { gd, cpuid } of this.cpus) {
      const found = fieldName(file, 'globaldata', word - gd);
      if (found !== null) return `cpu${cpuid}.${found}`;
    }
    const block = word < file.top ? this.#blockAt(word) : undefined;
    if (block === undefined) return String(word);
    if (block.typeName === TOKEN_TYPE && block.offset < T_DESC)
      return `token ${this.tokenName(block.pointer)}`;
    const freed = block.state === 'freed' ? 'freed ' : '';
    return block.words === 1
      ? `${freed}${block.typeName} ${block.pointer}`
      : `${freed}${block.typeName} ${block.pointer}[${block.offset}]`;
  }

  /** Tokens in blocks of their own. */
  tokenBlocks(): number[] {
    return this.#blocks(TOKEN_TYPE, TOKEN_WORDS);
  }

  #blocks(type: string, words: number): number[] {
    try {
      const live = this.file.kmem?.liveBlocks() ?? [];
      return live
        .filter((block) => block.typeName === type && block.words >= words)
        .map(({ pointer }) => pointer);
    } catch (error) {
      this.#remark(`the heap cannot be walked: ${(error as Error).message}`);
      return [];
    }
  }

  #blockAt(word: number): ReturnType<NonNullable<CrashFile['kmem']>['blockAt']> {
    try {
      return this.file.kmem?.blockAt(word);
    } catch {
      return undefined;
    }
  }

  #remark(text: string): void {
    if (!this.remarks.includes(text)) this.remarks.push(text);
  }

  #findCpus(): CpuPlace[] {
    const count = this.kern('k_ncpus');
    if (count < 1 || count > MOST_CPUS)
      this.#remark(`k_ncpus is ${count}: a machine has 1 to ${MOST_CPUS} CPUs`);
    const cpus: CpuPlace[] = [];
    for (let cpuid = 0; cpuid < Math.min(count, MOST_CPUS); cpuid++) {
      const gd = this.kern('k_gd') + cpuid * this.kern('k_gd_stride');
      if (!this.file.has('globaldata', gd)) {
        this.#remark(`the globaldata of cpu${cpuid} would lie at word ${gd}, outside the memory`);
        break;
      }
      cpus.push({ cpuid, gd });
    }
    return cpus;
  }

  #findThreads(): ThreadPlace[] {
    const places = new Map<number, ThreadPlace>();
    for (const cpu of this.cpus) {
      const { items, cut } = cutList(this.file, 'thread', this.gd(cpu, 'gd_tdallq'), 'td_allq');
      if (cut !== null) this.#remark(`the thread list of cpu${cpu.cpuid} ${cut}`);
      for (const td of items) {
        if (this.#blockAt(td)?.state === 'freed') {
          this.#remark(`the thread list of cpu${cpu.cpuid} has thread ${td}, whose memory is freed`);
        }
        const before = places.get(td);
        if (before !== undefined) {
          this.#remark(`thread ${td} is in the lists of cpu${String(before.cpuid)} and of cpu${cpu.cpuid}`);
        } else if (!this.hasFlag(td, 'MARKER')) places.set(td, { td, cpuid: cpu.cpuid });
      }
    }
    const current = this.cpus.map((cpu) => this.gd(cpu, 'gd_curthread'));
    for (const td of [...current, ...this.#blocks(THREAD_TYPE, this.file.layout('thread').size)]) {
      if (this.file.has('thread', td) && !places.has(td)) places.set(td, { td, cpuid: null });
    }
    return [...places.values()];
  }

  /**
   * By name if that says it, else as explored strands are called (cpu0/idle), else with the serial number.
   */
  #nameThreads(): void {
    const spellings = [
      (td: number): string => this.#plainName(td),
      (td: number): string => `cpu${this.td(td, 'td_gd')}/${this.#plainName(td)}`,
      (td: number): string => `${this.#plainName(td)}#${this.td(td, 'td_serial')}`,
    ];
    for (const spelled of spellings) {
      const counts = new Map<string, number>();
      for (const { td } of this.threads) counts.set(spelled(td), (counts.get(spelled(td)) ?? 0) + 1);
      for (const { td } of this.threads) {
        if (!this.#names.has(td) && counts.get(spelled(td)) === 1) this.#names.set(td, spelled(td));
      }
    }
  }

  #plainName(td: number): string {
    return this.file.text('thread', td, 'td_comm') || `thread ${td}`;
  }
}

/** The field a word of a struct belongs to; null outside it. */
function fieldName(file: CrashFile, struct: string, offset: number): string | null {
  const { size, offsets } = file.layout(struct);
  if (offset < 0 || offset >= size) return null;
  let found = '';
  for (const [name, at] of Object.entries(offsets)) if (at <= offset) found = name;
  return found;
}
