/**
 * Owns the public face of the package.
 */
export { checkTrace, type TraceProblem } from './check-trace.ts';
export { toChromeJson } from './chrome-json.ts';
export * from './event.ts';
export { toFtraceText } from './ftrace-text.ts';
export { type LaneOptions, toLanes } from './lanes.ts';
export { toPerfetto } from './perfetto/perfetto.ts';
export { toTraceDat } from './trace-dat/trace-dat.ts';
export { looksLikeTraceFile, readTraceFile, TraceFileError, writeTraceFile } from './trace-file.ts';
