import { describe, it } from 'mocha';
import { EINVAL, EOPNOTSUPP } from '@smplab/proc';
import { PFS } from '../../src/node/node-types.ts';
import { transfers } from './transfer-program.ts';

const EMSGSIZE = 40;

describe('note and notepg', () => {
  it(
    'take a text that is not too long, and do nothing with it',
    transfers('notes', {
      *main(u, nodes) {
        const own = yield* u.getpid();
        for (const type of [PFS.note, PFS.notepg]) {
          u.assert((yield* nodes.write(u, type, own, 'hup\n')) === EOPNOTSUPP, 'a note');
          u.assert((yield* nodes.write(u, type, own, 'x'.repeat(64))) === EOPNOTSUPP, 'a long one');
          u.assert((yield* nodes.write(u, type, own, 'x'.repeat(65))) === EMSGSIZE, 'one that is too long');
          u.assert((yield* nodes.write(u, type, own, 'hup', 3)) === EINVAL, 'not at the start');
          u.assert((yield* nodes.read(u, type, own, 8)) === EINVAL, 'read');
        }
      },
    }),
  );
});
