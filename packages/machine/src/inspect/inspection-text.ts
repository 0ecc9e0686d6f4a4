/** Owns how an inspection looks to a person: the reason first, then a table for each part. Pure. */
import { vmstat_m } from '@smplab/kmem';
import type { CrashReason } from '../crash-dump.ts';
import type { CpuReport } from './cpu-report.ts';
import type { EventReport } from './event-report.ts';
import {
  type InspectOptions,
  type Inspection,
  inspectionOf,
  type PartialInspection,
  selected,
} from './inspection.ts';
import type { MemoryReport } from './memory-report.ts';
import type { MessageQueueReport, SleepQueueReport } from './queue-report.ts';
import type { ThreadReport, TokenClaim } from './thread-report.ts';
import type { TokenReport } from './token-report.ts';

/** A crash dump as text. @throws InputError when the file is no crash dump, or is damaged. */
export function inspectDump(path: string, options: InspectOptions = {}): string {
  return inspectionText(selected(inspectionOf(path), options));
}

export function inspectionText(inspection: PartialInspection): string {
  const { cpus, threads, tokens, messages, sleepers, memory, events } = inspection;
  const parts = [
    reasonText(inspection.reason),
    machineText(inspection.machine),
    inspection.remarks.length > 0 && part('damage', inspection.remarks),
    cpus && part('CPUs', cpuLines(cpus)),
    ...(threads ? threadParts(threads) : []),
    tokens && part('tokens', tokenLines(tokens)),
    messages && part('messages between CPUs', messages.flatMap(messageLines)),
    sleepers && part('sleep queues', sleepers.map(sleepLine)),
    memory && part('memory', memoryLines(memory)),
    events && part('last events', eventLines(events)),
  ];
  return parts.filter((text) => typeof text === 'string').join('\n\n');
}

function part(title: string, lines: readonly string[]): string {
  return [title, ...(lines.length === 0 ? ['none'] : lines).map(indented)].join('\n');
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

function reasonText({ verdict, message, cpu = null, thread = null, details = [] }: CrashReason): string {
  const place = [cpu !== null && `on cpu${cpu}`, thread !== null && `in thread ${thread}`].filter(
    (text) => text !== false,
  );
  const lines = [...(place.length === 0 ? [] : [place.join(' ')]), ...details];
  return [`${verdict}: ${message}`, ...lines.map(indented)].join('\n');
}

function machineText({ cpus, ticks, hz, isHalted, panic }: Inspection['machine']): string {
  const state = [isHalted && 'halted', panic !== null && `cpu${panic} panicked first`].filter(
    (text) => text !== false,
  );
  return [`machine: ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`, `tick ${ticks} at ${hz} Hz`, ...state].join(
    ', ',
  );
}

/** Rows as columns of equal width; numbers stand on the right. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => Array.from(row[column]).length)));
  const isNumeric = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return all.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column] - Array.from(cell).length);
        return isNumeric[column] ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? '-' : texts.join(', ');
}

function cpuLines(cpus: readonly CpuReport[]): string[] {
  const head = [
    'cpu',
    'state',
    'current',
    'crit',
    'nest',
    'proc',
    'spin',
    'requests',
    'doorbell',
    'interrupts',
    'timeout',
  ];
  const rows = cpus.map((cpu) => [
    `cpu${cpu.cpu}`,
    cpu.state,
    cpu.current,
    cpu.critical,
    cpu.nesting,
    cpu.processing,
    cpu.spinlocks,
    listed([...cpu.requests, ...(cpu.polled ? ['(polled)'] : [])]),
    listed(cpu.doorbell),
    listed(cpu.interrupts.map(String)),
    cpu.timeout === null ? '-' : `tick ${cpu.timeout}`,
  ]);
  const names = Object.keys(cpus[0]?.counters ?? {});
  const counts = cpus.map((cpu) => [`cpu${cpu.cpu}`, ...Object.values(cpu.counters), cpu.heartbeat]);
  return [
    ...table(head, rows),
    ...(rows.length === 0 ? [] : ['']),
    ...table(['cpu', ...names, 'heartbeat'], counts),
  ];
}

function threadParts(threads: readonly ThreadReport[]): string[] {
  const cpus = [...new Set(threads.filter(({ isListed }) => isListed).map(({ cpu }) => cpu))].sort(
    (a, b) => a - b,
  );
  const parts = cpus.map((cpu) =>
    part(
      `threads of cpu${cpu}`,
      threadLines(threads.filter((thread) => thread.isListed && thread.cpu === cpu)),
    ),
  );
  const others = threads.filter(({ isListed }) => !isListed);
  if (others.length > 0) parts.push(part('threads in no list', threadLines(others)));
  return parts.length === 0 ? [part('threads', [])] : parts;
}

function threadLines(threads: readonly ThreadReport[]): string[] {
  const head = ['  thread', 'at', 'state', 'pri', 'crit', 'waits for', 'holds', 'wants', 'runs'];
  return table(
    head,
    threads.map((thread) => [
      `${thread.isCurrent ? '*' : ' '} ${thread.name}`,
      thread.thread,
      thread.state,
      thread.priority,
      thread.critical,
      waitText(thread),
      listed(thread.held.map(claimText)),
      listed(thread.wanted.map(claimText)),
      thread.function,
    ]),
  );
}

function waitText({ message, ident, identName, deadline }: ThreadReport): string {
  const texts = [
    message !== '' && JSON.stringify(message),
    ident !== 0 && `on ${identName}`,
    deadline !== null && `until tick ${deadline}`,
  ];
  return texts.filter((text) => text !== false).join(' ') || '-';
}

function claimText({ name, mode }: TokenClaim): string {
  return mode === 'exclusive' ? name : `${name} (${mode})`;
}

function tokenLines(tokens: readonly TokenReport[]): string[] {
  const head = ['token', 'at', 'state', 'counted', 'owner', 'held by', 'wanted by', 'collisions'];
  return table(
    head,
    tokens.map((token) => [
      token.name,
      token.token,
      token.state,
      token.counted,
      token.owner ?? '-',
      listed(token.holders),
      listed(token.waiters),
      token.collisions,
    ]),
  );
}

function messageLines({
  source,
  target,
  depth,
  isRunning,
  isDraining,
  pending,
}: MessageQueueReport): string[] {
  const state = [`${depth} waiting`, isRunning && 'one running', isDraining && `cpu${source} waits for room`];
  return [
    `cpu${source} → cpu${target}: ${state.filter((text) => text !== false).join(', ')}`,
    ...pending.map((message) => `  ${message.function}(${message.arguments.join(', ')})`),
  ];
}

function sleepLine({ cpu, bucket, sleepers, isMasked }: SleepQueueReport): string {
  const texts = sleepers.map(
    ({ thread, identName, message }) => `${thread} on ${identName} ${JSON.stringify(message)}`,
  );
  const missed = isMasked ? '' : '   (not in the CPU mask: wakeups on other CPUs miss it)';
  return `cpu${cpu} bucket ${bucket}: ${texts.join(', ')}${missed}`;
}

function memoryLines({ words, wordsMaximum, types, damage }: MemoryReport): string[] {
  return [
    `${words} words in use, at most ${wordsMaximum}`,
    ...(types.length === 0 ? [] : vmstat_m(types).split('\n')),
    ...damage,
  ];
}

function eventLines(events: readonly EventReport[]): string[] {
  return table(
    ['cpu', 'tick', 'number', 'event', ''],
    events.map(({ cpu, tick, sequence, kind, text }) => [`cpu${cpu}`, tick, sequence, kind, text]),
  );
}
