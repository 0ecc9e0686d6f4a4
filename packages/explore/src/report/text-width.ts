/**
 * Owns how much room a text takes on a terminal: columns, clipping, wrapping. Texts of a scenario are made
 * harmless first, so that a name with a line break or an escape code cannot break the table. Works on
 * unpainted text.
 */

const CONTROL = /\p{Cc}|\p{Cf}|\u2028|\u2029/gu;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}]$/u;
const EAST_ASIAN =
  '\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60';
const WIDE = new RegExp(`^[${EAST_ASIAN}\uffe0-\uffe6]$`, 'u');

/** One line without control characters. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/\t/g, ' ')
    .replace(CONTROL, '');
}

function characterWidth(character: string): number {
  if (character <= '~') return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  const beyond = (character.codePointAt(0) ?? 0) > 0xffff;
  return beyond || WIDE.test(character) ? 2 : 1;
}

/** Columns the text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text, cut to `width` columns with an ellipsis if it is longer. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** The text followed by blanks up to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Lines of at most `width` columns, broken between words; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}
