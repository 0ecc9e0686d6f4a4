import assert from 'node:assert/strict';
import { manifestProblems, readmeProblems } from './manifest.ts';
import type { Manifest, Package } from './repository.ts';

const workspace = { version: '0.2.0', engines: { node: '>=20' } };
const point = { '@smplab/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' };
const sound: Manifest = {
  name: '@smplab/kmem',
  version: '0.2.0',
  type: 'module',
  license: 'BSD-2-Clause',
  engines: { node: '>=20' },
  exports: { '.': point },
};

function problemsOf(change: Partial<Manifest>, hasLicense = true): string[] {
  const manifest = { ...sound, ...change };
  const each: Package = { name: 'kmem', manifest, references: [], readme: null, hasLicense };
  return manifestProblems(each, workspace);
}

describe('manifest', () => {
  it('is accepted when it is sound', () => {
    const dependencies = { '@smplab/token': '^0.2.0', xstate: '5.33.3' };
    assert.deepEqual(problemsOf({ dependencies }), []);
  });

  it('is caught with another name, version, type or range of engines', () => {
    assert.deepEqual(problemsOf({ name: 'kmem' }), ['is not called @smplab/kmem']);
    assert.deepEqual(problemsOf({ version: '0.1.0' }), ['has not the version 0.2.0']);
    assert.deepEqual(problemsOf({ type: 'commonjs' }), ['is not of type module']);
    assert.deepEqual(problemsOf({ engines: { node: '>=22' } }), ['has other engines than the workspace']);
  });

  it('is caught without a licence', () => {
    assert.deepEqual(problemsOf({}, false), ['names no license or carries no LICENSE']);
  });

  it('is caught wanting an old version of a sister', () => {
    const dependencies = { '@smplab/token': '0.1.0' };
    assert.deepEqual(problemsOf({ dependencies }), ['wants @smplab/token 0.1.0, not 0.2.0']);
  });

  it('is caught without an exports map, or with one in the wrong order', () => {
    assert.deepEqual(problemsOf({ exports: './dist/index.js' }), ['has no exports map']);
    assert.deepEqual(problemsOf({ exports: { './heap': point } }), ['exports no "."']);
    const reversed = Object.fromEntries(Object.entries(point).reverse());
    assert.equal(problemsOf({ exports: { '.': reversed } }).length, 1);
  });
});

describe('README', () => {
  const example = (lines: number): string => `# kmem\n\n\`\`\`ts\n${'call();\n'.repeat(lines)}\`\`\`\n`;

  it('is accepted with an example of about ten lines', () => {
    for (const lines of [3, 10, 12]) assert.deepEqual(readmeProblems(example(lines)), []);
  });

  it('is caught missing, without an example, or with one too long or too short', () => {
    for (const readme of [null, '# kmem\n', '```sh\nls\nls\nls\n```\n', example(1), example(13)]) {
      assert.equal(readmeProblems(readme).length, 1);
    }
  });
});
