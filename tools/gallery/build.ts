/**
 * Runs the experiments of the gallery, and keeps the report of each beside it: `npm run gallery`, or
 * `npm run gallery -- 04` for those whose name begins so. Takes some minutes; takes no part in `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'packages/sched/examples';
const REPORTS = join(FOLDER, 'reports');
const [beginning = ''] = process.argv.slice(2);

mkdirSync(REPORTS, { recursive: true });
for (const file of readdirSync(FOLDER).sort()) {
  if (!/^\d\d-.*\.ts$/.test(file) || !file.startsWith(beginning)) continue;
  const name = file.slice(0, -'.ts'.length);
  const folder = mkdtempSync(join(tmpdir(), 'smplab-gallery-'));
  console.log(`\n=== ${name}`);
  const { status } = spawnSync('npx', ['smplab', 'experiment', join(FOLDER, file), '--report', folder], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${name} ended with status ${status ?? 'none'}`);
  copyFileSync(join(folder, 'report.html'), join(REPORTS, `${name}.html`));
  rmSync(folder, { recursive: true });
}
