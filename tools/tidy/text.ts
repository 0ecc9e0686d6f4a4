/** The rules on a file's text that no linter here has: its width, and the markers of unfinished work. */
import type { SourceFile } from './repository.ts';

const WIDTH = 110;
const MARKER = /\b(?:TO[D]O|FIX[M]E|XX[X])\b/;

/** Lines wider than the page; prettier leaves comments and strings alone. */
export function widthProblems(file: SourceFile): string[] {
  return file.text.split('\n').flatMap((line, index) => {
    const wide = Array.from(line).length;
    return wide > WIDTH
      ? [`line ${String(index + 1)} is ${String(wide)} columns wide, not ${String(WIDTH)}`]
      : [];
  });
}

/** Work left for later belongs into an issue. */
export function markerProblems(file: SourceFile): string[] {
  return file.text.split('\n').flatMap((line, index) => {
    const marker = MARKER.exec(line);
    return marker === null ? [] : [`line ${String(index + 1)} is marked ${marker[0]}`];
  });
}
