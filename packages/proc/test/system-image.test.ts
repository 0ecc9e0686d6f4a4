import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { firstExitStatus, systemImage } from '../src/system-image.ts';
import { G } from '../src/table/procglob.ts';
import { procinit } from '../src/table/procinit.ts';
import { bootedKernel } from './table/fixtures/booted-kernel.ts';

const argsOf = (given: Parameters<typeof systemImage>[0]): readonly (readonly string[])[] => {
  const { searchParams } = new URL(systemImage(given).module);
  return [searchParams.getAll('arg'), searchParams.getAll('env')];
};

describe('the system as an image', () => {
  it('carries command, arguments and environment in the address of its module', () => {
    assert.deepEqual(argsOf({}), [[], []]);
    assert.deepEqual(argsOf({ command: 'ps -ax; echo "ä&b"' }), [['-c', 'ps -ax; echo "ä&b"'], []]);
    assert.deepEqual(argsOf({ argv: ['-c', '', 'x=1'], env: ['A=b c', 'D='] }), [
      ['-c', '', 'x=1'],
      ['A=b c', 'D='],
    ]);
  });

  it('is a built module, which workers can load, without what another was given', () => {
    const { module, scenario } = systemImage({ argv: ['x'] });
    assert.match(module, /\/dist\/system-image\.js\?arg=x$/);
    assert.equal(scenario, 'system');
    assert.doesNotMatch(systemImage().module, /\?/);
  });
});

describe('the exit status of the first program', () => {
  it('is told as a shell tells it, and not before there is one', () => {
    const kernel = bootedKernel();
    const g = procinit(kernel);
    const told = (status: number): number | null => {
      kernel.words[g + G.g_first_status] = status;
      return firstExitStatus(kernel.memory);
    };
    assert.deepEqual([-1, 0, 7 << 8, 255 << 8, 9, 11 | 0x80].map(told), [null, 0, 7, 255, 137, 139]);
  });
});
