import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { transpile } from '../../src/loader/transpile.ts';
import { Workshop } from '../smplab-process.ts';

describe('transpiling', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('takes types away and leaves every line on its line', async () => {
    const source =
      'interface A {\n  x: number;\n}\nimport type { B } from "./b.ts";\nexport const a = 1 as number;\n';
    const lines = (await transpile('a.ts', source, null)).split('\n');
    assert.match(lines[4], /^export const a = 1\s*;$/);
    assert.ok(!lines.slice(0, 4).some((line) => /\w/.test(line)));
  });

  it('leaves generators and modern syntax as they are', async () => {
    const source = 'export const f = function* () { return (yield* g())?.x ?? 1; };';
    assert.equal(await transpile('a.ts', source, null), source);
  });

  it('names the line of a syntax error', async () => {
    await assert.rejects(
      transpile('/x/a.ts', 'const a = 1;\nlet b: = 2;\n', null),
      /^SyntaxError: \/x\/a\.ts:2: Unexpected token$/,
    );
  });

  it('keeps what it made for the threads that come after', async () => {
    const first = await transpile('a.ts', 'const a: number = 1;', workshop.folder);
    const files = readdirSync(workshop.folder);
    assert.equal(files.length, 1);
    assert.equal(await transpile('a.ts', 'const a: number = 1;', workshop.folder), first);
    await transpile('a.ts', 'const a: number = 2;', workshop.folder);
    assert.equal(readdirSync(workshop.folder).length, 2);
  });

  it('works without a folder to keep things in', async () => {
    assert.match(await transpile('a.ts', 'const a: number = 1;', '/nowhere/at/all'), /^const a\s*= 1;$/);
  });
});
