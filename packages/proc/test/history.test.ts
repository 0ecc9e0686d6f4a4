import assert from 'node:assert/strict';
import { PROC_FIX_SWITCHES, procAsSeedOf } from '../src/history.ts';

describe('the fix switches of the process table', () => {
  it('have ids that differ, and each says where it comes from and what goes wrong', () => {
    const ids = PROC_FIX_SWITCHES.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, commit, wrong } of PROC_FIX_SWITCHES) {
      assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(commit.length > 5 && wrong.length > 10, id);
    }
  });

  it('are all off by default, and on by name or all together', () => {
    assert.ok(Object.values(procAsSeedOf(new Set())).every((on) => !on));
    const one = procAsSeedOf(new Set(['inferior-hold-leak']));
    assert.equal(one['inferior-hold-leak'], true);
    assert.equal(one['enterpgrp-revalidate'], false);
    assert.ok(Object.values(procAsSeedOf(new Set(['all']))).every((on) => on));
  });
});
