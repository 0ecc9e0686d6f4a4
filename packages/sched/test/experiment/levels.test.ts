import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cellName, cellsOf, withLevels } from '../../src/experiment/levels.ts';
import { ExperimentError } from '../../src/experiment/spec.ts';

const FACTORS = { policy: ['rr', { label: 'fast', value: { name: 'rr', options: {} } }], cpus: [1, 4] };

describe('levels of factors', () => {
  it('are combined, the last factor changing first', () => {
    const cells = cellsOf(FACTORS);
    assert.deepEqual(
      cells.map(({ labels }) => cellName(labels)),
      ['policy=rr cpus=1', 'policy=rr cpus=4', 'policy=fast cpus=1', 'policy=fast cpus=4'],
    );
    assert.deepEqual(cells[3].values, { policy: { name: 'rr', options: {} }, cpus: 4 });
  });

  it('are one combination without factors', () => {
    assert.deepEqual(
      cellsOf({}).map(({ labels }) => cellName(labels)),
      ['all'],
    );
  });

  it('may be chosen by their labels; others are not there', () => {
    const cells = cellsOf(FACTORS, { policy: ['fast'], cpus: ['4'] });
    assert.deepEqual(
      cells.map(({ index, labels }) => [index, cellName(labels)]),
      [[0, 'policy=fast cpus=4']],
    );
    assert.throws(() => cellsOf(FACTORS, { cpu: ['1'] }), /no factor "cpu": there are policy, cpus/);
    assert.throws(() => cellsOf(FACTORS, { cpus: ['2'] }), /factor "cpus" has no level "2": it has 1, 4/);
  });

  it('stand wherever a spec refers to them, however deep', () => {
    const spec = { name: 'make', options: { jobs: { $: 'cpus' }, list: [{ $: 'cpus' }, 'x'] } };
    assert.deepEqual(withLevels(spec, { cpus: 4 }), { name: 'make', options: { jobs: 4, list: [4, 'x'] } });
    assert.throws(() => withLevels({ $: 'cpu' }, { cpus: 4 }), ExperimentError);
  });

  it('leave alone what is no plain data', () => {
    const thing = new Map([['$', 'cpus']]);
    assert.equal(withLevels(thing, { cpus: 4 }), thing);
    const make = (): number => 1;
    assert.equal(withLevels(make, {}), make);
  });
});
