import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  ALLPROC_HSIZE,
  PID_MAX,
  PIDDOM_COUNT,
  PIDDOM_DELAY,
  PIDDOM_SCALE,
  pidselDomains,
} from '../../src/table/procglob.ts';

describe('the sizes of the table', () => {
  it('are those of the seed', () => {
    assert.deepEqual([ALLPROC_HSIZE, PIDDOM_COUNT, PIDDOM_DELAY, PIDDOM_SCALE], [256, 10, 10, 10]);
    assert.equal(pidselDomains(PID_MAX, ALLPROC_HSIZE), 999_936);
  });

  it('leave a multiple of the buckets for the domains, and one of each at least', () => {
    assert.equal(pidselDomains(400, 4), 400);
    assert.equal(pidselDomains(402, 4), 400);
    assert.equal(pidselDomains(100, 256), 256);
  });
});
