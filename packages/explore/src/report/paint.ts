/**
 * Owns the few colours of reports. A report is a pure text: whether colours are wanted is decided by whoever
 * prints it, so nothing here looks at a terminal or at the environment.
 */

/** Wraps a text in the escape codes of a style, or leaves it alone. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
  readonly accent: (text: string) => string;
}

const plain = (text: string): string => text;
const style =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

const PLAIN: Paint = { bold: plain, dim: plain, bad: plain, good: plain, accent: plain };

const COLOURED: Paint = {
  bold: style(1, 22),
  dim: style(2, 22),
  bad: style(31, 39),
  good: style(32, 39),
  accent: style(36, 39),
};

export function paintFor(colour: boolean): Paint {
  return colour ? COLOURED : PLAIN;
}
