import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { HostTree } from '../../src/export/host-tree.ts';
import type { SnapshotEntry } from '../../src/export/snapshot-copy.ts';

function entry(path: string, kind: SnapshotEntry['kind'], mode: number, text = ''): SnapshotEntry {
  return { path, kind, mode, contents: new TextEncoder().encode(text) };
}

const TREE = [
  entry('2', 'directory', 0o555),
  entry('2/stat', 'file', 0o444, '2 (test) R\n'),
  entry('2/environ', 'file', 0o200, 'HOME=/\0'),
  entry('self', 'link', 0o777, '2'),
];

describe('the tree on the host', () => {
  let top: string;
  beforeEach(() => (top = mkdtempSync(join(tmpdir(), 'smplab-tree-'))));
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('is written whole, under a link that shows one snapshot after the other', () => {
    const place = join(top, 'proc');
    const tree = new HostTree(place);
    assert.equal(tree.shown, undefined);
    tree.write(TREE);
    assert.equal(tree.shown, 'proc.1');
    assert.equal(readFileSync(join(place, '2/stat'), 'latin1'), '2 (test) R\n');
    assert.equal(readFileSync(join(place, 'self/environ'), 'latin1'), 'HOME=/\0');
    assert.equal(readlinkSync(join(place, 'self')), '2');
    assert.equal(lstatSync(join(place, '2/environ')).mode & 0o777, 0o600, 'its owner can read all');
    tree.write([entry('uptime', 'file', 0o444, '1.00 2.00\n')]);
    assert.deepEqual(readdirSync(place), ['uptime']);
    assert.deepEqual(readdirSync(top).sort(), ['proc', 'proc.2'], 'the one before is gone');
    tree.remove();
    assert.deepEqual(readdirSync(top), []);
  });

  it('goes on where an earlier export has ended, and removes what that has left', () => {
    const place = join(top, 'proc');
    new HostTree(place).write(TREE);
    mkdirSync(join(top, 'proc.9'));
    mkdirSync(join(top, 'proc.old'));
    const again = new HostTree(place);
    again.write([]);
    assert.equal(again.shown, 'proc.10');
    assert.deepEqual(readdirSync(top).sort(), ['proc', 'proc.10', 'proc.old']);
  });

  it('refuses a place that is taken, or nowhere, and nodes that no file can be', () => {
    mkdirSync(join(top, 'mine'));
    assert.throws(() => new HostTree(join(top, 'mine')), /mine exists and is no link of an export/);
    assert.throws(() => new HostTree(join(top, 'a/b')), /there is no directory/);
    const tree = new HostTree(join(top, 'proc'));
    for (const path of ['../up', 'a/../../b', 'a//b', '', '.'])
      assert.throws(() => tree.write([entry(path, 'file', 0o444)]), /no file can be/);
    assert.ok(!existsSync(join(top, 'up')));
  });
});
