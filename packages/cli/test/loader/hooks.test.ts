import assert from 'node:assert/strict';
import { spellings } from '../../src/loader/hooks.ts';
import { FIXED, LOST_UPDATE, Workshop } from '../smplab-process.ts';

describe('spellings of an import', () => {
  it('look for the TypeScript behind a .js, and for what has no ending', () => {
    assert.deepEqual(spellings('./a.js'), ['./a.ts']);
    assert.deepEqual(spellings('./a.mjs'), ['./a.mts']);
    assert.deepEqual(spellings('./a').slice(0, 3), ['./a.ts', './a.mts', './a.js']);
    assert.deepEqual(spellings('./a.ts'), []);
  });
});

describe('a scenario file outside any package', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('may import other TypeScript files however that is spelt', async () => {
    workshop.write('parts/one.ts', 'export const one: number = 1;');
    workshop.write('parts/two.ts', "export { one } from './one';\nexport const two: number = 2;");
    workshop.write('parts/index.ts', 'export const three: number = 3;');
    const imports = [
      "import { one } from './parts/one.ts';",
      "import { two } from './parts/two.js';",
      "import { three } from './parts';",
    ];
    const text = `${imports.join(' ')}${FIXED}`.replace('=== 2', '=== one + two + three - 4');
    workshop.write('imports.ts', text.replace('@', "import { scenario } from '@smplab/explore';"));
    const { status, stderr } = await workshop.smplab('explore', 'imports.ts');
    assert.equal(status, 0, stderr);
  });

  it('is a module, be it .ts, .mts, .js or .mjs', async () => {
    const script = LOST_UPDATE.replace(/interface[^}]*\}/, '').replace(
      /: Generator<[^>]*>| satisfies string/g,
      '',
    );
    const files = ['a.ts', 'b.mts'].map((name) => workshop.write(name, LOST_UPDATE));
    files.push(...['c.js', 'd.mjs'].map((name) => workshop.write(name, script)));
    const { status, stdout, stderr } = await workshop.smplab('explore', ...files, '--json');
    assert.equal(status, 1, stderr);
    const results = JSON.parse(stdout) as { verdict: string }[];
    assert.deepEqual(
      results.map((each) => each.verdict),
      Array.from(files, () => 'assertion'),
    );
  });

  it('keeps its line numbers', async () => {
    workshop.write('lines.ts', LOST_UPDATE);
    const { stdout } = await workshop.smplab('explore', 'lines.ts', '--json');
    const { trace } = JSON.parse(stdout) as { trace: { op: string; at: string }[] };
    assert.equal(trace.find((step) => step.op === 'load')?.at, 'lines.ts:8');
  });
});
