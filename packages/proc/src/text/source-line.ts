/**
 * Owns one line of assembler source: its labels, what it says, its operands, and expressions in them. Pure;
 * everything wrong is a SourceError, to which the assembler adds the line.
 *
 *     again: ld r1, [sp + 4]   ; a comment
 *     label  what  operands
 */

/** What is wrong with a line. */
export class SourceError extends Error {}

export interface SourceLine {
  readonly labels: readonly string[];
  /** An instruction or a directive; empty if there are only labels. */
  readonly what: string;
  readonly operands: readonly string[];
}

const LABEL = /^([A-Za-z_]\w*)\s*:\s*/;
const CONSTANT = /^([A-Za-z_]\w*)\s*=\s*(.*)$/;
const NAME = /^[A-Za-z_]\w*$/;
const TERM = /^\s*([+-]?)\s*(0x[\da-f]+|\d+|'(?:\\.|[^'\\])'|[A-Za-z_]\w*)/i;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

/** Takes a line apart. `NAME = value` is the directive `.const NAME, value`. */
export function parseLine(line: string): SourceLine {
  let rest = withoutComment(line).trim();
  const labels: string[] = [];
  for (let found = LABEL.exec(rest); found !== null; found = LABEL.exec(rest)) {
    labels.push(found[1]);
    rest = rest.slice(found[0].length);
  }
  const constant = CONSTANT.exec(rest);
  if (constant !== null) return { labels, what: '.const', operands: [constant[1], constant[2].trim()] };
  const end = rest.search(/\s/);
  const what = end < 0 ? rest : rest.slice(0, end);
  return { labels, what: what.toLowerCase(), operands: end < 0 ? [] : split(rest.slice(end), ',') };
}

/** Whether something can be the name of a label or of a constant. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** The value of `term + term - term`; `lookup` knows the names. */
export function evaluate(text: string, lookup: (name: string) => number): number {
  let rest = text;
  let sum = 0;
  for (let isFirst = true; isFirst || rest.trim() !== ''; isFirst = false) {
    const found = TERM.exec(rest);
    if (found === null || (!isFirst && found[1] === '')) throw new SourceError(`${text.trim()} is no value`);
    const value = valueOf(found[2], lookup);
    sum += found[1] === '-' ? -value : value;
    rest = rest.slice(found[0].length);
  }
  return sum;
}

/** The bytes of a text in double quotes, in UTF-8. */
export function parseString(text: string): Uint8Array {
  if (!/^"(?:\\.|[^"\\])*"$/.test(text)) throw new SourceError(`${text} is no text in double quotes`);
  return new TextEncoder().encode(unescape(text.slice(1, -1)));
}

function valueOf(term: string, lookup: (name: string) => number): number {
  if (term.startsWith("'")) return unescape(term.slice(1, -1)).charCodeAt(0);
  return /^\d/.test(term) ? Number(term) : lookup(term);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}

function withoutComment(line: string): string {
  return split(line, ';', 1)[0] ?? '';
}

/** Parts between separators that are in no quotes, without the blanks around them. */
function split(text: string, separator: string, most = Infinity): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quote !== '' && char === '\\') part += char + (text[++at] ?? '');
    else if (quote === '' && char === separator) {
      parts.push(part.trim());
      part = '';
      if (parts.length === most) return parts;
    } else {
      if (quote === char) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      part += char;
    }
  }
  parts.push(part.trim());
  return parts;
}
