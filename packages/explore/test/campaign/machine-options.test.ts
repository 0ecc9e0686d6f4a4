import assert from 'node:assert/strict';
import { machineOptionsOf } from '../../src/campaign/machine-options.ts';

describe('the options of a machine', () => {
  it('are none for a plain scenario, and for a machine that says nothing', () => {
    assert.equal(machineOptionsOf({}), null);
    assert.equal(machineOptionsOf({ options: {} }), null);
    assert.equal(machineOptionsOf({ options: { later: undefined } }), null);
  });

  it('are a text of their own whatever the order they were given in', () => {
    const [one, other] = [
      { cpus: 2, limits: { hz: 100, files: [3, 1] } },
      { limits: { files: [3, 1], hz: 100 }, cpus: 2 },
    ].map((options) => JSON.stringify(machineOptionsOf({ options })));
    assert.equal(one, other);
    assert.equal(one, '{"cpus":2,"limits":{"files":[3,1],"hz":100}}');
  });

  it('are plain data that crosses threads', () => {
    const options = { cpus: 2, choose: () => 1 };
    assert.deepEqual(structuredClone(machineOptionsOf({ options })), { cpus: 2 });
  });
});
