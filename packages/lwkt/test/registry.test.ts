import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { functionNumber, Registry, RegistryError } from '../src/index.ts';

const body = function* (): Generator<never, void> {};

function refuses(action: () => unknown, said: RegExp): void {
  assert.throws(action, (error: unknown) => error instanceof RegistryError && said.test(error.message));
}

describe('the registry', () => {
  it('gives a name the same number in every realm, which finds the function', () => {
    const [one, other] = [new Registry(), new Registry()];
    other.register('unrelated', body);
    const number = one.register('worker', body);
    assert.equal(number, functionNumber('worker'));
    assert.equal(other.register('worker', body), number);
    assert.equal(one.numberOf('worker'), number);
    assert.equal(one.find(number)?.body, body);
    assert.equal(one.nameOf(number), 'worker');
    assert.deepEqual(other.names, ['unrelated', 'worker']);
    assert.ok(number !== 0);
  });

  it('takes the same function again, but not another one under its name, nor none', () => {
    const registry = new Registry();
    assert.equal(registry.register('worker', body), registry.register('worker', body));
    refuses(() => registry.register('worker', function* () {}), /two functions are registered as "worker"/);
    refuses(
      () => registry.register('nothing', undefined as never),
      /"nothing" is registered with no function/,
    );
  });

  it('refuses a name that nobody registered, and lists those that are', () => {
    const registry = new Registry();
    refuses(() => registry.numberOf('worker'), /no function is registered as "worker": registered are none/);
    registry.register('lwkt_own', body);
    registry.register('reader', body);
    refuses(() => registry.numberOf('worker'), /registered are reader$/);
    refuses(() => registry.numberOf(7), /no function is registered as 7/);
    refuses(() => registry.numberOf(undefined), /no function is registered as undefined/);
    assert.equal(registry.find(1), undefined);
    assert.equal(registry.nameOf(1), 'function 1');
  });

  it('refuses a function value, and says how to register it', () => {
    const registry = new Registry();
    refuses(
      () => registry.numberOf(body),
      /the function value body cannot travel to another CPU: register it under a name/,
    );
    refuses(() => registry.numberOf(() => 0), /a function value cannot travel/);
  });

  it('knows two names of one number', () => {
    const registry = new Registry();
    // FNV-1a, cut to 31 bits and made odd: collisions exist, and this finds one.
    const names = new Map<number, string>();
    for (let at = 0; ; at++) {
      const name = `f${at}`;
      const number = functionNumber(name);
      const twin = names.get(number);
      if (twin === undefined) {
        names.set(number, name);
        continue;
      }
      registry.register(twin, body);
      refuses(() => registry.register(name, body), /have the same number: rename one of them/);
      return;
    }
  });
});
