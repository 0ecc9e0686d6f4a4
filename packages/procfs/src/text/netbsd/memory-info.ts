/**
 * Owns /proc/meminfo of NetBSD (procfs_domeminfo of procfs_linux.c): a table of bytes as Linux had it long
 * ago, and lines in kilobytes. In the line of buffers NetBSD prints what is free, and so does this. Runs in
 * the thread that reads. There are no pages of files or of programs, and there is no swap.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { memoryFacts } from '../machine-facts.ts';

const KILOBYTE = 1024;
const COLUMN = 8;
const cell = (value: number): string => String(value).padStart(COLUMN);

export function* procfs_domeminfo(k: Context): Steps<string> {
  const { pageBytes, total, free, anonymous } = memoryFacts(k);
  const bytes = (...pages: number[]): string => pages.map((each) => cell(each * pageBytes)).join(' ');
  const kilobytes = (name: string, pages: number): string =>
    `${name.padEnd(10)} ${cell(Math.floor((pages * pageBytes) / KILOBYTE))} kB\n`;
  return (
    '        total:    used:    free:  shared: buffers: cached:\n' +
    `Mem:  ${bytes(total, total - free, free, 0, 0, anonymous)}\n` +
    `Swap: ${bytes(0, 0, 0)}\n` +
    kilobytes('MemTotal:', total) +
    kilobytes('MemFree:', free) +
    kilobytes('MemShared:', 0) +
    kilobytes('Buffers:', free) +
    kilobytes('Cached:', anonymous) +
    kilobytes('SwapTotal:', 0) +
    kilobytes('SwapFree:', 0)
  );
}
