import { pairOf, runs } from './fixtures/descriptor-scenario.ts';

describe('a pipe', () => {
  it(
    'brings bytes from one process to another, and then its end',
    runs('bytes and the end', {
      *main(u) {
        const [r, w] = pairOf(yield* u.syscall('pipe2', 0));
        const pid = yield* u.fork('child', (r << 8) | w);
        yield* u.close(w);
        let text = '';
        for (;;) {
          const bytes = yield* u.read(r, 100);
          u.assert(bytes !== null, 'a read');
          if (bytes === null || bytes.length === 0) break;
          text += String.fromCharCode(...bytes);
        }
        u.assert(text === 'hello, other process', `it reads ${text}`);
        u.assert((yield* u.wait4(pid)).status === 0, 'the child is well');
      },
      *child(u, fds) {
        const [r, w] = [fds >> 8, fds & 0xff];
        yield* u.close(r);
        u.assert((yield* u.write(w, 'hello, other process')) === 20, 'all of it');
        yield* u.exit(0);
      },
    }),
  );
});
