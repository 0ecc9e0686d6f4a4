import type { Context, Kernel } from '@smplab/lwkt';
import { EPIPE, fhold } from '@smplab/proc';
import { bootPipes, pipe_files, registerPipes } from '../../src/file/pipe.ts';
import { close, get, getAll, proves, put } from './fixtures/pair-machine.ts';

/** A pipe of so many bytes. */
const sized = (pipeBytes: number, modes = 0) => ({
  parts: [(kernel: Kernel, g: number) => bootPipes(kernel, g, { pipeBytes })],
  register: registerPipes,
  make: (k: Context) => pipe_files(k, modes),
});

describe('a pipe, in every interleaving up to a number of preemptions,', function () {
  this.timeout(0);

  it('brings all bytes in order and then the end, though there is room for two at a time', () => {
    proves(
      'three bytes',
      {
        ...sized(2),
        actors: {
          *writer(k, [, wf], note) {
            note(yield* put(k, wf, 'abc'));
            yield* close(k, wf);
          },
          *reader(k, [rf], note) {
            yield* getAll(k, rf, 9, note);
            yield* close(k, rf);
          },
        },
        judge: ({ writer, reader }) => (writer === 'abc' && reader === 'abc' ? null : 'bytes are lost'),
      },
      1,
    );
  });

  it('does not mix writes that fit into it', () => {
    proves(
      'two writers',
      {
        ...sized(3),
        *make(k) {
          const files = yield* pipe_files(k, 0);
          yield* put(k, files[1], '..');
          return files;
        },
        actors: {
          *one(k, [, wf], note) {
            note(yield* put(k, wf, 'ab'));
          },
          *other(k, [, wf], note) {
            note(yield* put(k, wf, 'xy'));
          },
          *reader(k, [rf, wf], note) {
            let read = '';
            while (read.length < 6) read += yield* get(k, rf, 9);
            note(read);
            yield* close(k, rf);
            yield* close(k, wf);
          },
        },
        judge: ({ reader }) => (reader === '..abxy' || reader === '..xyab' ? null : 'writes are mixed'),
      },
      0,
    );
  });

  it('tells a writer that waits that nobody reads any more', () => {
    proves('reader goes', {
      ...sized(2),
      actors: {
        *writer(k, [, wf], note) {
          note(yield* put(k, wf, 'abc'));
          yield* close(k, wf);
        },
        *reader(k, [rf]) {
          yield* close(k, rf);
        },
      },
      judge: ({ writer }) =>
        writer === `!${EPIPE}` || writer === `ab!${EPIPE}` ? null : 'the writer hears of it',
    });
  });

  it('gives each byte to one of two readers, and the end to both', () => {
    proves(
      'two readers',
      {
        ...sized(2),
        *make(k) {
          const files = yield* pipe_files(k, 0);
          yield* fhold(k, files[0]);
          return files;
        },
        actors: {
          *writer(k, [, wf]) {
            yield* put(k, wf, 'ab');
            yield* close(k, wf);
          },
          *one(k, [rf], note) {
            yield* getAll(k, rf, 1, note);
            yield* close(k, rf);
          },
          *other(k, [rf], note) {
            yield* getAll(k, rf, 1, note);
            yield* close(k, rf);
          },
        },
        judge: ({ one = '', other = '' }) =>
          ['ab', 'ba'].includes(one + other) && [one, other].every((read) => read !== 'ba')
            ? null
            : 'bytes are lost or doubled',
      },
      1,
    );
  });

  it('is freed once, by the end that is closed last', () => {
    proves('two closes', {
      ...sized(2),
      actors: {
        *one(k, [rf]) {
          yield* close(k, rf);
        },
        *other(k, [, wf]) {
          yield* close(k, wf);
        },
      },
      judge: () => null,
    });
  });
});
