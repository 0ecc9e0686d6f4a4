import assert from 'node:assert/strict';
import { Workshop } from '../smplab-process.ts';

describe('smplab demo', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('finds its bugs, proves its mended program, and ends with status 0', async () => {
    const { status, stdout, stderr } = await workshop.smplab('demo');
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(stdout.match(/^✗ /gm)?.length, 7);
    assert.equal(stdout.match(/^ {2}replay: /gm)?.length, 7);
    assert.match(stdout, /^✗ use-after-free in "CVE-2017-15265"/m);
    assert.match(stdout, /^✗ lost-wakeup in "wakeup-interlock"/m);
    assert.match(stdout, /^✓ proved "bluetooth_driver-fixed"/m);
    assert.match(stdout, /^✗ assertion in "enterpgrp-revalidate": the signal to the group/m);
    assert.match(stdout, /^✓ nothing found in "enterpgrp-revalidate-fixed"/m);
    assert.match(stdout, /^process lives[^]*^kernel memory +as before\nerrors +0$/m);
    assert.match(stdout, /^✓ halted "stress"[^]*^\d+ times the token/m);
  });
});
