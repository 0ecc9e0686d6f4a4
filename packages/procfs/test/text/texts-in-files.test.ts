import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { VREG, type VfsUser } from '@smplab/vfs';
import { type NodeRow, NODE_TABLES } from '../../src/node/node-table.ts';
import { PFS } from '../../src/node/node-types.ts';
import { PROFILES } from '../../src/procfs-subsystem.ts';
import { FREEBSD_TEXTS, README_TEXTS } from '../../src/text/freebsd/texts.ts';
import { NETBSD_TEXTS } from '../../src/text/netbsd/texts.ts';
import { contents, ok, runs } from '../fixtures/procfs-program.ts';

const BOOT = { boottime: 748_620_684 };
const PROCFSMNT_LINUXCOMPAT = 1;
/** Types whose text differs from one moment to the next. */
const MOVING = ['meminfo', 'cpustat', 'stat', 'statm', 'uptime'];
const TREES = { netbsd: NETBSD_TEXTS, freebsd: FREEBSD_TEXTS, readme: README_TEXTS };

/** Where a row of a tree is found: of process 2, or about the machine. */
function pathOf(rows: readonly NodeRow[], row: NodeRow): string {
  if (row.type === PFS.root) return '/proc';
  if (row.type === PFS.proc) return '/proc/2';
  const parent = rows.find((each) => each.type === row.parent);
  return `${parent === undefined ? '' : pathOf(rows, parent)}/${row.name}`;
}

/** The text in pieces of a length. */
function* inPieces(u: VfsUser, path: string, length: number): Steps<string> {
  const fd = yield* ok(u, u.open(path), `open ${path}`);
  let text = '';
  for (;;) {
    const bytes = yield* u.read(fd, length);
    u.assert(bytes !== null, `${path}: errno ${u.errno}`);
    if (bytes === null || bytes.length === 0) break;
    text += String.fromCharCode(...bytes);
  }
  yield* u.close(fd);
  return text;
}

describe('texts in files of /proc', () => {
  for (const tree of ['netbsd', 'freebsd', 'readme'] as const) {
    it(
      `of the ${tree} tree can all be read, whole and in pieces`,
      runs(
        `all texts of ${tree}`,
        {
          *main(u) {
            const rows = NODE_TABLES[PROFILES[tree]];
            for (const row of rows.filter(({ kind, direction }) => kind === VREG && direction === 'r')) {
              const path = pathOf(rows, row);
              u.assert(TREES[tree][row.type] !== undefined, `${path} has a text`);
              const text = yield* contents(u, path);
              u.assert(!text.startsWith('errno '), `${path}: ${text}`);
              // FreeBSD's map is read in one piece.
              if (tree === 'freebsd' && row.typeName === 'map') continue;
              const pieces = yield* inPieces(u, path, 33);
              // What is counted goes on meanwhile.
              if (!MOVING.includes(row.typeName)) u.assert(text === pieces, `${path}: ${text}, ${pieces}`);
            }
          },
        },
        { ...BOOT, profile: tree, flags: PROCFSMNT_LINUXCOMPAT, search: { schedules: 2 } },
      ),
    );
  }

  const status = {
    netbsd: 'test 2 1 2 2 12,255 ctty,sldr 748620684,0 0,0 0,0 nochan 0 0,0\n',
    freebsd: 'test 2 1 2 2 12,255 ctty,sldr 748620684,0 0,0 0,0 nochan 0 0 0,0 -\n',
    readme: 'test 2 1 2 2 12,255 ctty,sldr 748620684 0 0 0 0 0 nochan 0 0 0\n',
  };
  for (const tree of ['netbsd', 'freebsd', 'readme'] as const) {
    it(
      `tell in the ${tree} tree the status of who reads it`,
      runs(
        `status of ${tree}`,
        {
          *main(u) {
            const text = yield* contents(u, '/proc/curproc/status');
            u.assert(text === status[tree], text);
          },
        },
        { ...BOOT, profile: tree },
      ),
    );
  }
});
