import assert from 'node:assert/strict';
import {
  childPath,
  componentsOf,
  isPathAt,
  mustBeDirectory,
  packPath,
  parentPath,
  unpackPath,
} from '../../src/file/path-name.ts';

describe('path names', () => {
  it('are packed with a NUL, or not at all', () => {
    const packed = packPath('/bin/sh');
    assert.ok(packed !== null);
    const words = new Int32Array(40);
    words.set(packed, 3);
    assert.equal(unpackPath(words, 3), '/bin/sh');
    assert.equal(isPathAt(words, 3, packed), true);
    assert.equal(isPathAt(words, 4, packed), false);
    assert.equal(packPath(`/${'x'.repeat(62)}`)?.length, 16);
    assert.equal(packPath(`/${'x'.repeat(63)}`), null);
  });

  it('keep a byte order mark at their beginning, which is a character like any other', () => {
    const words = new Int32Array(40);
    words.set(packPath('\ufeffname') ?? [], 3);
    assert.equal(unpackPath(words, 3), '\ufeffname');
  });

  it('are taken apart and put together', () => {
    assert.deepEqual(componentsOf('//a/./b/../'), ['a', 'b', '..']);
    assert.deepEqual(componentsOf('/'), []);
    assert.deepEqual([childPath('/', 'a'), childPath('/a', 'b')], ['/a', '/a/b']);
    assert.deepEqual([parentPath('/a/b'), parentPath('/a'), parentPath('/')], ['/a', '/', '/']);
  });

  it('say when the last component must be a directory', () => {
    for (const path of ['/', 'a/', 'a/.', 'a/..', '..', '.']) assert.equal(mustBeDirectory(path), true, path);
    for (const path of ['a', '/a', 'a/b.', 'a/...', '.a']) assert.equal(mustBeDirectory(path), false, path);
  });
});
