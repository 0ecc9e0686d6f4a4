/**
 * Owns `smplab export`: a saved trace, or what was found by `explore`, as a file for other tools or as lanes
 * for the terminal. To stdout, or to a file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  checkTrace,
  looksLikeTraceFile,
  readTraceFile,
  toChromeJson,
  toFtraceText,
  toLanes,
  toPerfetto,
  toTraceDat,
  type Trace,
  TraceFileError,
} from '@smplab/trace';
import { findingTrace } from '../finding-trace.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { pageWidth } from '../terminal.ts';

export interface ExportFlags {
  readonly format: string;
  readonly out?: string;
  readonly scenario?: string;
  readonly threads?: boolean;
  readonly ascii?: boolean;
}

interface Format {
  /** What opens it, for the line on stderr. */
  readonly opens: string;
  readonly isBinary: boolean;
  write(trace: Trace, flags: ExportFlags): Uint8Array | string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  perfetto: { opens: 'https://ui.perfetto.dev', isBinary: true, write: toPerfetto },
  'trace.dat': { opens: 'kernelshark, or trace-cmd report -i', isBinary: true, write: toTraceDat },
  ftrace: { opens: 'https://ui.perfetto.dev, or any pager', isBinary: false, write: toFtraceText },
  chrome: {
    opens: 'chrome://tracing, speedscope, https://ui.perfetto.dev',
    isBinary: false,
    write: toChromeJson,
  },
  text: {
    opens: 'a terminal',
    isBinary: false,
    write: (trace, { threads, ascii, out }) => {
      const width = out === undefined ? pageWidth(process.stdout, process.env) : undefined;
      const lanes = {
        threads: threads === true,
        unicode: ascii !== true,
        ...(width !== undefined && { width }),
      };
      return `${toLanes(trace, lanes)}\n`;
    },
  },
};

/** Runs the command; gives its exit status. */
export async function exportTrace(source: string, flags: ExportFlags): Promise<number> {
  const format = FORMATS[flags.format];
  if (format.isBinary && flags.out === undefined && process.stdout.isTTY)
    throw new Refusal(`${flags.format} is not for a terminal: give --out FILE, or send it elsewhere`);
  const shown = source === '-' ? 'stdin' : source;
  const trace = named(shown, () => traceOf(contentOf(source), flags.scenario));
  const content = contentIn(format, trace, flags);
  if (flags.out === undefined) {
    await written(content);
    return STATUS.clean;
  }
  try {
    writeFileSync(flags.out, content);
  } catch (error) {
    throw new Refusal(`cannot write ${flags.out}: ${(error as Error).message}`);
  }
  process.stderr.write(`wrote ${flags.out}, for ${format.opens}\n`);
  return STATUS.clean;
}

/** JavaScript has no texts of more than half a gigabyte, which is four million events. */
function contentIn(format: Format, trace: Trace, flags: ExportFlags): Uint8Array | string {
  try {
    return format.write(trace, flags);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { length } = trace.events;
    throw new Refusal(
      `${length} events are too many for ${flags.format}: --format perfetto has room for them`,
    );
  }
}

/** Says of which file a refusal is. */
function named(name: string, make: () => Trace): Trace {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal || error instanceof TraceFileError)
      throw new Refusal(`${name}: ${error.message}`);
    throw error;
  }
}

function contentOf(source: string): string {
  try {
    return readFileSync(source === '-' ? 0 : source, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Refusal('there is no such file');
    throw new Refusal(code === 'EISDIR' ? 'it is a folder' : message);
  }
}

/** The trace that a text has, whichever of the kinds it is of. */
export function traceOf(content: string, scenario?: string): Trace {
  if (!looksLikeTraceFile(content)) return findingTrace(reportOf(content, scenario));
  const trace = readTraceFile(content);
  const [problem] = checkTrace(trace);
  if (problem === undefined) return trace;
  const place = problem.event === -1 ? '' : `event ${problem.event + 1}: `;
  throw new Refusal(`${place}${problem.text}`);
}

/** The report that is meant, of one scenario or of several. */
function reportOf(content: string, scenario: string | undefined): unknown {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new Refusal('it is neither a trace of smplab nor what "smplab explore --json" prints');
  }
  const reports = (Array.isArray(value) ? value : [value]) as unknown[];
  const fitting = reports.filter((each) => scenario === undefined || nameOf(each) === scenario);
  const withTrace = fitting.filter((each) => hasTrace(each));
  if (fitting.length === 0 && reports.length > 0)
    throw new Refusal(`it has no scenario "${String(scenario)}", but ${namesOf(reports)}`);
  if (withTrace.length > 1)
    throw new Refusal(`it has the traces of ${namesOf(withTrace)}: say which by --scenario NAME`);
  return withTrace.at(0) ?? fitting.at(0);
}

function nameOf(report: unknown): string {
  return String((report as { scenario?: unknown } | null)?.scenario);
}

function namesOf(reports: readonly unknown[]): string {
  return reports.map((each) => `"${nameOf(each)}"`).join(', ');
}

function hasTrace(report: unknown): boolean {
  const trace = (report as { trace?: unknown } | null)?.trace;
  return Array.isArray(trace) && trace.length > 0;
}

function written(content: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(content, () => resolve());
  });
}
