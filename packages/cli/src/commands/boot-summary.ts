/**
 * Owns what `smplab boot` prints of a machine that has ended: a line how, a table of its CPUs, where to go
 * on. Pure.
 */
import type { CpuReport, MachineReport } from '@smplab/machine';

const COLUMNS: readonly (readonly [string, (cpu: CpuReport, report: MachineReport) => string])[] = [
  ['cpu', ({ cpu }) => `cpu${cpu}`],
  ['thread', ({ threadId }) => (threadId === 0 ? '-' : String(threadId))],
  ['operations', ({ operations }) => grouped(operations)],
  ['per second', ({ operations }, { runSeconds }) => perSecond(operations, runSeconds)],
  ['switches', ({ switches }) => grouped(switches)],
  ['preemptions', ({ preemptions }) => grouped(preemptions)],
  ['messages', ({ messages }) => grouped(messages)],
  ['ticks', ({ ticks }) => grouped(ticks)],
];

/** The summary, without a line break at the end. */
export function machineText(name: string, report: MachineReport, inspectCommand: string | null): string {
  const { outcome, verdict, message, driver, traceHash, stack, notes, dump, cpus, runSeconds } = report;
  const mark =
    outcome === 'failed' ? `✗ ${verdict ?? 'failed'}` : outcome === 'halted' ? '✓ halted' : outcome;
  const isVirtual = driver === 'simulate';
  const seconds = isVirtual
    ? `${((runSeconds ?? 0) * 1e3).toFixed(3)} ms of virtual time`
    : runSeconds?.toFixed(2);
  const time = runSeconds === null ? '' : ` · ${seconds}${isVirtual ? '' : ' s'}`;
  const total = cpus.reduce((sum, { operations }) => sum + operations, 0);
  const rate =
    runSeconds === null ? '' : `, ${perSecond(total, runSeconds)} a ${isVirtual ? 'virtual ' : ''}second`;
  const lines = [
    `${mark} "${name}": ${message}   ${driver} · ${cpus.length} CPUs${time}`,
    '',
    ...table(report),
    '',
    `${grouped(total)} operations${rate}`,
    ...(traceHash === null ? [] : [`trace ${traceHash}`]),
    ...stack
      .split('\n')
      .slice(1, 6)
      .filter((line) => line.trim() !== ''),
    ...notes,
    ...(dump === null ? [] : [`crash dump: ${dump}`]),
    ...(inspectCommand === null ? [] : [`inspect: ${inspectCommand}`]),
  ];
  return lines.join('\n');
}

function table(report: MachineReport): string[] {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...report.cpus.map((cpu) => COLUMNS.map(([, text]) => text(cpu, report))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((text, column) => text.padStart(widths[column])).join('  '));
}

function perSecond(count: number, seconds: number | null): string {
  return seconds === null || seconds <= 0 ? '-' : grouped(Math.round(count / seconds));
}

/** With commas, whatever the language of the host. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
