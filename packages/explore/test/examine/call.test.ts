import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { callOf } from '../../src/examine/call.ts';

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const frame = (name: string, place: string): string => `    at ${name} (${packages}${place}:7:9)`;
const operation = frame('ExploredContext.load', 'lwkt/src/explored/context.ts');
const user = frame('consumer', 'elsewhere/scenario.ts');
const called = (...frames: string[]): string | null => callOf(['Error', ...frames].join('\n'))?.call ?? null;

describe('the call of the kernel that a step belongs to', () => {
  it('is the one its user wrote, not those within', () => {
    const within = frame('sleepRemove', 'lwkt/src/sleep-queue.ts');
    assert.equal(called(operation, within, frame('wakeup', 'lwkt/src/wakeup.ts'), user), 'wakeup');
    assert.equal(
      called(frame('ExploredGetToken.next', 'lwkt/dist/explored/token-operation.js'), user),
      'lwkt_gettoken',
    );
  });

  it('is none for plain operations, which speak for themselves', () => {
    assert.equal(
      called(operation, frame('KernelApi.atomic_load_acq_int', 'machine/src/kernel-api.ts'), user),
      null,
    );
    assert.equal(called(user, frame('wakeup', 'lwkt/src/wakeup.ts')), null);
    assert.equal(callOf(null), null);
  });

  it('is the message while one is run, wherever that was', () => {
    const remote = frame('lwkt_wakeup_remote', 'lwkt/src/wakeup.ts');
    const process = frame('processFrom', 'lwkt/src/ipiq.ts');
    const wakeup = frame('wakeup', 'lwkt/src/wakeup.ts');
    assert.equal(called(operation, remote, process, wakeup, user), 'message: lwkt_wakeup_remote');
    assert.equal(called(operation, process, wakeup, user), 'lwkt_process_ipiq');
  });

  it('leaves out what drives an explored machine', () => {
    const start = frame('MachineScenario.start', 'machine/src/machine-scenario.ts');
    const stack = ['Error', operation, frame('lwkt_idle', 'lwkt/src/idle.ts'), start].join('\n');
    assert.deepEqual(callOf(stack), { call: 'lwkt_idle', inKernel: true });
  });
});
