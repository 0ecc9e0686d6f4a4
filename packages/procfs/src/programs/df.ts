/**
 * Owns /bin/df: how full file systems are, as 4.4BSD shows it (bin/df/df.c: prtstat). A program of the
 * machine.
 *
 *     df [-ik] [-t type] [file ...]
 */
import { libc } from '@smplab/proc';
import type { FileSystem, VfsUser } from '@smplab/vfs';
import { complain, usage, type VfsProgram } from './program.ts';

const USAGE = 'df [-ik] [-t type] [file ...]';
const BLOCK = 512;
const KILOBYTE = 1024;
/** Bytes of the name column at least, with the blank that ends it. */
const NAME = 11;
const FIGURE = 7;

interface Form {
  readonly block: number;
  readonly hasInodes: boolean;
}

export const df: VfsProgram = {
  *main(u: VfsUser, ...argv: string[]) {
    const { given, rest, error } = libc.getopt(argv, 'ikt:');
    if (error !== null) return yield* usage(u, 'df', error, USAGE);
    let status = 0;
    let found: FileSystem[] = [];
    for (const path of rest) {
      const each = yield* u.statvfs(path);
      if (each === null) status = yield* complain(u, 'df', path);
      else found.push(each);
    }
    if (rest.length === 0) found = [...(yield* u.getvfsstat())];
    const type = given.get('t')?.at(-1);
    if (type !== undefined) found = found.filter(({ fstypename }) => fstypename === type);
    const form = { block: given.has('k') ? KILOBYTE : BLOCK, hasInodes: given.has('i') };
    if (found.length > 0) for (const line of dfLines(found, form)) yield* u.print(line);
    return status;
  },
};

/** The heading and a line for each. */
export function dfLines(found: readonly FileSystem[], { block, hasInodes }: Form): string[] {
  const width = Math.max(NAME, ...found.map(({ mntfromname }) => mntfromname.length + 1));
  const unit = block === KILOBYTE ? '1K-blocks' : `${block}-blocks`;
  const inodes = hasInodes ? '   iused   ifree  %iused' : '';
  return [
    `${'Filesystem'.padEnd(width)} ${unit}    Used   Avail Capacity${inodes}  Mounted on`,
    ...found.map((each) => line(each, width, unit.length, block, hasInodes)),
  ];
}

function line(fs: FileSystem, width: number, unitWidth: number, block: number, hasInodes: boolean): string {
  const inBlocks = (count: number): number => Math.floor((count * fs.frsize) / block);
  const used = fs.blocks - fs.bfree;
  const figures = [
    fs.mntfromname.padEnd(width),
    String(inBlocks(fs.blocks)).padStart(unitWidth),
    figure(inBlocks(used)),
    figure(inBlocks(fs.bavail)),
    // Of what a user may have; a file system in which there can be nothing is full.
    percent(used, used + fs.bavail).padStart(6),
  ];
  if (hasInodes) {
    const taken = fs.files - fs.ffree;
    figures.push('', figure(taken), figure(fs.ffree), percent(taken, fs.files).padStart(6), ' ');
  } else figures.push('  ');
  return `${figures.join(' ')} ${fs.mntonname}`;
}

function figure(value: number): string {
  return String(value).padStart(FIGURE);
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.round((100 * part) / whole)}%`;
}
