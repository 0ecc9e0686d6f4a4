import assert from 'node:assert/strict';
import { explores } from '@smplab/explore/mocha';
import { functionNumber, lwkt_create, lwkt_free_thread, lwkt_join, type Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { ENOENT } from '@smplab/proc';
import { vfsScenario, type VfsUser, type VfsUserEntry } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { copySnapshot, type SnapshotEntry } from '../../src/export/snapshot-copy.ts';
import { procfs_snapshot } from '../../src/export/snapshot.ts';
import { freeSnapshot } from '../../src/export/tree-reader.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../fixtures/procfs-program.ts';

interface Taken {
  readonly entries: readonly SnapshotEntry[];
  readonly error: number;
  readonly tries: number;
}

/** A program whose call `snapshot` has a kernel thread of the same CPU take one of /tree. */
function taking(
  name: string,
  cpus: number,
  program: Readonly<Record<string, (u: VfsUser, taken: () => Taken) => Steps<unknown>>>,
  schedules = 2,
): ReturnType<typeof explores> {
  let last: Taken = { entries: [], error: -1, tries: 0 };
  const entries = Object.entries(program).map(([entry, body]) => [
    entry,
    (u: VfsUser) => body(u, () => last),
  ]);
  const scenario = vfsScenario(
    name,
    {
      cpus,
      threads: {
        *snapper({ context: k }: KernelApi): Steps {
          const { head, error, tries } = yield* procfs_snapshot(k, '/tree');
          last = { entries: copySnapshot(k.kernel.memory, head), error, tries };
          yield* freeSnapshot(k, head);
        },
      },
      systemCalls: {
        *snapshot({ context: k }: KernelApi): Steps<number> {
          const td = yield* lwkt_create(k, functionNumber('snapper'));
          yield* lwkt_join(k, td);
          yield* lwkt_free_thread(k, td);
          return 0;
        },
      },
    },
    { '/bin/test': Object.fromEntries(entries) as Readonly<Record<string, VfsUserEntry>> },
  );
  return explores(scenario, { strategy: 'random', schedules, shrink: false });
}

function* put(u: VfsUser, path: string, text: string, mode = 0o644): Steps {
  const fd = yield* u.open(path, O_CREAT | O_TRUNC | O_WRONLY, mode);
  yield* u.write(fd, text);
  yield* u.close(fd);
}

/** `path kind mode contents` of each node. */
function lines(entries: readonly SnapshotEntry[]): string[] {
  return entries.map(({ path, kind, mode, contents }) =>
    [path, kind, mode.toString(8), String.fromCharCode(...contents)].join(' ').trimEnd(),
  );
}

describe('a snapshot', () => {
  it(
    'has directories, files to their end, and links',
    taking('a tree', 2, {
      *main(u, taken) {
        const long = 'x'.repeat(300);
        yield* u.mkdir('/tree', 0o755);
        yield* u.mkdir('/tree/sub', 0o750);
        yield* put(u, '/tree/sub/file', long, 0o640);
        yield* put(u, '/tree/empty', '');
        // What is for debuggers is left out.
        yield* put(u, '/tree/mem', 'secret');
        yield* u.symlink('../nowhere', '/tree/link');
        yield* u.syscall('snapshot');
        assert.equal(taken().error, 0);
        assert.deepEqual(lines(taken().entries).sort(), [
          'empty file 644',
          'link link 777 ../nowhere',
          'sub directory 750',
          `sub/file file 640 ${long}`,
        ]);
      },
    }),
  );

  it(
    'of what is not there gives the errno',
    taking('nothing', 2, {
      *main(u, taken) {
        yield* u.syscall('snapshot');
        assert.deepEqual(taken(), { entries: [], error: ENOENT, tries: taken().tries });
      },
    }),
  );

  it(
    'is of one moment, whatever others do meanwhile',
    taking(
      'one moment',
      2,
      {
        *main(u, taken) {
          yield* u.mkdir('/tree', 0o755);
          for (const name of ['a', 'between', 'b']) yield* put(u, `/tree/${name}`, '0');
          yield* u.fork('writer');
          yield* u.syscall('snapshot');
          assert.equal(taken().error, 0);
          const value = (name: string): number => {
            const bytes = taken().entries.find(({ path }) => path === name)?.contents ?? [];
            return Number(String.fromCharCode(...bytes));
          };
          const ahead = value('a') - value('b');
          u.assert(ahead === 0 || ahead === 1, `a is ${value('a')}, b is ${value('b')}`);
          yield* u.wait();
        },
        /** b follows a. */
        *writer(u) {
          const files = [yield* u.open('/tree/a', O_WRONLY), yield* u.open('/tree/b', O_WRONLY)];
          for (let round = 1; round < 9; round++) {
            for (const fd of files) {
              yield* u.lseek(fd, 0, 0);
              yield* u.write(fd, String(round));
            }
          }
        },
      },
      8,
    ),
  );
});
