/** The map of the seed against this repository, against the seed where it is at hand, and on samples. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { SYSCTL_ROOT } from '../../packages/proc/src/sysctl/tree.ts';
import {
  placeProblems,
  readerOf,
  type SeedName,
  seedMapProblems,
  seedNames,
  sysctlNames,
  tableOf,
  withTable,
} from './seed-map.ts';
import { namesIn, seedText } from './seed-text.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seed = seedText(fileURLToPath(new URL('../../../shared/seeds', import.meta.url)), '003');

describe('the map of the seed', () => {
  it('has each name in its place, and the README has the map', () => {
    assert.deepEqual(seedMapProblems(seedNames(), readerOf(root)), []);
  });

  it('has its sysctls in the tree', () => {
    const known = new Set(sysctlNames(SYSCTL_ROOT));
    const missing = seedNames().filter(({ name, kind }) => kind === 'sysctl' && !known.has(name));
    assert.deepEqual(missing, []);
  });

  const title =
    seed === null
      ? 'is not compared with the seed, which is not here (../shared/seeds/003*)'
      : 'has every function, sysctl, constant, command and malloc type of the seed';
  it(title, () => {
    if (seed === null) return;
    const found = namesIn(seed);
    const key = ({ name, kind }: Pick<SeedName, 'name' | 'kind'>): string => `${kind} ${name}`;
    assert.deepEqual(seedNames().map(key).sort(), found.map(key).sort());
    const lines = new Map(seedNames().map((each) => [key(each), each.lines]));
    for (const each of found) {
      const [first = 0, last = first] = (lines.get(key(each)) ?? '').split('-').map(Number);
      assert.ok(first <= each.line && each.line <= last, `${key(each)} is in line ${String(each.line)}`);
    }
  });
});

describe('the rules of the map', () => {
  const files: Readonly<Record<string, string>> = {
    'a.ts': 'export function* pfind(k) {}\nexport const M_PROC = 1;\n// PLOCK_MASK',
    'tree.ts': "[['pid', 1]].map((n) => `${n}_lwp`)",
  };
  const read = (path: string): string | null => files[path] ?? null;
  const named = (name: string, rest: Partial<SeedName> = {}): SeedName => ({
    name,
    kind: 'function',
    lines: '1-2',
    file: 'a.ts',
    ...rest,
  });

  it('accept what is in its place', () => {
    const names = [
      named('pfind'),
      named('M_PROC', { kind: 'malloc type' }),
      named('PLOCK_MASK', { kind: 'constant', lines: '251' }),
      named('kern.proc.pid', { kind: 'sysctl', file: 'tree.ts' }),
      named('kern.proc.pid_lwp', { kind: 'sysctl', file: 'tree.ts' }),
    ];
    assert.deepEqual(placeProblems(names, read), []);
  });

  it('refuse what has no place, or is not there', () => {
    const cases: readonly (readonly [SeedName, RegExp])[] = [
      [named('pfind', { file: '' }), /function pfind has no place/],
      [named('pfind', { file: 'b.ts' }), /b\.ts, which does not exist/],
      [named('pfin'), /function pfin is not in a\.ts/],
      [named('pfind', { kind: 'command', lines: 'x' }), /no lines of the seed: x/],
      [named('pfind', { kind: 'macro' as never }), /is of no kind: macro/],
      [named('kern.proc.uid_lwp', { kind: 'sysctl', file: 'tree.ts' }), /uid_lwp is not in tree\.ts/],
    ];
    for (const [name, problem] of cases) assert.match(placeProblems([name], read).join('\n'), problem);
    assert.match(placeProblems([named('pfind'), named('pfind')], read).join(), /in the map twice/);
  });

  it('see a table that is not up to date', () => {
    const names = [named('pfind')];
    const table = tableOf(names);
    const readme = withTable('# t\n\ntext\n', table);
    assert.ok(readme.includes('| `pfind` |'));
    assert.equal(withTable(readme, table), readme);
    const newer = tableOf([...names, named('M_PROC', { kind: 'malloc type' })]);
    assert.ok(withTable(readme, newer).startsWith('# t\n\ntext\n'));
    const reads = (path: string): string | null => (path.endsWith('README.md') ? readme : read(path));
    assert.deepEqual(seedMapProblems(names, reads), []);
    assert.match(seedMapProblems([], reads).join(), /not up to date/);
    assert.match(seedMapProblems([], read).join(), /README\.md does not exist/);
  });
});
