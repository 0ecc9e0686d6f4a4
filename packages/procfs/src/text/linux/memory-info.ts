/**
 * Owns /proc/meminfo and vmstat of Linux (fs/proc/meminfo.c, mm/vmstat.c): memory is what kmalloc may give
 * out; there are no pages of files, and there is no swap. Run in the thread that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { memoryFacts } from '../machine-facts.ts';
import { kilobytes } from './user-ticks.ts';

const NAME = 16;
const COLUMN = 8;

export function* proc_meminfo(k: Context): Steps<string> {
  const facts = memoryFacts(k);
  const { total, free, anonymous } = facts;
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', 0],
    ['SwapCached', 0],
    ['Active', anonymous],
    ['Inactive', 0],
    ['Active(anon)', anonymous],
    ['Inactive(anon)', 0],
    ['Active(file)', 0],
    ['Inactive(file)', 0],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', anonymous],
    ['Mapped', 0],
    ['Shmem', 0],
    ['Slab', total - free - anonymous],
    ['SReclaimable', 0],
    ['SUnreclaim', total - free - anonymous],
    ['CommitLimit', total],
    ['Committed_AS', anonymous],
  ];
  return rows
    .map(([name, pages]) => {
      const amount = String(kilobytes(pages * facts.pageBytes)).padStart(COLUMN);
      return `${`${name}:`.padEnd(NAME)}${amount} kB\n`;
    })
    .join('');
}

export function* proc_vmstat(k: Context): Steps<string> {
  const { free, anonymous } = memoryFacts(k);
  const counters = ['pgpgin', 'pgpgout', 'pswpin', 'pswpout', 'pgfault', 'pgmajfault', 'oom_kill'];
  const zeros = counters.map((name) => `${name} 0\n`).join('');
  return `nr_free_pages ${free}\nnr_anon_pages ${anonymous}\n${zeros}`;
}
