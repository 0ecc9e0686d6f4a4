import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scheduleText } from '../../src/commands/replay.ts';
import { FIXED, LOST_UPDATE, type Outcome, Workshop } from '../smplab-process.ts';

const line = (text: string): RegExp => new RegExp(`^smplab: [^\\n]*${text}[^\\n]*\\n$`);

describe('smplab replay', () => {
  const workshop = new Workshop();
  let schedule = '';
  let printed = '';
  after(() => workshop.remove());

  before(async () => {
    workshop.write('lost-update.ts', LOST_UPDATE);
    const { stdout } = await workshop.smplab('explore', 'lost-update.ts', '--out', 'found');
    printed = /^ *replay: (.*?)(?: {3}\(.*)?$/m.exec(stdout)?.[1] ?? '';
    schedule = readFileSync(join(workshop.folder, 'found/lost-update.schedule'), 'utf8').trim();
  });

  const replayed = ({ status, stdout }: Outcome): void => {
    assert.equal(status, 1);
    assert.match(stdout, /^✗ assertion in "lost update": x must be 2/);
    assert.match(stdout, /x → 1 ✗/);
  };

  it('does what the printed command says, through a shell', async () => {
    assert.ok(printed.endsWith(`replay ${schedule}`), printed);
    replayed(await workshop.run('/bin/sh', ['-c', printed]));
  });

  it('takes a file with the text', async () => {
    replayed(await workshop.smplab('replay', 'found/lost-update.schedule'));
  });

  it('takes the scenario from where it has moved', async () => {
    workshop.write('moved/elsewhere.ts', LOST_UPDATE);
    replayed(await workshop.smplab('replay', schedule, 'moved/elsewhere.ts'));
  });

  it('prints JSON of the same shape as explore', async () => {
    const { stdout } = await workshop.smplab('replay', schedule, '--json');
    const result = JSON.parse(stdout) as { verdict: string; schedule: string };
    assert.deepEqual([result.verdict, result.schedule], ['assertion', schedule]);
  });

  it('replays a finding of the catalogue', async () => {
    const explored = await workshop.smplab('explore', 'deadlock01', '--json');
    const found = JSON.parse(explored.stdout) as { schedule: string };
    const { status, stdout } = await workshop.smplab('replay', found.schedule);
    assert.equal(status, 1);
    assert.match(stdout, /^✗ deadlock in "deadlock01"/);
  });

  it('replays a finding of historical code that --as-seed asked for', async () => {
    const given = ['tsleep-ident-fixed', '--as-seed', 'tsleep-ident'];
    const explored = await workshop.smplab('explore', ...given, '--json');
    const found = JSON.parse(explored.stdout) as { schedule: string };
    const { status, stdout } = await workshop.smplab('replay', found.schedule);
    assert.equal(status, 1);
    assert.match(stdout, /^✗ lost-wakeup in "tsleep-ident-fixed"/);
  });

  it('refuses a text that was cut or edited', async () => {
    const edited = schedule.slice(0, 20) + (schedule[20] === 'A' ? 'B' : 'A') + schedule.slice(21);
    for (const text of [schedule.slice(0, -5), edited]) {
      const { status, stdout, stderr } = await workshop.smplab('replay', text);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, line('damaged'));
    }
  });

  it('refuses a text of another scenario or of a changed one', async () => {
    workshop.write('other.ts', LOST_UPDATE.replace("'lost update'", "'another'"));
    const other = await workshop.smplab('replay', schedule, 'other.ts');
    assert.equal(other.status, 2);
    assert.match(other.stderr, line('is of scenario "lost update", but other.ts has "another"'));
    workshop.write('changed.ts', FIXED);
    const changed = await workshop.smplab('replay', schedule, 'changed.ts');
    assert.equal(changed.status, 2);
    assert.match(changed.stderr, line('schedule'));
  });

  it('says where a scenario is looked for that is gone', async () => {
    const elsewhere = new Workshop();
    const { status, stderr } = await elsewhere.smplab('replay', schedule);
    elsewhere.remove();
    assert.equal(status, 2);
    assert.match(stderr, line('recorded of lost-update.ts, which is not here'));
  });
});

describe('the argument of replay', () => {
  it('is a text or a file with one', () => {
    assert.equal(scheduleText(' v1:abc '), 'v1:abc');
    assert.throws(() => scheduleText('nonsense'), /neither a schedule text .* nor a file/);
  });
});
