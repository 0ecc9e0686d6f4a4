/**
 * Owns the public face of the package.
 */
export { checkTrace, type TraceProblem } from './check-trace.ts';
export * from './event.ts';
export { toPerfetto } from './perfetto/perfetto.ts';
export { toTraceDat } from './trace-dat/trace-dat.ts';
export { toFtraceText } from './ftrace-text.ts';
export { toChromeJson } from './chrome-json.ts';
