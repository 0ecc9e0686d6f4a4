/**
 * Owns walks over the lists of kernel memory that survive broken ones: an element out of memory, a back link
 * that does not lead back, a list that bites its tail. No steps; the words are only read.
 */
import type { InvariantId, Report } from './report.ts';

/** No list of a machine is longer. */
const LONGEST = 1 << 22;

export class Links {
  constructor(
    readonly words: Int32Array,
    readonly report: Report,
  ) {}

  /** Elements of a LIST; what is wrong with its links is reported, and the walk ends there. */
  list(head: number, entry: number, name: string, id: InvariantId = 'I5'): number[] {
    const { words, report } = this;
    const elements: number[] = [];
    const seen = new Set<number>();
    let link = head;
    for (let element = words[head]; element !== 0; element = words[link]) {
      if (!(element > 0 && element + entry + 1 < words.length)) {
        report.differs(id, name, 'elements in kernel memory', `a link to word ${element}`);
        break;
      }
      if (seen.has(element) || elements.length > LONGEST) {
        report.differs(id, name, 'an end', `word ${element} a second time`);
        break;
      }
      const back = words[element + entry + 1];
      if (back !== link) {
        report.differs(id, `${name}: back link of word ${element}`, link, back);
        break;
      }
      seen.add(element);
      elements.push(element);
      link = element + entry;
    }
    return elements;
  }

  /** Elements of a TAILQ, without a look at its back links: those are the machine's own. */
  tailq(head: number, entry: number): number[] {
    const { words } = this;
    const elements: number[] = [];
    for (let element = words[head]; element > 0 && element < words.length; element = words[element + entry]) {
      elements.push(element);
      if (elements.length > LONGEST) break;
    }
    return elements;
  }
}
