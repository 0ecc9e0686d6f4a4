/**
 * Owns /usr/bin/stat: what the kernel tells of files, a field a line as stat(1) -x of BSD shows it. A program
 * of the machine.
 *
 *     stat [-L] file ...
 */
import { clockOf, dateText } from './local-time.ts';
import { complain, eachOperand } from './program.ts';
import { strmode } from './strmode.ts';
import { userNames } from './users.ts';

export const stat = eachOperand('stat', 'L', 'stat [-L] file ...', function* (u, path, { has }) {
  const found = has('L') ? yield* u.stat(path) : yield* u.lstat(path);
  if (found === null) return yield* complain(u, 'stat', path);
  const { user, group } = yield* userNames(u);
  const clock = yield* clockOf(u);
  const date = (ticks: number): string => dateText(clock.secondOf(ticks), clock);
  const { st_mode: mode, st_uid: uid, st_gid: gid } = found;
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  yield* u.print(`  File: "${path}"`);
  yield* u.print(`  Size: ${found.st_size}  Blocks: ${found.st_blocks}  IO Block: ${found.st_blksize}`);
  yield* u.print(
    `  Mode: (${bits}/${strmode(mode)})  Uid: (${uid}/${user(uid)})  Gid: (${gid}/${group(gid)})`,
  );
  yield* u.print(`Device: ${found.st_dev}  Inode: ${found.st_ino}  Links: ${found.st_nlink}`);
  yield* u.print(`Access: ${date(found.st_atime)}`);
  yield* u.print(`Modify: ${date(found.st_mtime)}`);
  yield* u.print(`Change: ${date(found.st_ctime)}`);
  return 0;
});
