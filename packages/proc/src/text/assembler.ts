/**
 * Owns the assembler: it turns source into a text image. Pure; it reads the source twice, first to know what
 * lies where, then to fill in words, and tells everything that is wrong, by line.
 *
 *     .text             what follows is text (the default); .data: it lies behind the text
 *     .word 1, label    words;   .string "text"  bytes up to a NUL, as words;   .space 16  zero bytes
 *     NAME = value      a constant, also `.const NAME, value`
 */
import { encode } from './instruction.ts';
import { mnemonic, type Place, WORD } from './mnemonic.ts';
import { evaluate, isName, parseLine, parseString, SourceError } from './source-line.ts';
import { TEXT_BASE, type TextImage } from './text-image.ts';

export interface TextImageOptions {
  /** Label of the first instruction; default `main` if there is one, else the first word. */
  readonly entry?: string;
}

/** Source that makes no image: what is wrong, a line each. */
export class AssemblyError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`this is no program of the text machine:\n  ${problems.join('\n  ')}`);
    this.name = 'AssemblyError';
  }
}

/** Words of a line, in its section. */
interface Piece {
  readonly line: number;
  readonly words: number;
  readonly make: (place: Place) => readonly number[];
}

type Section = 'text' | 'data';

const MOST_WORDS = 1 << 20;

/**
 * Makes a program of the text machine of its source. Throws AssemblyError.
 *
 * @example
 * textImage(`
 *   main: li r1, 7        ; the status
 *         sys exit
 * `).entry // 64
 */
export function textImage(source: string, options: TextImageOptions = {}): TextImage {
  if (typeof source !== 'string') throw new TypeError('textImage needs the source of a program, a text');
  const assembler = new Assembler();
  source.split(/\r?\n/).forEach((line, at) => {
    assembler.read(at + 1, line);
  });
  return assembler.image(options);
}

class Assembler {
  readonly #symbols = new Map<string, number>();
  /** Labels that have no address until the text has its size. */
  readonly #labels = new Map<string, { section: Section; word: number }>();
  readonly #pieces: Record<Section, Piece[]> = { text: [], data: [] };
  readonly #sizes: Record<Section, number> = { text: 0, data: 0 };
  readonly #problems: string[] = [];
  #section: Section = 'text';

  /** Takes a line. */
  read(line: number, text: string): void {
    this.#tell(line, text, () => {
      const { labels, what, operands } = parseLine(text);
      for (const label of labels) this.#label(label);
      if (what !== '') this.#statement(line, what, operands);
    });
  }

  image(options: TextImageOptions): TextImage {
    for (const [label, { section, word }] of this.#labels) {
      const base = section === 'text' ? 0 : this.#sizes.text;
      this.#symbols.set(label, TEXT_BASE + (base + word) * WORD);
    }
    const words = [...this.#filled('text', 0), ...this.#filled('data', this.#sizes.text)];
    if (this.#sizes.text === 0) this.#problems.push('there is no instruction in it');
    const entry = this.#entry(options);
    if (this.#problems.length > 0) throw new AssemblyError(this.#problems);
    const symbols = Object.freeze(Object.fromEntries(this.#symbols));
    return Object.freeze({
      kind: 'text',
      words: Object.freeze(words),
      textWords: this.#sizes.text,
      entry,
      symbols,
    });
  }

  #label(label: string): void {
    this.#new(label);
    this.#labels.set(label, { section: this.#section, word: this.#sizes[this.#section] });
  }

  #new(name: string): void {
    if (!isName(name)) throw new SourceError(`${name} is no name`);
    if (this.#labels.has(name) || this.#symbols.has(name)) throw new SourceError(`there are two ${name}`);
  }

  #statement(line: number, what: string, operands: readonly string[]): void {
    if (what === '.text' || what === '.data') this.#section = what === '.text' ? 'text' : 'data';
    else if (what === '.const') this.#constant(operands);
    else this.#add({ line, ...this.#words(what, operands) });
  }

  #add(piece: Piece): void {
    this.#pieces[this.#section].push(piece);
    this.#sizes[this.#section] += piece.words;
    if (this.#sizes[this.#section] > MOST_WORDS) throw new SourceError('the program is too large');
  }

  #constant(operands: readonly string[]): void {
    if (operands.length !== 2) throw new SourceError('.const takes a name and a value');
    const [name, value] = operands;
    this.#new(name);
    const lookup = (other: string): number => {
      const known = this.#symbols.get(other);
      if (known === undefined) throw new SourceError(`${other} is no constant that is known here`);
      return known;
    };
    this.#symbols.set(name, evaluate(value, lookup));
  }

  #words(what: string, operands: readonly string[]): Omit<Piece, 'line'> {
    if (what === '.word') {
      if (operands.length === 0) throw new SourceError('.word takes values');
      const make = ({ lookup }: Place) => operands.map((each) => word(evaluate(each, lookup), each));
      return { words: operands.length, make };
    }
    if (what === '.string') {
      const words = packed(parseString(operands.join(', ')));
      return { words: words.length, make: () => words };
    }
    if (what === '.space') return this.#space(operands);
    if (what.startsWith('.')) throw new SourceError(`there is no directive ${what}`);
    if (this.#section === 'data') throw new SourceError('instructions belong into .text');
    const instruction = mnemonic(what, operands, (name) => this.#symbols.get(name));
    return { words: instruction.words, make: (place) => instruction.make(place).map(encode) };
  }

  #space(operands: readonly string[]): Omit<Piece, 'line'> {
    const bytes = evaluate(operands.join(', '), (name) => this.#symbols.get(name) ?? Number.NaN);
    const isSize = Number.isInteger(bytes) && bytes >= 0 && bytes <= MOST_WORDS * WORD;
    if (!isSize) throw new SourceError('.space takes a number of bytes that is known here');
    const words = new Array<number>(Math.ceil(bytes / WORD)).fill(0);
    return { words: words.length, make: () => words };
  }

  /** The words of a section whose first word has this number. */
  #filled(section: Section, first: number): number[] {
    const words: number[] = [];
    for (const piece of this.#pieces[section]) {
      const address = TEXT_BASE + (first + words.length) * WORD;
      const lookup = (name: string): number => {
        const value = this.#symbols.get(name);
        if (value === undefined) throw new SourceError(`there is no label or constant ${name}`);
        return value;
      };
      const empty = new Array<number>(piece.words).fill(0);
      let made: readonly number[] = empty;
      this.#tell(piece.line, '', () => {
        made = piece.make({ address, lookup });
      });
      words.push(...made);
    }
    return words;
  }

  #entry({ entry }: TextImageOptions): number {
    if (entry === undefined) return this.#symbols.get('main') ?? TEXT_BASE;
    const found = this.#labels.has(entry) ? this.#symbols.get(entry) : undefined;
    if (found === undefined) this.#problems.push(`the entry ${entry} is no label`);
    return found ?? 0;
  }

  /** Keeps what is wrong, with its line. */
  #tell(line: number, text: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const said = text.trim() === '' ? '' : ` (${text.trim()})`;
      this.#problems.push(`line ${line}: ${error.message}${said}`);
    }
  }
}

function word(value: number, text: string): number {
  if (value >= -0x80000000 && value <= 0xffffffff) return value | 0;
  throw new SourceError(`${text} does not fit into a word`);
}

/** Bytes and a NUL as words, the first byte lowest. */
export function packed(bytes: Uint8Array): number[] {
  const words = new Array<number>((bytes.length + WORD) >> 2).fill(0);
  bytes.forEach((byte, at) => {
    words[at >> 2] |= byte << ((at & 3) << 3);
  });
  return words;
}
