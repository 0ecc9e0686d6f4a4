/**
 * Owns how ls lists files, byte for byte as 4.4BSD does (bin/ls/print.c: printlong, printcol). Pure.
 *
 *     2065 dr-xr-xr-x  2 root  wheel  0 Sep 21 15:06 257
 *     ino  strmode nlink user  group  size date      name
 */
import type { Stat } from '@smplab/vfs';
import { type Clock, listedTime } from './local-time.ts';
import { isType, strmode, typeMark } from './strmode.ts';
import type { Names } from './users.ts';

/** A file with what is known of it. */
export interface Listed {
  readonly name: string;
  readonly stat: Stat;
  /** Of a symbolic link. */
  readonly target: string | null;
}

/** What a line begins and ends with. */
export interface Form {
  readonly hasInode: boolean;
  readonly hasBlocks: boolean;
  readonly hasMarks: boolean;
}

/** What -l shows with. */
export interface LongForm {
  readonly user: Names;
  readonly group: Names;
  readonly clock: Clock;
}

const SCREEN = 80;
const TAB = 8;

/** Blocks of 512 bytes of all of them. */
export function totalOf(found: readonly Listed[]): number {
  return found.reduce((sum, { stat }) => sum + stat.st_blocks, 0);
}

export function longLines(found: readonly Listed[], form: Form, { user, group, clock }: LongForm): string[] {
  const before = prefixes(found, form);
  const links = rightAligned(found.map(({ stat }) => String(stat.st_nlink)));
  const users = leftAligned(found.map(({ stat }) => user(stat.st_uid)));
  const groups = leftAligned(found.map(({ stat }) => group(stat.st_gid)));
  const sizes = rightAligned(found.map(({ stat }) => sizeOf(stat)));
  return found.map(({ name, stat, target }, at) => {
    const owners = `${users[at]}  ${groups[at]}`;
    const date = listedTime(clock.secondOf(stat.st_mtime), clock);
    const head = `${before[at]}${strmode(stat.st_mode)}  ${links[at]} ${owners}  ${sizes[at]} ${date} `;
    const mark = form.hasMarks ? typeMark(stat.st_mode) : '';
    return target === null ? head + name + mark : `${head}${name} -> ${target}`;
  });
}

/** Bytes, or major and minor number of a device. */
function sizeOf({ st_mode: mode, st_rdev: rdev, st_size: size }: Stat): string {
  if (!isType(mode, 'c') && !isType(mode, 'b')) return String(size);
  const [major, minor] = [(rdev >> 8) & 0xff, rdev & 0xff].map((each) => String(each).padStart(3));
  return `${major}, ${minor}`;
}

/** Names in columns for a terminal, otherwise one a line. */
export function shortLines(found: readonly Listed[], form: Form, isTerminal: boolean): string[] {
  const before = prefixes(found, form);
  const cells = found.map(
    ({ name, stat }, at) => before[at] + name + (form.hasMarks ? typeMark(stat.st_mode) : ''),
  );
  if (!isTerminal || cells.length === 0) return cells;
  const width = (Math.floor(Math.max(...cells.map((cell) => cell.length)) / TAB) + 1) * TAB;
  const columns = Math.max(Math.floor(SCREEN / width), 1);
  const rows = Math.ceil(cells.length / columns);
  return Array.from({ length: rows }, (_, row) =>
    cells
      .filter((__, at) => at % rows === row)
      .map((cell) => cell.padEnd(width))
      .join('')
      .trimEnd(),
  );
}

/** Inode numbers and blocks in front. */
function prefixes(found: readonly Listed[], { hasInode, hasBlocks }: Form): string[] {
  const inodes = rightAligned(found.map(({ stat }) => String(stat.st_ino)));
  const blocks = rightAligned(found.map(({ stat }) => String(stat.st_blocks)));
  return found.map((_, at) => (hasInode ? `${inodes[at]} ` : '') + (hasBlocks ? `${blocks[at]} ` : ''));
}

function rightAligned(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}

function leftAligned(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padEnd(width));
}
