import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Memory, SiteTable, UNKNOWN_SITE } from '@smplab/kmem';

describe('the site table', () => {
  it('is shared by all who use the memory', () => {
    const memory = Memory.create();
    const site = new SiteTable(memory).intern('kern_fork.ts:88');
    const other = new SiteTable(Memory.attach(memory.buffer));
    assert.equal(other.textOf(site), 'kern_fork.ts:88');
    assert.equal(other.intern(site), site);
  });

  it('calls sites beyond its 512 unknown instead of failing', () => {
    const sites = new SiteTable(Memory.create());
    for (let line = 0; line < 512; line++) assert.notEqual(sites.intern(`line ${line}`), UNKNOWN_SITE);
    assert.equal(sites.intern('one more'), UNKNOWN_SITE);
    assert.equal(sites.textOf(UNKNOWN_SITE), '(unknown site)');
  });
});
