/**
 * Owns the reading of JSON as rt-app and its workgen take it: keys may come twice and keep their order, also
 * those that look like numbers; comments; commas that are left out or too many; keys without a value; quotes
 * of either kind. Every key and value knows its line and column, and every error says its own.
 */
import { WorkloadError } from '../workload.ts';

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface LooseEntry {
  readonly key: string;
  readonly at: Place;
  readonly value: LooseNode;
}

export interface LooseObject {
  readonly kind: 'object';
  readonly at: Place;
  readonly entries: readonly LooseEntry[];
}

export type LooseNode =
  | LooseObject
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly LooseNode[] }
  | { readonly kind: 'number'; readonly at: Place; readonly value: number }
  | { readonly kind: 'text'; readonly at: Place; readonly value: string }
  | { readonly kind: 'flag'; readonly at: Place; readonly value: boolean }
  | { readonly kind: 'null'; readonly at: Place }
  /** A key has no value. */
  | { readonly kind: 'nothing'; readonly at: Place };

const BLANK = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const NUMBER = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /[A-Za-z_][\w.-]*/y;
const TEXT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const DEEPEST = 100;

/** Something is wrong at a place of a file. */
export function failAt(file: string, { line, column }: Place, what: string): never {
  throw new WorkloadError(`${file}:${line}:${column}: ${what}`);
}

class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  #at = 0;
  #depth = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1);
  }

  #placeOf(at: number): Place {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle] <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - this.#lineStarts[low] + 1 };
  }

  #fail(what: string): never {
    return failAt(this.#file, this.#placeOf(this.#at), what);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  /** The next character that means something; empty at the end. */
  #peek(): string {
    this.#match(BLANK);
    if (this.#text.startsWith('/*', this.#at)) this.#fail('this comment has no end');
    return this.#text.charAt(this.#at);
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  whole(): LooseNode {
    const node = this.#value();
    if (this.#peek() !== '') this.#fail(`${this.#seen()} after the end of the object`);
    return node;
  }

  #seen(): string {
    const next = this.#peek();
    return next === '' ? 'the end of the file' : `"${next}"`;
  }

  #value(): LooseNode {
    const next = this.#peek();
    const at = this.#placeOf(this.#at);
    if (next === '{' || next === '[') return this.#nested(next, at);
    if (next === '"' || next === "'") return { kind: 'text', at, value: this.#string() };
    const number = this.#match(NUMBER);
    if (number !== null) return { kind: 'number', at, value: Number(number) };
    const word = this.#match(WORD)?.toLowerCase();
    if (word === 'true' || word === 'false') return { kind: 'flag', at, value: word === 'true' };
    if (word === 'null') return { kind: 'null', at };
    if (word !== undefined) this.#at -= word.length;
    return this.#fail(`${this.#seen()} where a value is needed`);
  }

  #nested(open: '{' | '[', at: Place): LooseNode {
    if (++this.#depth > DEEPEST) this.#fail(`more than ${DEEPEST} objects inside each other`);
    this.#at++;
    const node: LooseNode =
      open === '{'
        ? { kind: 'object', at, entries: this.#list('}', 'object', at, () => this.#entry()) }
        : { kind: 'list', at, items: this.#list(']', 'list', at, () => this.#value()) };
    this.#depth--;
    return node;
  }

  /** What is between brackets: commas may be left out, or come twice. */
  #list<T>(close: string, what: string, { line, column }: Place, item: () => T): T[] {
    const items: T[] = [];
    for (;;) {
      while (this.#skip(','));
      if (this.#skip(close)) return items;
      if (this.#peek() === '') this.#fail(`the ${what} that begins at ${line}:${column} has no end`);
      items.push(item());
    }
  }

  #entry(): LooseEntry {
    const next = this.#peek();
    const at = this.#placeOf(this.#at);
    if (next !== '"' && next !== "'") this.#fail(`${this.#seen()} where a key in quotes is needed`);
    const key = this.#string();
    return { key, at, value: this.#skip(':') ? this.#value() : { kind: 'nothing', at } };
  }

  #string(): string {
    const quoted = this.#match(TEXT);
    if (quoted === null) this.#fail('this text has no end on its line');
    return quoted
      .slice(1, -1)
      .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, character: string) =>
        code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(parseInt(code, 16)),
      );
  }
}

/** Reads the text of a file; its name is for messages. */
export function readLooseJson(file: string, text: string): LooseNode {
  return new Reader(file, text).whole();
}
