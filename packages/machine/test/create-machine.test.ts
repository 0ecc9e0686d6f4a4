import assert from 'node:assert/strict';
import { createMachine } from '../src/index.ts';
import { image } from './fixtures/live-run.ts';

const refusal = (options: object): string => {
  try {
    createMachine({ cpus: 2, images: [image('nothing')], ...options });
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'InputError', error.stack);
    return error.message;
  }
  return 'none';
};

describe('createMachine', () => {
  it('refuses numbers of CPUs no machine can have', () => {
    for (const cpus of [0, 1000, 3.5, -1, NaN, '2', undefined]) {
      for (const driver of ['live', 'explore', 'lockstep']) {
        assert.match(refusal({ cpus, driver }), /CPUs: a whole number from 1 to 64 is needed$/);
      }
    }
  });

  it('refuses unknown drivers, limits, fix switches, strategies and policies by name', () => {
    assert.match(
      refusal({ driver: 'qemu' }),
      /^unknown driver "qemu": known are live, explore, lockstep, simulate$/,
    );
    assert.match(refusal({ limits: { speed: 1 } }), /^there is no limit "speed": limits are hz, /);
    assert.match(refusal({ limits: { hz: 0 } }), /^limit hz is 0: a whole number from 1 /);
    assert.match(refusal({ driver: 'explore', limits: { hz: 0.5 } }), /^limit hz is 0\.5/);
    assert.match(refusal({ asSeed: ['tea'] }), /^there is no fix switch "tea": known are /);
    assert.match(refusal({ driver: 'explore', strategy: 'luck' }), /^unknown strategy "luck"/);
    assert.match(refusal({ events: { policy: 'forget' } }), /^unknown events\.policy "forget"/);
  });

  it('refuses a machine without an image, and an image without a module', () => {
    assert.match(refusal({ images: [] }), /^a machine needs an image/);
    assert.match(refusal({ images: undefined }), /^a machine needs an image/);
    assert.match(refusal({ images: [{}] }), /^an image needs the URL of a module/);
  });

  it('refuses times and numbers that make no sense', () => {
    for (const time of [0, -1, NaN, Infinity, '1']) {
      assert.match(refusal({ timeLimitSeconds: time }), /^timeLimitSeconds is .*: a number above 0/);
    }
    assert.match(refusal({ seed: -1 }), /^seed is -1/);
    assert.match(refusal({ args: [1.5] }), /^args are 1\.5: up to four int32 words/);
    assert.match(refusal({ events: { capacity: 0 } }), /^events\.capacity is 0/);
    assert.match(refusal({ driver: 'explore', maxSteps: 0 }), /^maxSteps is 0/);
  });

  it('refuses options of another driver in place of ignoring them', () => {
    assert.equal(refusal({ strategy: 'random' }), 'strategy is not for driver live');
    assert.equal(
      refusal({ driver: 'explore', timeLimitSeconds: 1 }),
      'timeLimitSeconds is not for driver explore',
    );
    assert.equal(
      refusal({ driver: 'lockstep', onBooted: () => undefined }),
      'onBooted is not for driver lockstep',
    );
    assert.match(
      refusal({ inspect: true }),
      /^inspect is for driver explore: a live machine changes tokens faster/,
    );
  });

  it('makes machines that stream their events to whoever subscribes', async () => {
    const machine = createMachine({ cpus: 2, images: [image('turns')], args: [200] });
    const kinds = new Map<string, number>();
    machine.events?.events$.subscribe(({ kind }) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
    const names = new Set<string>();
    machine.events?.threadCreated$.subscribe((event) =>
      names.add(`${event.function} for cpu${event.target}`),
    );
    const report = await machine.run();
    assert.equal(report.outcome, 'halted', report.message);
    for (const kind of [
      'thread-created',
      'thread-exited',
      'switch',
      'ipi-sent',
      'ipi-received',
      'sleep',
      'wakeup',
    ]) {
      assert.ok((kinds.get(kind) ?? 0) > 0, `${kind} in ${JSON.stringify([...kinds])}`);
    }
    assert.deepEqual([...names].sort(), ['partner for cpu0', 'partner for cpu1']);
  });
});
