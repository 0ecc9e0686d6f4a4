/**
 * What kmalloc's checker finds, as data and as text. Plain objects made on the thread that finds them.
 */
import { KernelPanic } from './kmem-error.ts';
import type { Pointer } from './pointer.ts';

/** What is known of the block around a word. */
export interface MallocBlock {
  readonly state: 'live' | 'freed';
  readonly pointer: Pointer;
  /** Words asked for; `offset` is not below this when the word is in the red zone. */
  readonly words: number;
  /** Of the word asked about, from `pointer`; negative in the block's header. */
  readonly offset: number;
  readonly typeName: string;
  readonly generation: number;
  readonly allocSite: string;
  readonly freeSite: string | undefined;
}

/** What is wrong. */
export type MallocFault =
  /** kfree of a block that is free already. */
  | 'double-free'
  /** kfree with another type than kmalloc had. */
  | 'wrong-type'
  /** kfree of something that is no block. */
  | 'wild-free'
  /** A freed block was written to. */
  | 'write-after-free'
  /** The words behind a block were written to. */
  | 'overrun'
  /** The header of a block was written over. */
  | 'damaged-header'
  /** A block is still in use at the end. */
  | 'leak';

/** One finding. */
export interface MallocReport {
  readonly fault: MallocFault;
  readonly pointer: Pointer;
  /** Type the block was allocated as. */
  readonly typeName: string;
  /** Words asked for. */
  readonly words: number;
  /** How many times the block has been allocated. */
  readonly generation: number;
  readonly allocSite: string;
  /** Where it was freed; undefined for a block never freed. */
  readonly freeSite: string | undefined;
  /** Where the faulty call was made; undefined when the fault was found later. */
  readonly callSite: string | undefined;
  /** More about the fault: the type given, the word written. */
  readonly detail: string;
}

/** A finding as one line of text. */
export function mallocReportText(report: MallocReport): string {
  const parts = [
    `${report.fault}: ${report.typeName} block ${report.pointer} of ${report.words} words`,
    `(generation ${report.generation})`,
    `allocated at ${report.allocSite}`,
  ];
  if (report.freeSite !== undefined) parts.push(`freed at ${report.freeSite}`);
  if (report.callSite !== undefined) parts.push(`now at ${report.callSite}`);
  if (report.detail !== '') parts.push(`- ${report.detail}`);
  return parts.join(' ');
}

/** The panic of a checker finding, when nobody collects reports. */
export class MallocPanic extends KernelPanic {
  override readonly name = 'MallocPanic';
  readonly report: MallocReport;

  constructor(report: MallocReport) {
    super(`kmalloc ${mallocReportText(report)}`);
    this.report = report;
  }
}
