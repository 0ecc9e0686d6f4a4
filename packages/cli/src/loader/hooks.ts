/**
 * Owns how a scenario file is loaded, wherever it lies: its imports of `@smplab/*` lead to the running
 * smplab, TypeScript loses its types, `./other.js` and `./other` find `other.ts`. These are module hooks:
 * they run on a thread of their own beside each thread that registered them (register.ts).
 */
import { readFileSync } from 'node:fs';
import { type LoadHook, type ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transpile } from './transpile.ts';

/** What register.ts hands over. */
interface HookData {
  /** Folder of transpiled sources; null for none. */
  readonly folder: string | null;
}

const OURS = /^@smplab\//;
const RELATIVE = /^(?:\.{1,2}\/|\/|file:)/;
const TYPESCRIPT = /\.m?ts$/;
const SCRIPT = /\.js$/;
const MODULE_SYNTAX = /^\s*(?:import|export)\b/m;

let folder: string | null = null;

/** Called by Node with what register.ts hands over. @public */
export function initialize(data: HookData): void {
  folder = data.folder;
}

/** Other spellings of a relative import, in the order in which they are tried. */
export function spellings(specifier: string): string[] {
  if (/\.[cm]?ts$/.test(specifier)) return [];
  const written = /^(.*)\.(m?)js$/.exec(specifier);
  if (written !== null) return [`${written[1]}.${written[2]}ts`];
  const added = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];
  return added.map((ending) => specifier.replace(/\/$/, '') + ending);
}

/** Called by Node for every import. @public */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (OURS.test(specifier)) return await next(specifier, { ...context, parentURL: import.meta.url });
  try {
    return await next(specifier, context);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT';
    if (!isMissing || !RELATIVE.test(specifier)) throw error;
    for (const spelling of spellings(specifier)) {
      try {
        return await next(spelling, context);
      } catch {
        // The next spelling, or in the end the message about the one that was written.
      }
    }
    throw error;
  }
};

/** Called by Node for every module. @public */
export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith('file:')) return await next(url, context);
  const { pathname } = new URL(url);
  if (TYPESCRIPT.test(pathname)) {
    const path = fileURLToPath(url);
    const source = await transpile(path, readFileSync(path, 'utf8'), folder);
    return { format: 'module', source, shortCircuit: true };
  }
  // A file in a folder without package.json: Node would have to guess what it is.
  if (SCRIPT.test(pathname) && context.format !== 'module' && !pathname.includes('/node_modules/')) {
    const source = readFileSync(fileURLToPath(url), 'utf8');
    if (MODULE_SYNTAX.test(source)) return { format: 'module', source, shortCircuit: true };
  }
  return await next(url, context);
};
