/**
 * Owns the place of a key in the text of a JSON file, for messages. Pure.
 */
import { type LooseNode, type Place, readLooseJson } from '../workload/rt-app/loose-json.ts';

/** Where the value of a path begins, or the nearest that is above it. */
export function placeOfPath(file: string, text: string, path: readonly string[]): Place {
  let node: LooseNode = readLooseJson(file, text);
  let { at } = node;
  for (const key of path) {
    if (node.kind === 'object') {
      // Of a key that is there twice the last one counts.
      const entry = node.entries.findLast((each) => each.key === key);
      if (entry === undefined) return at;
      at = entry.at;
      node = entry.value;
    } else if (node.kind === 'list') {
      const item = node.items.at(Number(key));
      if (item === undefined) return at;
      ({ at } = item);
      node = item;
    } else return at;
  }
  return at;
}
