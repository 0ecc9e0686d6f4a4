/** The picture of the repository has what the rules are to judge: were it empty, no rule could fail. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readRepository } from './repository.ts';

describe('repository', () => {
  const repository = readRepository(fileURLToPath(new URL('../..', import.meta.url)));
  const paths = repository.sources.map((source) => source.path);

  it('has the packages with their manifests and references', () => {
    const explore = repository.packages.find((each) => each.name === 'explore');
    assert.equal(explore?.manifest.name, '@smplab/explore');
    assert.deepEqual(explore.references, ['kmem']);
    assert.equal(explore.hasLicense, true);
    assert.ok(repository.references.includes('explore'));
  });

  it('has sources, commands, tools and files of the root, with their text', () => {
    for (const path of ['packages/kmem/src/index.ts', 'packages/cli/bin/smplab.js', 'eslint.config.js']) {
      assert.ok(paths.includes(path), path);
    }
    const self = repository.sources.find((source) => source.path === 'tools/tidy/repository.test.ts');
    assert.match(self?.text ?? '', /were it empty, no rule could fail/);
  });

  it('has nothing that was built or installed', () => {
    assert.deepEqual(
      paths.filter((path) => /(?:^|\/)(?:node_modules|dist)\//.test(path)),
      [],
    );
  });
});
