import assert from 'node:assert/strict';
import { Farm } from '@smplab/explore';
import { catalogued, catalogueTarget, findTargets, looksLikeFile, scenarioFile } from '../src/target-list.ts';
import { Workshop } from './smplab-process.ts';

describe('what an argument of explore means', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('is a file if it looks like one', () => {
    for (const file of ['a.ts', 'x/a.mjs', './name', '/abs', '../up', 'a.json'])
      assert.ok(looksLikeFile(file), file);
    for (const name of ['deadlock01', 'CVE-2017-15265', 'lost update']) assert.ok(!looksLikeFile(name), name);
  });

  it('must be a file that is there and can hold a scenario', () => {
    assert.throws(() => scenarioFile('missing.ts'), /^Refusal: there is no file missing\.ts$/);
    assert.throws(() => scenarioFile(workshop.folder), /is a folder/);
    assert.throws(() => scenarioFile(workshop.write('data.json', '{}')), /end in \.ts, \.mts, \.js or \.mjs/);
  });

  it('is otherwise a name of the catalogue, or near one', async () => {
    assert.equal(await catalogued('deadlock01'), 'deadlock01');
    await assert.rejects(catalogued('dedlock01'), /did you mean deadlock01\?$/);
    await assert.rejects(catalogued('nothing like it'), /"smplab list" shows all$/);
    await assert.rejects(catalogued('.'), /is a folder/);
  });

  it('comes without a loader when it is of the catalogue', async () => {
    const farm = new Farm({ workers: 1 });
    const { targets, isSeveral } = await findTargets(['deadlock01'], farm);
    assert.deepEqual([targets, isSeveral], [[catalogueTarget('deadlock01')], false]);
    assert.equal(targets[0].loader, null);
    await farm.close();
  });
});
