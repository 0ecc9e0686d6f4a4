import assert from 'node:assert/strict';
import fc from 'fast-check';
import { closingLineOf, outputOf, shardsOf } from './shard.ts';

describe('shards of tests', () => {
  it('have each file once, and are of one size but for one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), (files, count) => {
        const shards = shardsOf(files, count);
        assert.equal(shards.length, count);
        assert.deepEqual(shards.flat().sort(), [...files].sort());
        const sizes = shards.map((shard) => shard.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });

  it('add up to one closing line', () => {
    const outputs = [outputOf('a\nb\n\n3 passed, 0 failed\n'), outputOf('c\n2 passed, 1 failed, 4 skipped')];
    assert.deepEqual([outputs[0].text, outputs[1].text], ['a\nb\n\n', 'c\n']);
    assert.equal(closingLineOf(outputs), '5 passed, 1 failed, 4 skipped');
    assert.equal(closingLineOf([outputs[0]]), '3 passed, 0 failed');
  });

  it('that end without a closing line have failed, and nothing of what they said is lost', () => {
    const output = outputOf('a\nFATAL ERROR\n');
    assert.deepEqual([output.text, output.isComplete], ['a\nFATAL ERROR\n', false]);
    assert.equal(closingLineOf([outputOf('1 passed, 0 failed'), output]), '1 passed, 1 failed');
  });
});
