import assert from 'node:assert/strict';
import { lockProblems } from './lock.ts';

describe('lock file', () => {
  const parser = { optionalDependencies: { '@parser/linux': '1', '@parser/mac': '1' } };

  it('is accepted when it holds all it speaks of', () => {
    const packages = {
      '': { dependencies: { parser: '1' } },
      'node_modules/parser': parser,
      'node_modules/@parser/linux': {},
      'node_modules/parser/node_modules/@parser/mac': {},
    };
    assert.deepEqual(lockProblems({ packages }), []);
  });

  it('is caught lacking a package, optional or not', () => {
    const packages = { '': { dependencies: { gone: '1' } }, 'node_modules/parser': parser };
    assert.deepEqual(lockProblems({ packages }), [
      'package.json wants gone, which the lock file lacks',
      'node_modules/parser wants @parser/linux, which the lock file lacks',
      'node_modules/parser wants @parser/mac, which the lock file lacks',
    ]);
  });
});
