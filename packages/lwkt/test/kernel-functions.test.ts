import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Registry, registerKernelFunctions } from '../src/index.ts';
import * as internal from '../src/internal.ts';

describe('the functions of the kernel itself', () => {
  it('are registered under the numbers by which files call each other', () => {
    const registry = new Registry();
    registerKernelFunctions(registry);
    registerKernelFunctions(registry);
    const numbers = Object.entries(internal).filter(([name]) => name.startsWith('FN_'));
    assert.ok(numbers.length > 10);
    const unknown = numbers.filter(([, number]) => registry.find(number) === undefined).map(([name]) => name);
    assert.deepEqual(unknown, []);
    assert.equal(registry.names.length, numbers.length);
  });
});
