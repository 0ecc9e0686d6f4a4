/**
 * Owns the URL of the module that makes a worker able to load scenario files, and the folder of transpiled
 * sources that goes with it: made on first use, removed when the process ends. Runs on the main thread only.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transpile } from './transpile.ts';

let url: string | null = null;

/** The same URL throughout a process. */
export function loaderUrl(): string {
  url ??= urlWith(temporaryFolder());
  return url;
}

/**
 * Transpiles a scenario file ahead of the workers, while the first of them starts. What is wrong with it they
 * say.
 */
export async function prepare(path: string): Promise<void> {
  const folder = new URL(loaderUrl()).searchParams.get('folder');
  if (folder === null || !/\.m?ts$/.test(path)) return;
  try {
    await transpile(path, readFileSync(path, 'utf8'), folder);
  } catch {
    // The worker meets the same error and reports it.
  }
}

function urlWith(folder: string | null): string {
  const register = new URL('./register.ts', import.meta.url);
  if (import.meta.url.endsWith('.js')) register.pathname = register.pathname.replace(/ts$/, 'js');
  if (folder !== null) register.searchParams.set('folder', folder);
  return register.href;
}

/** Without a folder everything works, only slower. */
function temporaryFolder(): string | null {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'smplab-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  } catch {
    return null;
  }
}
