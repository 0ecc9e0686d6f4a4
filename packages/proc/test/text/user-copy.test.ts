import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { curproc } from '../../src/proc-kernel.ts';
import { P } from '../../src/table/proc.ts';
import { TEXT_BASE } from '../../src/text/text-image.ts';
import {
  copyin,
  copyinstr,
  copyinTexts,
  copyinWords,
  copyout,
  copyoutWord,
} from '../../src/text/user-copy.ts';
import { UserWords } from '../../src/text/user-words.ts';
import type { User } from '../../src/user/user.ts';
import { explored, kernelOf, LIMITS } from './text-program.ts';

const END = LIMITS.vmPages * 16 * 4;
const AT = TEXT_BASE + 16;
const ONE = { schedules: 1 };

/** The words of the program itself. */
function wordsOf(u: User): UserWords {
  const k = kernelOf(u);
  const user = new UserWords(k);
  user.use(k.peek(curproc(k) + P.p_vmspace));
  return user;
}

/** Copies bytes out and in again, and looks at those around them. */
function* roundTrip(u: User, user: UserWords, from: number, length: number): Steps {
  yield* copyout(user, AT, new Uint8Array(16).fill(0xee));
  const bytes = Uint8Array.from({ length }, (_, at) => at + 1);
  u.assert(yield* copyout(user, AT + from, bytes), 'copied');
  const all = (yield* copyin(user, AT, 16)) ?? new Uint8Array(0);
  const expected = new Uint8Array(16).fill(0xee);
  expected.set(bytes, from);
  u.assert(all.join() === expected.join(), `${length} bytes from ${from}: ${all.join()}`);
  const own = (yield* copyin(user, AT + from, length)) ?? new Uint8Array(0);
  u.assert(own.join() === bytes.join(), `again ${own.join()}`);
}

describe('copying between a program and its system calls', () => {
  it(
    'moves bytes from and to any address, and no others',
    explored(
      'bytes',
      {
        *main(u) {
          const user = wordsOf(u);
          for (let from = 0; from < 5; from++) {
            for (let length = 0; length < 11; length++) yield* roundTrip(u, user, from, length);
          }
        },
      },
      {},
      ONE,
    ),
  );

  it(
    'takes texts up to their NUL, and lists of them up to NULL',
    explored(
      'texts',
      {
        *main(u) {
          const user = wordsOf(u);
          yield* copyout(user, AT + 3, new TextEncoder().encode('née\0two\0'));
          u.assert((yield* copyinstr(user, AT + 3)) === 'née', 'first');
          u.assert((yield* copyinstr(user, AT + 8)) === 'two', 'second');
          u.assert((yield* copyinstr(user, AT + 11)) === '', 'none');
          for (const [at, address] of [AT + 3, AT + 8, 0].entries())
            yield* copyoutWord(user, AT + 32 + 4 * at, address);
          u.assert((yield* copyinTexts(user, AT + 32))?.join() === 'née,two', 'a list');
          u.assert((yield* copyinTexts(user, 0))?.length === 0, 'no list');
        },
      },
      {},
      ONE,
    ),
  );

  it(
    'refuses what is no address, a text without an end, and more than there is',
    explored(
      'faults',
      {
        *main(u) {
          const user = wordsOf(u);
          u.assert(!(yield* copyoutWord(user, 0, 1)), 'NULL');
          u.assert(!(yield* copyoutWord(user, AT + 1, 1)), 'half a word');
          u.assert(!(yield* copyout(user, END - 2, new Uint8Array(4))), 'over the end');
          u.assert((yield* copyin(user, END - 2, 4)) === null, 'over the end');
          u.assert((yield* copyin(user, AT, 1e9)) === null, 'more than there is');
          u.assert((yield* copyinWords(user, END - 8, 3)) === null, 'over the end');
          u.assert((yield* copyinWords(user, END - 8, 2))?.length === 2, 'up to the end');
          yield* copyout(user, END - 4, new Uint8Array(4).fill(0x61));
          u.assert((yield* copyinstr(user, END - 4)) === null, 'no NUL');
          yield* copyout(user, AT, new Uint8Array(1024).fill(0x61));
          u.assert((yield* copyinstr(user, AT)) === null, 'too long');
          yield* copyoutWord(user, END - 4, AT);
          u.assert((yield* copyinTexts(user, END - 4)) === null, 'a list with a text without an end');
        },
      },
      {},
      ONE,
    ),
  );
});
