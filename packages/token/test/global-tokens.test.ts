import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Memory, Symbols } from '@smplab/kmem';
import { GlobalTokens, Token, globalTokenNames } from '@smplab/token';
import { EXCLUSIVE, Stack } from './fixtures/stacks.ts';

describe('the named tokens', () => {
  it('are symbols of the memory, described by their names, the same on every thread', () => {
    const memory = Memory.create();
    const tokens = new GlobalTokens(memory);
    for (const name of globalTokenNames) {
      assert.equal(new Symbols(memory).find(`${name}_token`).pointer, tokens.lookup(name));
      assert.equal(Token.view(memory, tokens.lookup(name)).t_desc, `${name}_token`);
    }
    assert.equal(new GlobalTokens(Memory.attach(memory.buffer)).lookup('tty'), tokens.lookup('tty'));
  });

  it('show their collisions under the names of sysctl', () => {
    const memory = Memory.create();
    const tokens = new GlobalTokens(memory);
    const [holder, loser] = [new Stack(memory), new Stack(memory)];
    holder.want(tokens.lookup('vm'), EXCLUSIVE);
    loser.try(tokens.lookup('vm'), EXCLUSIVE);
    const shown = tokens.collisions();
    assert.equal(shown.length, 9);
    assert.deepEqual(shown[0], { name: 'lwkt.mp_collisions', count: 0 });
    assert.deepEqual(
      shown.filter(({ count }) => count > 0),
      [{ name: 'lwkt.vm_collisions', count: 1 }],
    );
  });
});
