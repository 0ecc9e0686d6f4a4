import assert from 'node:assert/strict';
import { entryNumber, imageNumber, ImageTable } from '../../src/user/image.ts';

const nothing = function* (): Generator<unknown, void> {};

describe('the table of images', () => {
  const table = new ImageTable({ '/bin/a': { main: nothing, child: nothing }, '/bin/b': { main: nothing } });

  it('finds images and their entries by numbers made of their names', () => {
    const image = table.find(imageNumber('/bin/a'));
    assert.equal(image?.path, '/bin/a');
    assert.equal(image.entries.get(entryNumber('child'))?.name, 'child');
    assert.equal(image.entries.get(entryNumber('none')), undefined);
    assert.equal(table.find(imageNumber('/bin/c')), undefined);
  });

  it('keeps the order in which images were given', () => {
    assert.deepEqual(
      table.all.map(({ path }) => path),
      ['/bin/a', '/bin/b'],
    );
  });
});
