import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { asSeedOf, FIX_SWITCHES, FixSwitchError } from '../src/index.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';

describe('fix switches', () => {
  it('are all off unless named, and all on for "all"', () => {
    assert.ok(Object.values(asSeedOf()).every((on) => !on));
    assert.ok(Object.values(asSeedOf('all')).every((on) => on));
    assert.deepEqual(asSeedOf(['all']), asSeedOf('all'));
    const some = asSeedOf(['exclreq-fair', 'swap-bounds']);
    assert.deepEqual(
      Object.keys(some).filter((id) => some[id as keyof typeof some]),
      ['exclreq-fair', 'swap-bounds'],
    );
  });

  it('are refused by name when there is no such switch, with those that there are', () => {
    const said = (error: unknown): boolean =>
      error instanceof FixSwitchError &&
      /there is no fix switch "fair": known are exclreq-fair, .*, all$/.test(error.message);
    assert.throws(() => asSeedOf(['fair']), said);
    assert.throws(() => kernelProgram('x', { asSeed: ['fair'] }, function* () {}), said);
  });

  it('each name the commit that mended it and what was wrong', () => {
    assert.equal(new Set(FIX_SWITCHES.map((each) => each.id)).size, FIX_SWITCHES.length);
    for (const { id, commit, wrong } of FIX_SWITCHES) {
      assert.match(commit, /^[0-9a-f]{10} \d{4}-\d\d(-\d\d)?$/, id);
      assert.ok(wrong.length > 20, id);
    }
  });
});
