import assert from 'node:assert/strict';
import { catalogue } from '@smplab/scenarios';
import { list } from '../../src/commands/list.ts';
import { Workshop } from '../smplab-process.ts';

describe('smplab list', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('shows every scenario with what it shows and where it comes from', async () => {
    const { status, stdout } = await workshop.smplab('list');
    assert.equal(status, 0);
    for (const { name } of catalogue) assert.match(stdout, new RegExp(`^${name} `, 'm'));
  });

  it('puts a heading over each group', async () => {
    const { stdout } = await workshop.smplab('list');
    assert.deepEqual(stdout.match(/^── [^:\n]*/gm), [
      '── Published programs',
      '── Bugs with a CVE number',
      "── History of DragonFly's kernel",
      "── DragonFly's process table",
      '── History of procfs and file systems',
      '── Correct programs',
    ]);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await workshop.smplab('list', '--json');
    const names = (JSON.parse(stdout) as { name: string }[]).map((each) => each.name);
    assert.deepEqual(
      names,
      catalogue.map((each) => each.name),
    );
  });

  it('can be asked for those with a word in them', async () => {
    const { stdout } = await workshop.smplab('list', 'cve', '--json');
    const names = (JSON.parse(stdout) as { name: string }[]).map((each) => each.name);
    assert.ok(names.length > 0 && names.length < catalogue.length);
    assert.ok(names.includes('CVE-2017-15265'));
  });

  it('refuses a word that nothing has', async () => {
    await assert.rejects(list('zzzzzz', {}), /has nothing for "zzzzzz"/);
  });
});
