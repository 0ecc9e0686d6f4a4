import assert from 'node:assert/strict';
import * as imported from 'rxjs';
import { rxjs } from '../src/rxjs.ts';

describe('the RxJS that is loaded late', () => {
  it('is the instance that everybody imports', () => {
    assert.equal(rxjs().Observable, imported.Observable);
    assert.equal(rxjs(), rxjs());
  });
});
