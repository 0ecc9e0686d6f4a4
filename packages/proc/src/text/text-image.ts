/**
 * Owns what a text image is: words that a process gets as its text and data at exec, and where it starts.
 * Pure data, the same in every realm, since it is made of its source.
 *
 *     0x40                                                    end of the address space
 *     | text: no stores | data | zeroes, at first use ...   stack | argv, envp, texts | sigcode |
 *     TEXT_BASE                                             ^ sp
 */

/** First byte of a program: what lies below is no address, so that NULL is none. */
export const TEXT_BASE = 0x40;

export interface TextImage {
  readonly kind: 'text';
  /** Text and data, from TEXT_BASE on. */
  readonly words: readonly number[];
  /** How many of them are text. */
  readonly textWords: number;
  /** Address of the first instruction. */
  readonly entry: number;
  /** Addresses of the labels, and constants. */
  readonly symbols: Readonly<Record<string, number>>;
}

/** Whether a program is a text image. */
export function isTextImage(image: object): image is TextImage {
  return 'kind' in image && image.kind === 'text';
}
