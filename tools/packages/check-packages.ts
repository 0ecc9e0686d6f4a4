/**
 * Packs every package as npm would publish it and has publint and are-the-types-wrong judge the tarball.
 * Exits 1 when either finds a problem. Needs a build; writes only to a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command at `cwd`; what it prints is shown only when it fails. */
function succeeds(cwd: string, command: string, ...words: string[]): boolean {
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const result = spawnSync(command, words, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (result.status === 0) return true;
  process.stdout.write(`${command} ${words.join(' ')}\n${result.stdout}${result.stderr}`);
  return false;
}

/** Packs one folder and judges the tarball; both judges speak even when the first finds something. */
export function checkPackage(folder: string): boolean {
  const target = mkdtempSync(join(tmpdir(), 'check-package-'));
  try {
    if (!succeeds(folder, 'npm', 'pack', '--silent', '--pack-destination', target)) return false;
    const tarball = join(target, readdirSync(target)[0] ?? '');
    const published = succeeds(folder, 'publint', 'run', '--strict', tarball);
    const typed = succeeds(folder, 'attw', '--profile', 'esm-only', '--no-emoji', tarball);
    return published && typed;
  } finally {
    rmSync(target, { recursive: true });
  }
}

function checkAll(): boolean {
  const results = readdirSync(join(root, 'packages'))
    .sort()
    .map((name) => {
      const sound = checkPackage(join(root, 'packages', name));
      process.stdout.write(`${sound ? 'sound ' : 'BROKEN'} ${name}\n`);
      return sound;
    });
  return results.length > 0 && results.every(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = checkAll() ? 0 : 1;
