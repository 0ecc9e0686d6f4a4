import assert from 'node:assert/strict';
import { CPU_FAILED, DOORBELL_HALT, DOORBELL_IPI, GD, RQF_IPIQ, TD } from '@smplab/lwkt';
import { cpuReports } from '../../src/inspect/cpu-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';

describe('the report on a CPU', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('says what it does, what is asked of it, and what it has counted', () => {
    const { map } = dumps.map(({ kernel, main }) => {
      const { words } = kernel;
      const gd = kernel.gdOf(0);
      words[main + TD.td_critcount] = 3;
      words[gd + GD.gd_intr_nesting_level] = 1;
      words[gd + GD.gd_processing_ipiq] = 2;
      words[gd + GD.gd_spinlocks] = 4;
      words[gd + GD.gd_reqflags] = RQF_IPIQ | 0x4000;
      words[gd + GD.gd_doorbell] = DOORBELL_IPI | DOORBELL_HALT;
      words[gd + GD.gd_intpend] = (1 << 31) | 4;
      words[gd + GD.gd_nexttimo] = 77;
      words[gd + GD.gd_heartbeat] = -1;
      words[gd + GD.gd_cnt_switch] = 9;
    });
    const [first, second] = cpuReports(map);
    assert.deepEqual(
      { ...first, counters: first.counters.switches },
      {
        ...{
          cpu: 0,
          state: 'running',
          current: 'main',
          critical: 3,
          nesting: 1,
          processing: 2,
          spinlocks: 4,
        },
        ...{ requests: ['IPIQ', '0x4000'], doorbell: ['IPI', 'HALT'], polled: false, interrupts: [2, 31] },
        ...{ timeout: 77, heartbeat: 0xffffffff, counters: 9 },
      },
    );
    assert.deepEqual(
      [second.state, second.current, second.polled, second.timeout],
      ['idle', 'cpu1/idle', true, null],
    );
  });

  it('takes the state a live CPU keeps, and knows one that never ran', () => {
    const { map } = dumps.map(({ kernel }) => {
      kernel.words[kernel.gdOf(0) + GD.gd_state] = CPU_FAILED;
      kernel.words[kernel.gdOf(1) + GD.gd_curthread] = 0;
    });
    assert.deepEqual(
      cpuReports(map).map(({ state }) => state),
      ['failed', 'off'],
    );
    const odd = dumps.map(({ kernel }) => (kernel.words[kernel.gdOf(0) + GD.gd_state] = 99));
    assert.equal(cpuReports(odd.map)[0].state, 'state 99');
  });
});
