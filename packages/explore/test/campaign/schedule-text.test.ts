import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explore } from '../../src/campaign/explore.ts';
import {
  fingerprintOf,
  InputError,
  readSchedule,
  ScheduleError,
  type ScheduleRecord,
  writeSchedule,
} from '../../src/campaign/schedule-text.ts';
import { lostUpdate } from './programs.ts';

const record: ScheduleRecord = {
  scenario: 'lost update',
  file: 'folder/lost-update.ts',
  fingerprint: fingerprintOf('lost update', 100_000),
  shape: '0123456789abcdef',
  maxSteps: 100_000,
  decisions: [0, 0, 1, 2, 2, 2, 1, 0],
};

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => readSchedule(text),
    (error) => {
      assert.ok(error instanceof ScheduleError && error instanceof InputError);
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('a schedule text', () => {
  it('gives back what was written, whatever it was', () => {
    const fields = {
      scenario: fc.string({ unit: 'binary', minLength: 1 }),
      file: fc.string({ unit: 'grapheme' }),
      fingerprint: fc.nat(),
      shape: fc.stringMatching(/^[0-9a-f]{16}$/),
      maxSteps: fc.integer({ min: 1, max: 1e8 }),
      decisions: fc.array(fc.oneof(fc.nat(3), fc.nat(0x7fffffff))),
    };
    const switches = fc.array(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), { minLength: 1, maxLength: 4 });
    const records = fc.oneof(
      fc.record(fields, { noNullPrototype: true }),
      fc.record({ ...fields, asSeed: switches }, { noNullPrototype: true }),
    );
    fc.assert(
      fc.property(records, (made) => {
        const text = writeSchedule(made);
        assert.match(text, /^v1:[A-Za-z0-9_-]+$/);
        assert.deepEqual(readSchedule(text), made);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('stays short: runs of one decision cost three bytes, repetitions are deflated', () => {
    const decisions = Array.from({ length: 100_000 }, (_, i) => Math.floor(i / 50_000));
    assert.ok(writeSchedule({ ...record, decisions }).length < 120);
    const alternating = Array.from({ length: 10_000 }, (_, i) => i % 2);
    assert.ok(writeSchedule({ ...record, decisions: alternating }).length < 400);
  });

  it('of a lost update is one short line', () => {
    const { schedule } = explore(lostUpdate, { file: 'scenarios/lost-update.ts' });
    assert.ok(schedule !== null && schedule.length < 120, schedule ?? 'none');
  });

  it('may have white space around it', () => {
    assert.deepEqual(readSchedule(`\n  ${writeSchedule(record)} \r\n`), record);
  });

  it('is refused when any one character was changed or lost', () => {
    const text = writeSchedule(record);
    for (let at = 3; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      refused(text.slice(0, at) + other + text.slice(at + 1), /damaged/);
      refused(text.slice(0, at) + text.slice(at + 1), /damaged/);
      refused(text.slice(0, at), /damaged/);
    }
  });

  it('is refused when it holds what is no base64url', () => {
    refused(`${writeSchedule(record)}!`, /damaged: it was cut or edited/);
    refused(writeSchedule(record).replace(/(.{20})/, '$1 '), /damaged: it was cut or edited/);
  });

  it('is refused when it is of another version', () => {
    refused(writeSchedule(record).replace('v1:', 'v2:'), /is of version 2; this smplab reads version 1/);
  });

  it('is refused when it is something else', () => {
    for (const text of ['', 'lost-update.ts', '{"json": true}', 'v1', 'V1:AAAA', '\u0000']) {
      refused(text, /not a schedule: a schedule text starts with "v1:"/);
    }
    refused('v1:', /damaged/);
  });

  it('is refused in words, whatever is behind the prefix', () => {
    const texts = fc
      .string({ unit: 'binary-ascii' })
      .map((text) => `v1:${Buffer.from(text).toString('base64url')}`);
    fc.assert(
      fc.property(texts, (text) => refused(text, /damaged/)),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('the fingerprint of a scenario', () => {
  it('depends on its name and on the length of its runs', () => {
    const fingerprints = [fingerprintOf('a', 1), fingerprintOf('b', 1), fingerprintOf('a', 2)];
    assert.equal(new Set(fingerprints).size, 3);
    assert.equal(fingerprintOf('a', 1), fingerprints[0]);
  });

  it('depends on how its machine was built, and is what it was for who has none', () => {
    const plain = fingerprintOf('lost update', 100_000);
    assert.equal(plain, 0x54e91d53);
    assert.equal(fingerprintOf('lost update', 100_000, null), plain);
    assert.notEqual(fingerprintOf('lost update', 100_000, { cpus: 1 }), plain);
    assert.notEqual(fingerprintOf('a', 1, { cpus: 1 }), fingerprintOf('a', 1, { cpus: 2 }));
  });
});
