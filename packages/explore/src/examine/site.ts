/**
 * Owns the way from a raw stack to the line of the user's file: the first frame outside the explorer and
 * Node, with the path relative to the working directory. Used when a run is looked at in detail, never during
 * a search.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folders of the explorer's own code: stacks name the sources where source maps are on, else what was built.
 */
const OWN_FOLDERS = ['src', 'dist'].map((folder) =>
  fileURLToPath(new URL(`../../${folder}/`, import.meta.url)),
);
const FRAME = /\(?((?:file:\/\/)?\/[^()]*?|(?:file:\/\/\/)?[A-Za-z]:[^()]*?):(\d+):(\d+)\)?$/;

/** `folder/file.ts:12` of the first frame in the user's code; null if there is none. */
export function siteOf(stack: string | null): string | null {
  if (stack === null) return null;
  for (const line of stack.split('\n')) {
    const frame = FRAME.exec(line.trimEnd());
    if (frame === null || !line.trimStart().startsWith('at ') || line.includes('node:')) continue;
    const path = pathOf(frame[1]);
    if (OWN_FOLDERS.some((folder) => path.startsWith(folder))) continue;
    return `${shortened(path)}:${frame[2]}`;
  }
  return null;
}

function pathOf(place: string): string {
  const bare = place.replace(/\?.*$/, '');
  return bare.startsWith('file:') ? fileURLToPath(bare) : bare;
}

function shortened(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
