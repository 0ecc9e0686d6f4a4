/**
 * Owns the way from a TypeScript source to one that Node runs: types are removed, every line stays on its
 * line, so that stacks need no source map. Transpiled sources are kept in a folder that belongs to one smplab
 * process, because each worker would need the compiler again, and loading that takes longer than exploring an
 * easy scenario.
 */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** A source that is not the language it should be: says where and what. */
function syntaxError(path: string, line: number, what: string): SyntaxError {
  return new SyntaxError(`${path}:${line}: ${what}`);
}

/** JavaScript of a TypeScript source; throws a SyntaxError that names the line. */
export async function transpile(path: string, source: string, folder: string | null): Promise<string> {
  const kept =
    folder === null
      ? null
      : join(folder, `${createHash('sha1').update(path).update(source).digest('hex')}.js`);
  if (kept !== null) {
    try {
      return readFileSync(kept, 'utf8');
    } catch {
      // Not there yet: this thread is the first.
    }
  }
  const code = await removeTypes(path, source);
  if (kept !== null) keep(kept, code);
  return code;
}

async function removeTypes(path: string, source: string): Promise<string> {
  const { transform } = await import('sucrase');
  try {
    return transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      filePath: path,
    }).code;
  } catch (error) {
    const { message } = error as Error;
    const place = /^(?:Error transforming .*?: )?(.*) \((\d+):\d+\)$/s.exec(message);
    throw place === null ? error : syntaxError(path, Number(place[2]), place[1]);
  }
}

/** Written beside and moved into place, so that no other thread reads half of it. */
function keep(file: string, code: string): void {
  const beside = `${file}.${process.pid}.${threadId}`;
  try {
    writeFileSync(beside, code);
    renameSync(beside, file);
  } catch {
    // The folder is gone or full: then the next thread transpiles again.
  }
}
