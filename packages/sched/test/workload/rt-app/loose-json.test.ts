import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type LooseNode, readLooseJson } from '../../../src/workload/rt-app/loose-json.ts';

/** What it is, without places. */
function plain(node: LooseNode): unknown {
  if (node.kind === 'object') return node.entries.map(({ key, value }) => [key, plain(value)]);
  if (node.kind === 'list') return node.items.map(plain);
  return node.kind === 'null' || node.kind === 'nothing' ? node.kind : node.value;
}

const read = (text: string): unknown => plain(readLooseJson('f.json', text));

describe('loose JSON', () => {
  it('keeps keys that come twice, and those that look like numbers, in their order', () => {
    assert.deepEqual(read('{"b": 1, "2": 2, "1": 3, "b": 4, "a": 5}'), [
      ['b', 1],
      ['2', 2],
      ['1', 3],
      ['b', 4],
      ['a', 5],
    ]);
  });

  it('passes over comments, and takes commas as they are', () => {
    const text = `{ // one
      "a" : 1 /* two
      lines */ "b": [1 2, 3,], "c": {"x": 'single',,}
      "d",
      "e"
    } // end`;
    assert.deepEqual(read(text), [
      ['a', 1],
      ['b', [1, 2, 3]],
      ['c', [['x', 'single']]],
      ['d', 'nothing'],
      ['e', 'nothing'],
    ]);
  });

  it('takes words in any case, numbers with signs, and escapes', () => {
    assert.deepEqual(read(String.raw`[True, FALSE, Null, -1, 2.5e3, "a\"\n\u0041\/"]`), [
      true,
      false,
      'null',
      -1,
      2500,
      'a"\nA/',
    ]);
  });

  it('says where what is', () => {
    const node = readLooseJson('f.json', '{\n  "a": {\n\t"b": [7]}}');
    assert.ok(node.kind === 'object');
    const [{ at, value }] = node.entries;
    assert.deepEqual(
      [at, value.at],
      [
        { line: 2, column: 3 },
        { line: 2, column: 8 },
      ],
    );
    assert.ok(value.kind === 'object');
    assert.deepEqual(value.entries[0].value.at, { line: 3, column: 7 });
  });

  it('says where it cannot go on, and why', () => {
    const cases: [string, string][] = [
      ['', 'f.json:1:1: the end of the file where a value is needed'],
      ['{"a": 1', 'f.json:1:8: the object that begins at 1:1 has no end'],
      ['{"a":\n [1, 2', 'f.json:2:7: the list that begins at 2:2 has no end'],
      ['{a: 1}', 'f.json:1:2: "a" where a key in quotes is needed'],
      ['{"a": yes}', 'f.json:1:7: "y" where a value is needed'],
      ['{"a": }', 'f.json:1:7: "}" where a value is needed'],
      ['{"a": "b\n"}', 'f.json:1:7: this text has no end on its line'],
      ['{} {}', 'f.json:1:4: "{" after the end of the object'],
      ['{ /* x', 'f.json:1:3: this comment has no end'],
      ['['.repeat(200), 'f.json:1:101: more than 100 objects inside each other'],
    ];
    for (const [text, message] of cases) assert.throws(() => read(text), { name: 'WorkloadError', message });
  });

  it('reads whatever JSON has', () => {
    const shape = (value: unknown): unknown => {
      if (value === null) return 'null';
      if (Array.isArray(value)) return value.map(shape);
      if (typeof value !== 'object') return value;
      return Object.entries(value).map(([key, each]) => [key, shape(each)]);
    };
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        assert.deepEqual(read(text), shape(JSON.parse(text)));
      }),
      { numRuns: 200 },
    );
  });
});
