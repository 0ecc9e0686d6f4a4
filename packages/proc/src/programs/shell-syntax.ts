/**
 * Owns the language of /bin/sh: words, quotes, `;`, `&`, `&&`, `||`, redirections, `$` names. Pure: a line
 * in, a list of jobs out, or a ShellSyntaxError. There are no pipes, because the kernel has none yet.
 *
 *     line  = job { ( ';' | '&' ) job }          job     = command { ( '&&' | '||' ) command }
 *     command = { NAME=word } { word | '<' word | '>' word | '>>' word }
 */

/** What a word is made of: text as it stands, and names to be replaced when it is used. */
type Part = { readonly text: string } | { readonly name: string };

/** A word of a command. */
export type Word = readonly Part[];

interface Redirection {
  readonly fd: number;
  readonly path: Word;
  readonly how: '<' | '>' | '>>';
}

/** One program, or one of the shell's own commands, with its words. */
export interface Command {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** What was typed. */
  readonly text: string;
}

/** Commands of which each runs if the one before it succeeded (`&&`), or failed (`||`); the first always. */
export interface Job {
  readonly commands: readonly { readonly when: 'always' | '&&' | '||'; readonly command: Command }[];
  /** What was typed, for `jobs` and for the process that runs it. */
  readonly text: string;
  readonly isBackground: boolean;
}

/** A line that means nothing. */
export class ShellSyntaxError extends Error {
  constructor(near: string) {
    super(near === '' ? 'syntax error: unexpected end of line' : `syntax error near ${near}`);
    this.name = 'ShellSyntaxError';
  }
}

interface Token {
  /** An operator, or null for a word. */
  readonly operator: string | null;
  readonly word: Word;
  readonly start: number;
  readonly end: number;
}

const OPERATORS = ['&&', '||', '>>', ';', '&', '<', '>', '|', '(', ')'];
const NAME = /^(?:[A-Za-z_]\w*|[?$!0-9])/;

/** The jobs of a line, in order. */
export function parseLine(line: string): Job[] {
  const tokens = tokensOf(line);
  const jobs: Job[] = [];
  let at = 0;
  while (at < tokens.length) {
    const start = at;
    const commands: Job['commands'][number][] = [];
    let when: 'always' | '&&' | '||' = 'always';
    for (;;) {
      const { command, next } = commandAt(line, tokens, at);
      commands.push({ when, command });
      at = next;
      const operator = tokens.at(at)?.operator;
      if (at >= tokens.length || (operator !== '&&' && operator !== '||')) break;
      when = operator;
      at++;
    }
    const text = line.slice(tokens[start].start, tokens[at - 1].end);
    const end = at < tokens.length ? tokens[at].operator : ';';
    if (end !== ';' && end !== '&') throw new ShellSyntaxError(`"${end ?? ''}"`);
    jobs.push({ commands, text, isBackground: end === '&' });
    at++;
  }
  return jobs;
}

/** What a word stands for, with names replaced. */
export function expand(word: Word, valueOf: (name: string) => string): string {
  return word.map((part) => ('text' in part ? part.text : valueOf(part.name))).join('');
}

/** What words stand for: one that consists of names alone, unquoted, and has no value is none. */
export function expandAll(words: readonly Word[], valueOf: (name: string) => string): string[] {
  const isEmpty = (word: Word): boolean => word.every((part) => 'name' in part && valueOf(part.name) === '');
  return words.filter((word) => !isEmpty(word)).map((word) => expand(word, valueOf));
}

function commandAt(line: string, tokens: readonly Token[], at: number): { command: Command; next: number } {
  const assignments: Command['assignments'][number][] = [];
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  const start = at;
  for (; at < tokens.length; at++) {
    const { operator, word } = tokens[at];
    if (operator === '<' || operator === '>' || operator === '>>') {
      const path = tokens.at(at + 1);
      if (at + 1 >= tokens.length || path?.operator !== null) throw new ShellSyntaxError(`"${operator}"`);
      redirections.push({ fd: operator === '<' ? 0 : 1, path: path.word, how: operator });
      at++;
      continue;
    }
    if (operator !== null) break;
    const assignment = words.length === 0 ? assignmentOf(word) : null;
    if (assignment === null) words.push(word);
    else assignments.push(assignment);
  }
  if (at === start) throw new ShellSyntaxError(at < tokens.length ? `"${tokens[at].operator ?? ''}"` : '');
  const text = line.slice(tokens[start].start, tokens[at - 1].end);
  return { command: { assignments, words, redirections, text }, next: at };
}

function assignmentOf(word: Word): { name: string; value: Word } | null {
  const first = word.at(0);
  if (first === undefined || !('text' in first)) return null;
  const found = /^([A-Za-z_]\w*)=/.exec(first.text);
  if (found === null) return null;
  return { name: found[1], value: [{ text: first.text.slice(found[0].length) }, ...word.slice(1)] };
}

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at])) {
      at++;
      continue;
    }
    if (line[at] === '#') break;
    const operator = OPERATORS.find((each) => line.startsWith(each, at));
    if (operator !== undefined) {
      tokens.push({ operator, word: [], start: at, end: at + operator.length });
      at += operator.length;
      continue;
    }
    const scan = new WordScan(line, at);
    tokens.push({ operator: null, word: scan.word, start: at, end: scan.end });
    at = scan.end;
  }
  return tokens;
}

/** One word from a place in the line to the blank or operator that ends it. */
class WordScan {
  readonly word: Part[] = [];
  end: number;
  #text = '';
  #isQuoted = false;

  constructor(
    readonly line: string,
    start: number,
  ) {
    this.end = start;
    while (this.end < line.length && !/[\s;&|<>()]/.test(line[this.end])) this.#take();
    // '' is a word, too, and so is "$name" whatever its value is.
    if (this.#text !== '' || this.#isQuoted) this.word.push({ text: this.#text });
  }

  #take(): void {
    const { line } = this;
    const char = line[this.end++];
    if (char === '\\') this.#text += line.slice(this.end, ++this.end);
    else if (char === "'") {
      const close = this.#closing("'");
      this.#text += line.slice(this.end, close);
      this.end = close + 1;
    } else if (char === '"') this.#doubleQuoted();
    else if (char === '$') this.#name();
    else this.#text += char;
  }

  #doubleQuoted(): void {
    const { line } = this;
    this.#isQuoted = true;
    this.#closing('"');
    while (line[this.end] !== '"') {
      if (this.end >= line.length) throw new ShellSyntaxError('');
      const char = line[this.end++];
      if (char === '\\' && '"\\$'.includes(line[this.end])) this.#text += line[this.end++];
      else if (char === '$') this.#name();
      else this.#text += char;
    }
    this.end++;
  }

  #name(): void {
    const found = NAME.exec(this.line.slice(this.end));
    if (found === null) {
      this.#text += '$';
      return;
    }
    this.#flush();
    this.word.push({ name: found[0] });
    this.end += found[0].length;
  }

  #closing(quote: string): number {
    this.#isQuoted = true;
    const close = this.line.indexOf(quote, this.end);
    if (close < 0) throw new ShellSyntaxError(quote);
    return close;
  }

  #flush(): void {
    if (this.#text !== '') this.word.push({ text: this.#text });
    this.#text = '';
  }
}
