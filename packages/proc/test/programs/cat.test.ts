import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EIO } from '../../src/errno.ts';
import { cat } from '../../src/programs/cat.ts';
import { inMachine } from './run-program.ts';

/** Runs it on parts of standard input; a number is an errno. */
function onInput(...parts: readonly (string | number)[]): { out: string; err: string; status: unknown } {
  const texts = ['', '', ''];
  let at = 0;
  const u = {
    errno: 0,
    *read(): Steps<Uint8Array | null> {
      const part = parts[at++] ?? '';
      if (typeof part === 'string') return new TextEncoder().encode(part);
      this.errno = part;
      return null;
    },
    *write(fd: number, data: string | Uint8Array): Steps<number> {
      texts[fd] += typeof data === 'string' ? data : new TextDecoder().decode(data);
      return data.length;
    },
  };
  const { value } = cat.main(u as never).next();
  return { out: texts[1], err: texts[2], status: value };
}

describe('cat', () => {
  it('copies its input part by part, to its end', () => {
    assert.deepEqual(onInput('one\n', 'two'), { out: 'one\ntwo', err: '', status: 0 });
    assert.deepEqual(onInput(), { out: '', err: '', status: 0 });
  });

  it('says what is wrong with a file, and goes on with the next one', () => {
    assert.deepEqual(onInput('one\n', EIO), {
      out: 'one\n',
      err: 'cat: stdin: Input/output error\n',
      status: 1,
    });
    inMachine(function* (_u, run) {
      const files = ['/dev/null', '/bin/none', '/bin', '/dev/null'];
      const { out, err, status } = yield* run(cat, ...files);
      assert.deepEqual([out, status], ['', 1]);
      assert.equal(err, 'cat: /bin/none: No such file or directory\ncat: /bin: Is a directory\n');
    });
  });

  it('closes what it has copied', () => {
    inMachine(function* (u, run) {
      yield* run(cat, '/dev/null', '/dev/null');
      assert.equal(yield* u.open('/dev/null'), 3);
    });
  });
});
