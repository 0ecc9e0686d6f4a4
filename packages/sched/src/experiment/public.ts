/**
 * Owns what of experiments is offered to specs and to commands.
 */
export { checkSpec, type NearNames } from './check-spec.ts';
export { cellName } from './levels.ts';
export type { ExperimentHost } from './experiment-host.ts';
export { csvOf } from './outcome-csv.ts';
export { outcomeJson } from './outcome-json.ts';
export { outcomeText } from './outcome-table.ts';
export { reportHtml, type ReportOrigin } from './report/report.ts';
export { type FoundIn, type Outcome, outcomeOf } from './outcome.ts';
export { placeOfPath } from './json-place.ts';
export { type Overrides, type Plan, planOf, runOf, tryParts } from './plan.ts';
export type { Recording } from './run.ts';
export type { RunPlan, RunResult } from './run-result.ts';
export type { ReadFile } from './setup.ts';
export * from './spec.ts';
export type { RunView } from '../metrics/run-view.ts';
