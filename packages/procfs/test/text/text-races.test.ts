import type { Steps } from '@smplab/lwkt';
import { EBUSY, ESRCH, textImage } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { FREEBSD_TEXTS, README_TEXTS } from '../../src/text/freebsd/texts.ts';
import { NETBSD_TEXTS } from '../../src/text/netbsd/texts.ts';
import type { Texts } from '../../src/text/reading.ts';
import { type Render, renders, type TextEntry } from './fixtures/text-program.ts';

const SOON_OVER = textImage('main: li r1, 3\nli r2, 1\nsys exit\n.data\nword: .word 7');
const TITLE = [1, 14, 7];

/** Reads all texts about the child until nobody has its number; each is a text, or says why there is none. */
function reads(texts: Texts): TextEntry {
  return function* (u, render) {
    const pid = yield* u.fork('child');
    const types = Object.keys(texts).map(Number);
    for (let round = 0; round < 3; round++) {
      for (const type of types) yield* checked(u, render, type, pid);
    }
    yield* u.wait4(pid);
    for (const type of types) {
      const text = yield* render(u, type, pid);
      u.assert(text === ESRCH, `text ${type} of a process that is gone: ${text}`);
    }
  };
}

function* checked(u: VfsUser, render: Render, type: number, pid: number): Steps {
  const text = yield* render(u, type, pid);
  const isText = typeof text === 'string';
  u.assert(isText || text === EBUSY, `text ${type} of process ${pid}: ${text}`);
  u.assert(!isText || !/undefined|NaN|null|\[object/.test(text), `text ${type} of process ${pid}: ${text}`);
}

/** One process reaps a zombie, another reads all texts about it meanwhile. */
function reaped(texts: Texts): Readonly<Record<string, TextEntry>> {
  return {
    *main(u) {
      const pid = yield* u.fork('over');
      yield* u.fork('reader', pid);
      yield* u.wait();
      yield* u.wait();
    },
    *over() {
      // It exits at once.
    },
    *reader(u, render, pid) {
      for (const type of [...Object.keys(texts), ...Object.keys(texts)].map(Number)) {
        const text = yield* render(u, type, pid);
        const isText = typeof text === 'string' && !/undefined|NaN|null|\[object/.test(text);
        u.assert(isText || text === EBUSY || text === ESRCH, `text ${type} of process ${pid}: ${text}`);
      }
    },
  };
}

/** Changes everything that texts are about. */
function* child(u: VfsUser): Steps {
  yield* u.setsid();
  yield* u.setgroups([5, 6]);
  yield* u.setresuid(3, 3, 3);
  yield* u.store(64, 1);
  yield* u.setrlimit(4, { cur: 0, max: 0 });
  yield* u.__sysctl([...TITLE, yield* u.getpid()], 0, new TextEncoder().encode('title\0'));
  yield* u.execve('/bin/over', ['over', 'and out'], ['A=b']);
}

describe('texts about a process that changes, execs and exits', () => {
  const trees = { netbsd: NETBSD_TEXTS, freebsd: FREEBSD_TEXTS, readme: README_TEXTS };
  for (const [tree, texts] of Object.entries(trees)) {
    it(
      `of the ${tree} tree are whole, or refused, in every order of events`,
      renders(
        `races of ${tree}`,
        texts,
        { main: reads(texts), child },
        {
          cpus: 2,
          limits: { pageWords: 16, vmPages: 8 },
          others: { '/bin/over': SOON_OVER },
          search: { schedules: 6 },
        },
      ),
    );
    it(
      `of the ${tree} tree are whole, or refused, while the process is reaped by another`,
      renders(
        `reaping in ${tree}`,
        texts,
        { ...reaped(texts) },
        { cpus: 2, limits: { pageWords: 16, vmPages: 8 }, search: { schedules: 6 } },
      ),
    );
  }
});
