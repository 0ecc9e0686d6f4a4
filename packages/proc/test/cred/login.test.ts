import { describe, it } from 'mocha';
import { EINVAL, EPERM } from '../../src/errno.ts';
import { once, scenario, survives } from '../life/runs.ts';

const LONG = 'abcdefghijklmnop';

/** A name that is set while others read it, and while its owner moves to another session. */
const racing = scenario('a name that changes', {
  '/bin/parent': {
    *main(u) {
      yield* u.setlogin('a');
      yield* u.fork('moves');
      yield* u.lwp_create('sets');
      const name = yield* u.getlogin();
      u.assert(name === 'a' || name === LONG.slice(0, 9), `half a name: ${name}`);
      yield* u.wait4(-1);
    },
    *sets(u) {
      yield* u.setlogin(LONG.slice(0, 9));
      yield* u.extexit();
    },
    *moves(u) {
      yield* u.setsid();
      const before = yield* u.getlogin();
      u.assert(before === 'a' || before === LONG.slice(0, 9), `half a name went along: ${before}`);
      yield* u.setlogin('own');
      u.assert((yield* u.getlogin()) === 'own', 'its session has a name of its own');
    },
  },
});

describe('the login name', () => {
  it(
    'belongs to the session, goes along into a new one, and is for root to set',
    once(
      scenario('names', {
        '/bin/parent': {
          *main(u) {
            u.assert((yield* u.getlogin()) === 'root', 'at first');
            u.assert((yield* u.setlogin('x'.repeat(20))) === -1 && u.errno === EINVAL, 'too long');
            for (const name of ['operator', 'a', '', 'ä'.repeat(7), 'charlie']) {
              u.assert((yield* u.setlogin(name)) === 0, `errno ${u.errno}`);
              u.assert((yield* u.getlogin()) === name, `not ${name}`);
            }
            const { status } = yield* u.wait4(yield* u.fork('child'));
            u.assert(status === 0, 'the child has done it');
            u.assert((yield* u.getlogin()) === 'delta', 'it is of the same session');
            yield* u.wait4(yield* u.fork('leader'));
            u.assert((yield* u.getlogin()) === 'delta', 'that of another session is another');
          },
          *child(u) {
            u.assert((yield* u.getlogin()) === 'charlie', 'inherited');
            yield* u.setlogin('delta');
            yield* u.setuid(7);
            u.assert((yield* u.setlogin('mallory')) === -1 && u.errno === EPERM, 'not for users');
          },
          *leader(u) {
            yield* u.setsid();
            u.assert((yield* u.getlogin()) === 'delta', 'it goes along');
            yield* u.setlogin('echo');
          },
        },
      }),
    ),
  );

  it('is whole, whoever sets it and moves meanwhile', survives(racing, 30));
});
