import assert from 'node:assert/strict';
import { isFinding, RunStopped, VERDICTS } from '../../src/engine/verdict.ts';

describe('a verdict', () => {
  it('is a finding unless it is none or proved', () => {
    assert.deepEqual(
      VERDICTS.filter((verdict) => !isFinding(verdict)),
      ['none', 'proved'],
    );
  });

  it('is spelled one way only', () => {
    assert.equal(new Set(VERDICTS).size, VERDICTS.length);
    for (const verdict of VERDICTS) assert.match(verdict, /^[a-z]+(-[a-z]+)*$/);
  });
});

describe('the exception that leaves a run', () => {
  it('says that it is no failure by itself', () => {
    assert.match(new RunStopped().message, /its failure is recorded/);
  });
});
