import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isFinding, VERDICTS } from '@smplab/explore';
import { catalogue, findScenario } from '@smplab/scenarios';

const PUBLISHED = `account lazy01 deadlock01 phase01 bluetooth_driver arithmetic_prog sync01 sync02
  circular_buffer stack din_phil2 din_phil3 din_phil4 din_phil5 din_phil6 din_phil7 fsbench
  reorder_3 reorder_4 reorder_5 reorder_20 wronglock wronglock_3 aget-bug2 WorkStealQueue`.split(/\s+/);
const KERNEL = `CVE-2009-3547 CVE-2011-2183 CVE-2015-7550 CVE-2016-1973 CVE-2016-7911 CVE-2016-9806
  CVE-2017-15265`.split(/\s+/);
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function namesOf(isWanted: (entry: (typeof catalogue)[number]) => boolean): string[] {
  return catalogue.filter(isWanted).map((entry) => entry.name);
}

describe('the catalogue of scenarios', () => {
  it('has the published programs under their published names', () => {
    const names = namesOf(({ group, variant }) => group === 'published' && variant === 'buggy');
    assert.deepEqual([...names].sort(), [...PUBLISHED].sort());
  });

  it('has the bugs with a CVE number', () => {
    assert.deepEqual(
      namesOf(({ group, variant }) => group === 'kernel' && variant === 'buggy'),
      KERNEL,
    );
  });

  it('has at least fifteen correct programs', () => {
    assert.ok(namesOf(({ variant }) => variant === 'correct').length >= 15);
  });

  it('names every program once', () => {
    const names = namesOf(() => true);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it('says of every program where it comes from, what it shows and what is expected', () => {
    for (const { name, source, shows, expected } of catalogue) {
      assert.ok(source.length >= 'own program'.length, `${name}: source`);
      assert.match(shows, /^[A-Z"].*\.$/, `${name}: what it shows is a sentence`);
      assert.ok(VERDICTS.includes(expected), `${name}: ${expected}`);
    }
  });

  it('expects a finding of the buggy programs only, and of none a mere data race', () => {
    for (const { name, variant, expected } of catalogue) {
      assert.equal(isFinding(expected), variant === 'buggy', name);
      assert.notEqual(expected, 'data-race', name);
    }
  });

  it('calls a mended variant after the program it mends', () => {
    for (const { name, group } of catalogue.filter(({ variant }) => variant === 'fixed')) {
      const original = findScenario(name.replace(/-fixed$/, ''));
      assert.match(original?.variant ?? '', /^(?:buggy|prepared)$/, name);
      assert.equal(original?.group, group, name);
    }
  });

  it('finds a program by its name, and nothing by another', () => {
    assert.equal(findScenario('reorder_20')?.scenario.name, 'reorder_20');
    assert.equal(findScenario('reorder_21'), undefined);
  });

  it('is listed whole in the README, with the verdicts', () => {
    const rows = README.split('\n').filter((line) => /^\| `/.test(line));
    const listed = rows.map((row) => row.split('|').map((column) => column.trim().replaceAll('`', '')));
    assert.deepEqual(
      listed.map(([, name, , expected]) => `${name}: ${expected}`),
      catalogue.map(({ name, expected }) => `${name}: ${expected}`),
    );
  });
});
