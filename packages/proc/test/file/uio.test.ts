import {
  uioBytes,
  uioFill,
  uioFree,
  uioMake,
  uiomove,
  uioResid,
  uioTake,
  uioUntake,
} from '../../src/file/uio.ts';
import { runs } from '../table/fixtures/by-hand.ts';
import { equal, usersProgram } from '../cred/fixtures/users.ts';

describe('uio', () => {
  it('takes as many bytes as there is room for', () => {
    runs(
      usersProgram('read', {}, function* (k) {
        const uio = yield* uioMake(k, 5);
        equal(k, uiomove(k, uio, Uint8Array.of(1, 2, 3)), 3, 'all of the first');
        equal(k, uiomove(k, uio, Uint8Array.of(4, 5, 6)), 2, 'a part of the second');
        equal(k, uioResid(k, uio), 0, 'no room');
        equal(k, [...uioBytes(k, uio)], [1, 2, 3, 4, 5], 'the bytes');
        yield* uioFree(k, uio);
      }),
    );
  });

  it('gives bytes piece by piece, and takes the last ones back', () => {
    runs(
      usersProgram('write', {}, function* (k) {
        const uio = yield* uioFill(k, Uint8Array.of(1, 2, 3, 4, 5));
        equal(k, [...uioTake(k, uio, 2)], [1, 2], 'the first two');
        equal(k, [...uioTake(k, uio)], [3, 4, 5], 'the rest');
        uioUntake(k, uio, 1);
        equal(k, [...uioTake(k, uio, 9)], [5], 'the last once more');
        yield* uioFree(k, uio);
      }),
    );
  });
});
