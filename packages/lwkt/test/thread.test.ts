import assert from 'node:assert/strict';
import { LWKT_MAXTOKENS, TOKREF_WORDS } from '@smplab/token';
import { describe, it } from 'mocha';
import * as thread from '../src/thread.ts';

describe('struct thread', () => {
  it('has room for 32 references to tokens', () => {
    const { TD, Thread, toksBase } = thread;
    assert.equal(toksBase(1000), 1000 + TD.td_toks_array);
    assert.ok(Thread.size >= TD.td_toks_array + LWKT_MAXTOKENS * TOKREF_WORDS);
    assert.equal(Thread.describe(TD.td_toks_have), 'td_toks_have');
  });

  it('has flags that do not overlap', () => {
    const flags = Object.entries(thread).filter(([name]) => /^TDF_(?!MP_)/.test(name));
    let all = 0;
    for (const [name, flag] of flags) {
      assert.equal(all & (flag as number), 0, name);
      all |= flag as number;
    }
    assert.ok(flags.length > 15);
  });
});
