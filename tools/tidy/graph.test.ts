import assert from 'node:assert/strict';
import { layerProblems, referenceProblems, rootProblems } from './graph.ts';
import type { Manifest, Package } from './repository.ts';

const layers = { kmem: [], explore: ['kmem'], cli: ['kmem', 'explore'] };

function sample(name: string, manifest: Manifest, references: string[] = []): Package {
  return { name, manifest, references, readme: null, hasLicense: true };
}

describe('graph', () => {
  it('is accepted when references equal dependencies and point down', () => {
    const explore = sample('explore', { dependencies: { '@smplab/kmem': '1', piscina: '5' } }, ['kmem']);
    assert.deepEqual(referenceProblems(explore), []);
    assert.deepEqual(layerProblems(explore, layers), []);
  });

  it('is caught with a dependency that tsc does not know, and the other way round', () => {
    assert.deepEqual(referenceProblems(sample('explore', { dependencies: { '@smplab/kmem': '1' } })), [
      'depends on kmem without a reference in tsconfig.json',
    ]);
    assert.deepEqual(referenceProblems(sample('explore', {}, ['kmem'])), [
      'refers to kmem without a dependency on it',
    ]);
  });

  it('is caught pointing up, also for tests alone', () => {
    const problem = ['depends on cli, which is not below it'];
    assert.deepEqual(
      layerProblems(sample('explore', { dependencies: { '@smplab/cli': '1' } }), layers),
      problem,
    );
    assert.deepEqual(
      layerProblems(sample('explore', { devDependencies: { '@smplab/cli': '1' } }), layers),
      problem,
    );
  });

  it('is caught with a package of no layer', () => {
    assert.deepEqual(layerProblems(sample('web', {}), layers), [
      'is in no layer of tools/layers/layers.json',
    ]);
  });

  it('is caught when the root builds too little or too much', () => {
    const problems = rootProblems({ packages: [sample('kmem', {})], references: ['explore'] });
    assert.deepEqual(problems, [
      'tsconfig.json does not build kmem',
      'tsconfig.json builds explore, which is no package',
    ]);
  });
});
