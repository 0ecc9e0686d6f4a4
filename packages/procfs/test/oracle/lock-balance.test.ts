import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { LockBalance } from '../../src/oracle/lock-balance.ts';

const TD = 40;
const OTHER_TD = 80;
const P = 1000;
const OTHER_P = 2000;

/** All the oracle needs of a context; what it finds is thrown. */
function thread(td: number): Context {
  const fail = (text: string): never => {
    throw new Error(text);
  };
  const misuse = (_verdict: string, text: string): never => fail(text);
  return { td, panic: fail, misuse, nameOf: () => `thread ${td}` } as unknown as Context;
}

describe('the oracle of locks', () => {
  it('is content with an operation that ends every look it begins', () => {
    const balance = new LockBalance();
    balance.entered(TD, P);
    balance.entered(TD, OTHER_P);
    balance.left(thread(TD), P);
    balance.left(thread(TD), OTHER_P);
    balance.check(thread(TD), 'lookup', 0);
  });

  it('names an operation that keeps a look, or ends one of its caller', () => {
    const balance = new LockBalance();
    balance.entered(TD, P);
    assert.throws(() => {
      balance.check(thread(TD), 'readdir', 0);
    }, /readdir began with 0 processes looked at, and ends with 1/);
    balance.left(thread(TD), P);
    assert.throws(() => {
      balance.check(thread(TD), 'readdir', 1);
    }, /began with 1 .* ends with 0/);
  });

  it('tells threads apart, and what one has not begun it cannot end', () => {
    const balance = new LockBalance();
    balance.entered(TD, P);
    assert.equal(balance.depth(OTHER_TD), 0);
    assert.throws(() => {
      balance.left(thread(OTHER_TD), P);
    }, /thread 80 does not look at process 1000/);
    balance.left(thread(TD), P);
    assert.throws(() => {
      balance.left(thread(TD), P);
    }, /does not look at/);
  });

  it('begins anew with each run', () => {
    const balance = new LockBalance();
    balance.entered(TD, P);
    balance.reset();
    balance.check(thread(TD), 'open', 0);
  });
});
