import assert from 'node:assert/strict';
import { errnoName, ESRCH, EWOULDBLOCK, EAGAIN, strerror } from '../src/errno.ts';

describe('errno values', () => {
  it('have the numbers and texts of DragonFly', () => {
    assert.equal(ESRCH, 3);
    assert.equal(errnoName(ESRCH), 'ESRCH');
    assert.equal(strerror(ESRCH), 'No such process');
    assert.equal(EAGAIN, EWOULDBLOCK);
  });

  it('are named by number when nobody knows them', () => {
    assert.equal(errnoName(999), 'errno 999');
    assert.equal(strerror(999), 'Unknown error: 999');
  });
});
