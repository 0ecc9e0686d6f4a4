import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KINFO_PROC_BYTES, KinfoProc, kinfoProcOf, KL, KP } from '../../src/sysctl/kinfo.ts';

/** A record whose words are given by name. */
function record(
  words: Readonly<Record<number, number>>,
  texts: Readonly<Record<number, string>>,
): Uint8Array {
  const ki = new Int32Array(KinfoProc.size);
  const bytes = new Uint8Array(ki.buffer);
  for (const [at, value] of Object.entries(words)) ki[Number(at)] = value;
  for (const [at, text] of Object.entries(texts)) bytes.set(new TextEncoder().encode(text), Number(at) * 4);
  return bytes;
}

describe('kinfoProcOf', () => {
  const one = record(
    { [KP.kp_pid]: 7, [KP.kp_ppid]: -1, [KP.kp_groups + 1]: 5, [KP.kp_lwp + KL.kl_tid]: 2 },
    { [KP.kp_comm]: 'shell', [KP.kp_lwp + KL.kl_wmesg]: 'wait' },
  );

  it('gives numbers, texts, groups and the lwp by their names', () => {
    const [ki, ...others] = kinfoProcOf(one);
    assert.deepEqual(others, []);
    assert.deepEqual([ki.kp_pid, ki.kp_ppid, ki.kp_comm], [7, -1, 'shell']);
    assert.deepEqual(ki.kp_groups.slice(0, 3), [0, 5, 0]);
    assert.deepEqual([ki.kp_lwp.kl_tid, ki.kp_lwp.kl_wmesg], [2, 'wait']);
  });

  it('leaves an incomplete record at the end out', () => {
    const bytes = new Uint8Array([...one, ...one, ...one.subarray(0, 10)]);
    assert.equal(bytes.length, 2 * KINFO_PROC_BYTES + 10);
    assert.deepEqual(
      kinfoProcOf(bytes).map((ki) => ki.kp_pid),
      [7, 7],
    );
    assert.deepEqual(kinfoProcOf(new Uint8Array(0)), []);
  });

  it('reads records wherever they begin', () => {
    const bytes = new Uint8Array([1, 2, 3, ...one]);
    assert.equal(kinfoProcOf(bytes.subarray(3))[0].kp_pid, 7);
  });
});
