import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../src/refusal.ts';
import { exportCommand, traceFile } from '../src/trace-file.ts';
import { Workshop } from './smplab-process.ts';

describe('the file of a trace', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('is made before anything runs, or refused', () => {
    const file = join(workshop.folder, 'a.trace');
    assert.equal(traceFile(file), file);
    assert.ok(existsSync(file));
    const nowhere = join(workshop.folder, 'nowhere', 'a.trace');
    assert.throws(
      () => traceFile(nowhere),
      (error) => error instanceof Refusal && error.message.startsWith(`--trace ${nowhere}: ENOENT`),
    );
  });

  it('is shown by a command that is told', () => {
    assert.match(exportCommand('a b.trace', '--format', 'text'), /export 'a b\.trace' --format text$/);
  });
});
