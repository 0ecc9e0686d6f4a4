import type { Context, Kernel } from '@smplab/lwkt';
import { EPIPE, fhold } from '@smplab/proc';
import { ECONNRESET, EDESTADDRREQ } from '../../src/errno.ts';
import { SHUT_RD, SHUT_WR, SOCK_DGRAM, SOCK_STREAM } from '../../src/file/socket-layout.ts';
import { bootSockets, registerSockets, shutdownFile, socket_files } from '../../src/file/socketpair.ts';
import { close, get, getAll, proves, put } from './fixtures/pair-machine.ts';

/** Instead of a way of shutdown. */
const CLOSE = -1;

/** A pair of sockets that keep so many bytes. */
const sized = (type: number, socketBytes: number) => ({
  parts: [(kernel: Kernel, g: number) => bootSockets(kernel, g, { socketBytes })],
  register: registerSockets,
  make: (k: Context) => socket_files(k, type, 0),
});

describe('a pair of sockets, in every interleaving up to a number of preemptions,', function () {
  this.timeout(0);

  it('brings a stream in order, though there is room for two bytes at a time', () => {
    proves(
      'stream',
      {
        ...sized(SOCK_STREAM, 2),
        actors: {
          *one(k, [fp], note) {
            note(yield* put(k, fp, 'abc'));
            yield* close(k, fp);
          },
          *other(k, [, fp], note) {
            yield* getAll(k, fp, 9, note);
            yield* close(k, fp);
          },
        },
        judge: ({ one, other }) => (one === 'abc' && other === 'abc' ? null : 'bytes are lost'),
      },
      1,
    );
  });

  it('tells who waits for room, or for bytes, that the other one has ended that', () => {
    for (const [how, fits] of [
      [SHUT_RD, (said: string) => said === `!${EPIPE}` || said === `ab!${EPIPE}`],
      [SHUT_WR, (said: string) => said === 'ab'],
      [CLOSE, (said: string) => said === `!${EPIPE}` || said === `ab!${EPIPE}`],
    ] as const) {
      proves(
        `shutdown ${how}`,
        {
          ...sized(SOCK_STREAM, 2),
          actors: {
            *one(k, [fp], note) {
              if (how !== SHUT_WR) note(yield* put(k, fp, 'abc'));
              else yield* getAll(k, fp, 9, note);
              yield* close(k, fp);
            },
            *other(k, [, fp]) {
              if (how === SHUT_WR) yield* put(k, fp, 'ab');
              if (how !== CLOSE) yield* shutdownFile(k, fp, how);
              yield* close(k, fp);
            },
          },
          judge: ({ one = '' }) => (fits(one) ? null : 'it hears of it'),
        },
        1,
      );
    }
  });

  it('wakes its own writer that waits when it is shut down', () => {
    proves(
      'own shutdown',
      {
        ...sized(SOCK_STREAM, 2),
        *make(k) {
          const files = yield* socket_files(k, SOCK_STREAM, 0);
          // Two threads use it.
          yield* fhold(k, files[0]);
          return files;
        },
        actors: {
          *one(k, [fp], note) {
            note(yield* put(k, fp, 'abc'));
            yield* close(k, fp);
          },
          *other(k, [fp, peer]) {
            yield* shutdownFile(k, fp, SHUT_WR);
            yield* close(k, fp);
            yield* close(k, peer);
          },
        },
        judge: ({ one = '' }) => (one === `!${EPIPE}` || one === `ab!${EPIPE}` ? null : 'it is told'),
      },
      1,
    );
  });

  it('is freed once, by the socket that is closed last, and a reader of datagrams hears of a close', () => {
    proves('closes', {
      ...sized(SOCK_DGRAM, 16),
      actors: {
        *one(k, [fp], note) {
          note(yield* get(k, fp, 9));
          yield* close(k, fp);
        },
        *other(k, [, fp]) {
          yield* close(k, fp);
        },
      },
      judge: ({ one }) => (one === `!${ECONNRESET}` ? null : 'it is told'),
    });
  });

  it('brings datagrams whole and in order', () => {
    proves(
      'datagrams',
      {
        ...sized(SOCK_DGRAM, 16),
        actors: {
          *one(k, [fp], note) {
            note(`${yield* put(k, fp, 'ab')},${yield* put(k, fp, 'c')}`);
            yield* close(k, fp);
          },
          *other(k, [, fp], note) {
            note(`${yield* get(k, fp, 9)},${yield* get(k, fp, 9)}`);
            note(`,${yield* get(k, fp, 9)},${yield* put(k, fp, 'x')}`);
            yield* close(k, fp);
          },
        },
        judge: ({ one, other }) =>
          one === 'ab,c' && other === `ab,c,!${ECONNRESET},!${EDESTADDRREQ}` ? null : 'they are not whole',
      },
      1,
    );
  });
});
