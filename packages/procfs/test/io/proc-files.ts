/**
 * Owns the way of a program to nodes through files of /proc, and explored scenarios of programs that go it.
 */
import { explores } from '@smplab/explore/mocha';
import type { Steps } from '@smplab/lwkt';
import { textImage } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { pfsTypeName } from '../../src/node/node-types.ts';
import { procfsScenario } from '../../src/procfs-scenario.ts';
import type { Nodes, NodesEntry, TransferOptions } from './transfer-program.ts';

const O_WRONLY = 1;
const SEEK_SET = 0;

/** Opens, moves, transfers and closes. */
function* through<T>(
  u: VfsUser,
  path: string,
  flags: number,
  offset: number,
  act: (fd: number) => Steps<T | null>,
): Steps<T | number> {
  const fd = yield* u.open(path, flags);
  if (fd < 0) return u.errno;
  if (offset !== 0) yield* u.lseek(fd, offset, SEEK_SET);
  const answer = yield* act(fd);
  const { errno } = u;
  yield* u.close(fd);
  return answer ?? errno;
}

const FILES: Nodes = {
  read: (u, type, pid, count, offset = 0) =>
    through(u, pathOf(type, pid), 0, offset, (fd) => u.read(fd, count)),
  write: (u, type, pid, bytes, offset = 0) =>
    through(u, pathOf(type, pid), O_WRONLY, offset, function* (fd) {
      return (yield* u.write(fd, bytes)) < 0 ? null : 0;
    }),
};

function pathOf(type: number, pid: number): string {
  return `/proc/${pid}/${pfsTypeName(type)}`;
}

/** A mocha test body: the same as `transfers`, through /proc of FreeBSD. */
export function files(
  name: string,
  program: Readonly<Record<string, NodesEntry>>,
  { search = {}, texts = {}, limits, ...options }: TransferOptions = {},
): ReturnType<typeof explores> {
  const entries = Object.entries(program).map(
    ([entry, body]) => [entry, (u: VfsUser, ...args: number[]) => body(u, FILES, ...args)] as const,
  );
  const images = Object.entries(texts).map(([path, source]) => [path, textImage(source)] as const);
  const scenario = procfsScenario(
    name,
    { cpus: 2, profile: 'freebsd', limits: { vmPages: 24, ...limits }, ...options },
    { '/bin/test': Object.fromEntries(entries), ...Object.fromEntries(images) },
  );
  return explores(scenario, { strategy: 'random', schedules: 10, shrink: false, ...search });
}
