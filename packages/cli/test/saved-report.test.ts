import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explore, scenario } from '@smplab/explore';
import { fileStem, SavedReports } from '../src/saved-report.ts';
import { Workshop } from './smplab-process.ts';

const failing = explore(
  scenario('it fails', function* (s) {
    yield* s.fence();
    s.fail('always');
  }),
);

describe('saved reports', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('are named after the scenario, whatever that is called', () => {
    assert.equal(fileStem('CVE-2017-15265 (fixed)'), 'cve-2017-15265-fixed');
    assert.equal(fileStem('../../etc/passwd'), 'etc-passwd');
    assert.equal(fileStem('***'), 'scenario');
  });

  it('are the schedule, the trace and the report', () => {
    const folder = join(workshop.folder, 'a/b');
    const paths = new SavedReports(folder).save(failing, 'smplab replay X');
    assert.deepEqual(readdirSync(folder).sort(), [
      'it-fails.report.txt',
      'it-fails.schedule',
      'it-fails.trace.json',
    ]);
    assert.equal(readFileSync(paths[0], 'utf8'), `${String(failing.schedule)}\n`);
    assert.match(readFileSync(paths[2], 'utf8'), /replay: smplab replay X/);
  });

  it('do not overwrite each other when scenarios share a name', () => {
    const folder = join(workshop.folder, 'twins');
    const reports = new SavedReports(folder);
    reports.save(failing, '');
    reports.save(failing, '');
    assert.equal(readdirSync(folder).length, 6);
  });

  it('leave no schedule of an earlier finding behind', () => {
    const folder = join(workshop.folder, 'again');
    new SavedReports(folder).save(failing, '');
    new SavedReports(folder).save(
      { ...failing, schedule: null, finding: null, findings: [], verdict: 'none' },
      '',
    );
    assert.equal(existsSync(join(folder, 'it-fails.schedule')), false);
  });

  it('refuse a folder that cannot be written, at once', () => {
    const file = workshop.write('file', '');
    assert.throws(() => new SavedReports(join(file, 'below')), /cannot write to --out/);
  });
});
