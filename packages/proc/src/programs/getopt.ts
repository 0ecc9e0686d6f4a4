/**
 * Owns reading the options of a command line as getopt(3): single letters after a dash, alone or together, a
 * value in the same word or the next, `--` ends them. Pure.
 */
export interface Options {
  /** Values of each letter in the order given; '' for one that takes none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
  /** What is wrong with them, as getopt says it; null if nothing is. */
  readonly error: string | null;
}

/** Reads `argv` by `letters`, in which a colon follows those that take a value. */
export function getopt(argv: readonly string[], letters: string): Options {
  const given = new Map<string, string[]>();
  let at = 0;
  for (; at < argv.length && /^-./.test(argv[at]); at++) {
    if (argv[at] === '--') {
      at++;
      break;
    }
    for (let i = 1; i < argv[at].length; i++) {
      const letter = argv[at][i];
      const place = letter === ':' ? -1 : letters.indexOf(letter);
      if (place === -1) return { given, rest: [], error: `illegal option -- ${letter}` };
      const values = given.get(letter) ?? [];
      given.set(letter, values);
      if (letters[place + 1] !== ':') {
        values.push('');
        continue;
      }
      const inWord = argv[at].slice(i + 1);
      if (inWord === '' && at + 1 >= argv.length) {
        return { given, rest: [], error: `option requires an argument -- ${letter}` };
      }
      values.push(inWord === '' ? argv[++at] : inWord);
      break;
    }
  }
  return { given, rest: argv.slice(at), error: null };
}

/** A whole number; null for anything else. */
export function numberOf(text: string): number | null {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 0x7fffffff ? Number(text) : null;
}
