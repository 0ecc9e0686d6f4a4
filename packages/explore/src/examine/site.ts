/**
 * Owns the way from a raw stack to the line of the user's file: the first frame outside the explorer, the
 * kernel packages and Node, with the path relative to the working directory. Where only the kernel is on the
 * stack, it is the kernel's line. Used when a run is looked at in detail, never during a search.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folders of the code of a package: stacks name the sources where source maps are on, else what was built.
 * Packages lie side by side, in the workspace as where they are installed.
 */
function foldersOf(path: string): string[] {
  return ['src', 'dist'].map((folder) => fileURLToPath(new URL(`../../${path}${folder}/`, import.meta.url)));
}

const OWN_FOLDERS = foldersOf('');
const KERNEL_FOLDERS = ['kmem', 'token', 'lwkt', 'machine'].flatMap((name) => foldersOf(`../${name}/`));
/** What runs the explorer: its frames are nobody's operations. */
const RUNNERS = /\/node_modules\/(?:piscina|mocha|tsx)\//;
/** What makes an explored CPU of the kernel: below the kernel, as it were. */
export const EXPLORED = /\/lwkt\/(?:src|dist)\/explored\//;
const FRAME = /\(?((?:file:\/\/)?\/[^()]*?|(?:file:\/\/\/)?[A-Za-z]:[^()]*?):(\d+):(\d+)\)?$/;

/** `folder/file.ts:12` of the first frame in the user's code, or else the kernel's; null if there is none. */
export function siteOf(stack: string | null): string | null {
  if (stack === null) return null;
  let kernelSite: string | null = null;
  for (const { path, number, isKernel } of framesOf(stack)) {
    const site = `${shortened(path)}:${number}`;
    if (!isKernel) return site;
    if (!EXPLORED.test(path)) kernelSite ??= site;
  }
  return kernelSite;
}

/** A line of a stack that is of the kernel or of a user. */
interface Frame {
  readonly line: string;
  readonly path: string;
  readonly number: string;
  readonly isKernel: boolean;
}

/** The frames outside the explorer, what runs it, and Node; the innermost first. */
export function* framesOf(stack: string): Generator<Frame> {
  for (const line of stack.split('\n')) {
    const frame = FRAME.exec(line.trimEnd());
    if (frame === null || !line.trimStart().startsWith('at ') || line.includes('node:')) continue;
    const path = pathOf(frame[1]);
    if (RUNNERS.test(path) || OWN_FOLDERS.some((folder) => path.startsWith(folder))) continue;
    const isKernel = KERNEL_FOLDERS.some((folder) => path.startsWith(folder));
    yield { line, path, number: frame[2], isKernel };
  }
}

function pathOf(place: string): string {
  const bare = place.replace(/\?.*$/, '');
  return bare.startsWith('file:') ? fileURLToPath(bare) : bare;
}

function shortened(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
