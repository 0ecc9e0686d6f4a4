/**
 * Owns `smplab inspect`: takes a crash dump apart and prints what it shows, as text or as one JSON value. The
 * parts of a kernel are those of @smplab/machine; what a machine with processes has besides is added here.
 */
import {
  dumpMemory,
  INSPECTION_PARTS,
  inspectionOf,
  inspectionText,
  type InspectionPart,
  selected,
} from '@smplab/machine';
import { hasProcesses, kern, type ProcessReport, processReports } from '@smplab/proc';
import { Refusal, STATUS } from '../refusal.ts';
import { print } from '../terminal.ts';

const PROCESS_PARTS = ['processes', 'pgrpdump'] as const;
type ProcessPart = (typeof PROCESS_PARTS)[number];

export type InspectFlags = { readonly json?: boolean; readonly cpu?: number } & {
  readonly [part in InspectionPart | ProcessPart]?: boolean;
};

/** What a dump says of processes; nothing for a machine without. */
type ProcessParts = { readonly processes?: readonly ProcessReport[]; readonly pgrpdump?: readonly string[] };

/** Runs the command; gives its exit status. */
export async function inspect(path: string, flags: InspectFlags): Promise<number> {
  const inspection = inspectionOf(path);
  const { cpu } = flags;
  if (cpu !== undefined && cpu >= inspection.machine.cpus) {
    throw new Refusal(
      `there is no cpu${cpu} in ${path}: the machine had cpu0 to cpu${inspection.machine.cpus - 1}`,
    );
  }
  const parts = INSPECTION_PARTS.filter((part) => flags[part] === true);
  const wanted = PROCESS_PARTS.filter((part) => flags[part] === true);
  const hasChosen = parts.length + wanted.length > 0;
  const chosen = selected(inspection, {
    ...(cpu !== undefined && { cpu }),
    ...(hasChosen && { parts }),
  });
  // Processes belong to no CPU: with one, they are shown only if they are asked for.
  const added = processParts(path, hasChosen || cpu !== undefined ? wanted : ['processes']);
  if (flags.json === true) await print(JSON.stringify({ ...chosen, ...added }, null, 2));
  else await print([inspectionText(chosen), ...texts(added)].join('\n\n'));
  return STATUS.clean;
}

function processParts(path: string, wanted: readonly ProcessPart[]): ProcessParts {
  if (wanted.length === 0) return {};
  const memory = dumpMemory(path);
  if (!hasProcesses(memory)) return {};
  return {
    ...(wanted.includes('processes') && { processes: processReports(memory) }),
    ...(wanted.includes('pgrpdump') && { pgrpdump: kern.pgrpdump(memory) }),
  };
}

function texts({ processes, pgrpdump }: ProcessParts): string[] {
  return [
    ...(processes === undefined ? [] : [['processes', ...processLines(processes)].join('\n  ')]),
    ...(pgrpdump === undefined ? [] : [['process groups', ...pgrpdump].join('\n')]),
  ];
}

const COLUMNS: readonly (readonly [string, (report: ProcessReport) => string])[] = [
  ['pid', ({ pid }) => String(pid)],
  ['ppid', ({ ppid }) => String(ppid ?? '-')],
  ['pgid', ({ pgid }) => String(pgid ?? '-')],
  ['sid', ({ sid }) => String(sid ?? '-')],
  ['stat', ({ stat }) => stat],
  ['lwps', ({ threads }) => String(threads)],
  ['p_lock', ({ lock }) => lock],
  ['wmesg', ({ wmesg }) => (wmesg === '' ? '-' : wmesg)],
  ['comm', ({ comm }) => comm],
  ['flags', ({ flags }) => (flags.length === 0 ? '-' : flags.join(' '))],
];

function processLines(reports: readonly ProcessReport[]): string[] {
  const rows = [COLUMNS.map(([title]) => title), ...reports.map((each) => COLUMNS.map(([, of]) => of(each)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isText = (column: number): boolean => column >= COLUMNS.findIndex(([title]) => title === 'wmesg');
  return rows.map((row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
