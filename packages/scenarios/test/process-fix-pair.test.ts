import assert from 'node:assert/strict';
import { processFixPair } from '../src/process-fix-pair.ts';

describe('a bug of the process table', () => {
  const [before, after] = processFixPair(
    'wait-double-reap',
    { found: 'panic', then: 'It was so.', now: 'It is so.' },
    { cpus: 3 },
    { '/bin/none': { *main() {} } },
  );

  it('comes in two variants: with the historical code, and with that of today', () => {
    assert.deepEqual([before.name, after.name], ['wait-double-reap', 'wait-double-reap-fixed']);
    assert.deepEqual([before.given.asSeed, after.given.asSeed], [['wait-double-reap'], undefined]);
    assert.deepEqual([before.cpus, after.cpus], [3, 3]);
  });

  it('says what is found, what went wrong, and where it comes from', () => {
    const { source } = before.notes;
    assert.match(source ?? '', /^DragonFlyBSD \w+/);
    assert.deepEqual(before.notes, { source, shows: 'It was so.', expected: 'panic' });
    assert.deepEqual(after.notes, { source, shows: 'It is so.', expected: 'none' });
  });

  it('may stop today as well, on purpose', () => {
    const notes = { found: 'deadlock', stops: 'panic', then: 'It was so.', now: 'It is so.' } as const;
    const [, today] = processFixPair('hold-overflow', notes, {}, { '/bin/none': { *main() {} } });
    assert.equal(today.notes.expected, 'panic');
    assert.match(today.notes.source ?? '', /L291-294, audit 22$/);
  });
});
