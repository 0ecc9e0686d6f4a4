/**
 * Owns programs: images registered under a path, with named entries. Each realm has its own instance of every
 * image; what travels through kernel memory are numbers, made of the names, so that all realms agree.
 */
import { functionNumber } from '@smplab/lwkt';
import { isTextImage, type TextImage } from '../text/text-image.ts';
import type { User } from './user.ts';

/** An entry of a program: `main(u, ...argv)`, or a named one for fork and for signal handlers. */
export type UserEntry = (u: User, ...args: never[]) => Iterator<unknown, unknown>;

/** A program whose entries are generator functions. */
export type GeneratorImage = Readonly<Record<string, UserEntry>>;

/** Programs by path; the first is what the machine starts. */
export type Programs = Readonly<Record<string, GeneratorImage | TextImage>>;

/** An image as a realm knows it. */
export interface Image {
  readonly path: string;
  readonly number: number;
  readonly entries: ReadonlyMap<number, { readonly name: string; readonly body: UserEntry }>;
  /** What a text program consists of; its one entry `main` is where that starts, and has no code here. */
  readonly text?: TextImage;
}

/** The number of an entry name, the same in every realm. */
export function entryNumber(name: string): number {
  return functionNumber(`entry ${name}`);
}

/** The number of an image path, the same in every realm. */
export function imageNumber(path: string): number {
  return functionNumber(`image ${path}`);
}

export class ImageTable {
  readonly #byNumber = new Map<number, Image>();

  constructor(programs: Programs) {
    for (const [path, image] of Object.entries(programs)) this.#add(path, image);
  }

  /** The image with a number; undefined if this realm has none. */
  find(number: number): Image | undefined {
    return this.#byNumber.get(number);
  }

  /** All images, in the order they were given. */
  get all(): readonly Image[] {
    return [...this.#byNumber.values()];
  }

  #add(path: string, image: GeneratorImage | TextImage): void {
    const number = imageNumber(path);
    const entries = new Map<number, { name: string; body: UserEntry }>();
    if (isTextImage(image)) {
      entries.set(entryNumber('main'), { name: 'main', body: interpreted });
      this.#byNumber.set(number, { path, number, entries, text: image });
      return;
    }
    for (const [name, body] of Object.entries(image)) entries.set(entryNumber(name), { name, body });
    this.#byNumber.set(number, { path, number, entries });
  }
}

/** Stands for the entry of a text image, so that exec finds that it can be started. */
function interpreted(): never {
  throw new Error('a text image is interpreted (text/text-run.ts)');
}
