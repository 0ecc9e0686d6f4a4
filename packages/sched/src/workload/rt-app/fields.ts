/**
 * Owns the checked look at the fields of an object of an rt-app file: what a value may be, in words that say
 * where it is, what it is and what is needed. What means nothing in virtual time goes onto a list.
 */
import { scaled, type Variate, variateOf } from '../variate.ts';
import { WorkloadError } from '../workload.ts';
import { failAt, type LooseEntry, type LooseNode, type LooseObject, type Place } from './loose-json.ts';

const US = 1000;

function shown(node: LooseNode): string {
  if (node.kind === 'nothing') return 'left out';
  if (node.kind === 'null') return 'null';
  return node.kind === 'object' || node.kind === 'list' ? `a ${node.kind}` : JSON.stringify(node.value);
}

/** A law as data, as it stands in the file. */
function plain(node: LooseNode): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'object')
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  return node.kind === 'null' || node.kind === 'nothing' ? null : node.value;
}

export class Fields {
  readonly file: string;
  readonly warnings: string[] = [];

  constructor(file: string) {
    this.file = file;
  }

  fail(at: Place, what: string): never {
    return failAt(this.file, at, what);
  }

  warn({ line, column }: Place, what: string): void {
    this.warnings.push(`${this.file}:${line}:${column}: ${what}`);
  }

  #needs(entry: LooseEntry, what: string): never {
    return this.fail(entry.value.at, `"${entry.key}" is ${shown(entry.value)}: ${what} is needed`);
  }

  object(entry: LooseEntry): LooseObject {
    return entry.value.kind === 'object' ? entry.value : this.#needs(entry, 'an object');
  }

  /** A whole number of a range. */
  whole(entry: LooseEntry, least: number, most = Infinity): number {
    const { value } = entry;
    const isFit =
      value.kind === 'number' && Number.isInteger(value.value) && value.value >= least && value.value <= most;
    const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
    return isFit ? value.value : this.#needs(entry, `a whole number ${range}`);
  }

  /** How often something is done: -1 is for ever. */
  times(entry: LooseEntry, least: number): number {
    const { value } = entry;
    if (value.kind === 'number' && value.value === -1) return Infinity;
    const isFit = value.kind === 'number' && Number.isInteger(value.value) && value.value >= least;
    return isFit ? value.value : this.#needs(entry, `a whole number from ${least}, or -1 for ever,`);
  }

  /** A time in us, as ns. */
  time(entry: LooseEntry, least = 0): number {
    const { value } = entry;
    const isFit = value.kind === 'number' && Number.isFinite(value.value) && value.value >= least;
    return isFit ? Math.round(value.value * US) : this.#needs(entry, `a time in us from ${least}`);
  }

  /** A time in us, or a law of times as ours only, as ns. */
  law(entry: LooseEntry): Variate {
    const { value } = entry;
    if (value.kind !== 'number' && value.kind !== 'object')
      return this.#needs(entry, 'a time in us from 0, or a distribution of times,');
    if (value.kind === 'number') this.time(entry);
    try {
      return scaled(variateOf(plain(value)), US);
    } catch (error) {
      if (error instanceof WorkloadError) return this.fail(value.at, `"${entry.key}": ${error.message}`);
      throw error;
    }
  }

  text(entry: LooseEntry): string {
    const { value } = entry;
    return value.kind === 'text' ? value.value : this.#needs(entry, 'a text');
  }

  /** A text that may be left out. */
  textOr(entry: LooseEntry, otherwise: string): string {
    const { value } = entry;
    if (value.kind === 'nothing' || value.kind === 'null') return otherwise;
    return this.text(entry) === '' ? otherwise : this.text(entry);
  }

  flag(entry: LooseEntry): boolean {
    const { value } = entry;
    return value.kind === 'flag' ? value.value : this.#needs(entry, 'true or false');
  }

  /** One of some words. */
  word<T extends string>(entry: LooseEntry, words: readonly T[]): T {
    const { value } = entry;
    const found = value.kind === 'text' ? words.find((each) => each === value.value) : undefined;
    return found ?? this.#needs(entry, `one of ${words.join(', ')}`);
  }

  /** A list of whole numbers from 0. */
  wholes(entry: LooseEntry): readonly number[] {
    const { value } = entry;
    if (value.kind !== 'list') return this.#needs(entry, 'a list of whole numbers from 0');
    return value.items.map((item) => this.whole({ ...entry, value: item }, 0));
  }

  /** Refuses a key. */
  unknown({ key, at }: LooseEntry, where: string, known: readonly string[]): never {
    return this.fail(at, `"${key}" is not known in ${where}: known are ${known.join(', ')}`);
  }

  /** Those of an object by their keys, each of which may come once. */
  byKey({ entries }: LooseObject, where: string, known: readonly string[]): ReadonlyMap<string, LooseEntry> {
    const found = new Map<string, LooseEntry>();
    for (const entry of entries) {
      if (!known.includes(entry.key)) this.unknown(entry, where, known);
      this.once(found, entry, where);
    }
    return found;
  }

  /** Keeps a property that may come once only. */
  once(found: Map<string, LooseEntry>, entry: LooseEntry, where: string): void {
    const first = found.get(entry.key);
    if (first !== undefined)
      this.fail(entry.at, `"${entry.key}" comes twice in ${where}: first in line ${first.at.line}`);
    found.set(entry.key, entry);
  }
}
