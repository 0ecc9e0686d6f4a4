import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Workshop } from './smplab-process.ts';

/** The first example of a README. */
function example(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return /^```ts\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
}

describe('the example of a README', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('finds what the README of the command says', async () => {
    workshop.write('lost-update.ts', example('../README.md'));
    const { status, stdout } = await workshop.smplab('explore', 'lost-update.ts');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ assertion in "lost update": x must be 2/);
  });

  it('finds what the README of the repository says', async () => {
    workshop.write('last-reference.ts', example('../../../README.md'));
    const { status, stdout } = await workshop.smplab('explore', 'last-reference.ts');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ double-free in "last reference": main\/[ab] frees object#1 a second time/);
  });
});
