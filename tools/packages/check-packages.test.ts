import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage } from './check-packages.ts';

const sound = {
  name: '@smplab/sample',
  version: '0.1.0',
  type: 'module',
  files: ['dist'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};

/** Checks a package of this manifest, what it prints kept from the report of the tests. */
function check(manifest: object): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  const write = process.stdout.write.bind(process.stdout);
  try {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'dist/index.js'), 'export const a = 1;\n');
    writeFileSync(join(folder, 'dist/index.d.ts'), 'export declare const a = 1;\n');
    process.stdout.write = () => true;
    return checkPackage(folder);
  } finally {
    process.stdout.write = write;
    rmSync(folder, { recursive: true });
  }
}

describe('check of packages', () => {
  it('accepts a sound one', () => {
    assert.equal(check(sound), true);
  });

  it('catches an export that leads nowhere', () => {
    assert.equal(check({ ...sound, exports: { '.': './dist/gone.js' } }), false);
  });

  it('catches one without its types', () => {
    assert.equal(check({ ...sound, files: ['dist/index.js'] }), false);
  });
});
