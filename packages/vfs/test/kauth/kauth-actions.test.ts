import assert from 'node:assert/strict';
import * as A from '../../src/kauth/kauth-actions.ts';

const SCOPES = ['GENERIC', 'CRED', 'SYSTEM', 'PROCESS', 'NETWORK', 'MACHDEP', 'DEVICE', 'VNODE'];

function numbersOf(prefix: string): number[] {
  return Object.entries(A).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === 'number' ? [value] : [],
  );
}

describe('numbers of actions', () => {
  it('are different within a scope, and counted from 1 where they are no bits', () => {
    for (const scope of SCOPES) {
      const numbers = numbersOf(`KAUTH_${scope}_`);
      assert.equal(new Set(numbers).size, numbers.length, scope);
      const counted = numbers.map((_, at) => (scope === 'VNODE' ? 1 << at : at + 1));
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        counted,
        scope,
      );
    }
  });

  it('turn a mode of access into actions on a vnode', () => {
    assert.equal(A.kauth_mode_to_action(0), 0);
    assert.equal(A.kauth_mode_to_action(0o400), A.KAUTH_VNODE_READ_DATA);
    assert.equal(
      A.kauth_mode_to_action(0o700),
      A.KAUTH_VNODE_READ_DATA | A.KAUTH_VNODE_WRITE_DATA | A.KAUTH_VNODE_EXECUTE,
    );
  });
});
