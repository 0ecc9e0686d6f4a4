import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loaderUrl, prepare } from '../../src/loader/loader-url.ts';
import { LOST_UPDATE, Workshop } from '../smplab-process.ts';

describe('the URL of the loader', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('is the same throughout, and names a module and a folder that are there', () => {
    const url = new URL(loaderUrl());
    assert.equal(loaderUrl(), url.href);
    assert.ok(existsSync(fileURLToPath(new URL(url.pathname, 'file:'))));
    assert.ok(existsSync(url.searchParams.get('folder') ?? ''));
  });

  it('leads workers to what was transpiled ahead of them', async () => {
    const folder = new URL(loaderUrl()).searchParams.get('folder') ?? '';
    const before = readdirSync(folder).length;
    await prepare(workshop.write('a.ts', LOST_UPDATE));
    assert.equal(readdirSync(folder).length, before + 1);
  });

  it('leaves what is wrong with a file to the worker that loads it', async () => {
    await prepare(workshop.write('bad.ts', 'let a: = 1;'));
    await prepare('/nowhere/a.ts');
  });
});
