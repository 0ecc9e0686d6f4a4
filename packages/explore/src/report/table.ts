/**
 * Owns what a person reads of an exploration: the headline, the table of the shortened schedule, the
 * explanation, the data races and the command that replays it; or, when nothing was found, what was covered.
 * Pure: the caller says how wide the page is, whether there is colour, and how the command is called.
 */
import { explain } from './explain.ts';
import { baseName, grid, shortNames } from './grid.ts';
import { optionsText } from './options-text.ts';
import { type Paint, paintFor } from './paint.ts';
import type { ExploreResult, Finding, Race, RaceSide } from './result.ts';
import { elide, rowsOf } from './row.ts';
import { oneLine, textWidth, wrap } from './text-width.ts';

/** How a result is to be rendered. */
export interface RenderOptions {
  readonly colour: boolean;
  /** Columns of the page. */
  readonly width: number;
  /** Replays the schedule of the result; printed as it is. Empty to leave it out. */
  readonly replayCommand: string;
  /** Show long traces whole; default false. */
  readonly whole?: boolean;
}

const WIDTH_MIN = 40;
/** Longest table that is shown whole; of a run that goes in circles a few rounds say it all. */
const ROWS_MAX = 60;
const CIRCLING_ROWS_MAX = 20;
/** Data races that are listed; a scenario without locks has dozens. */
const RACES_MAX = 5;

/** The report on one scenario, without a line break at its end. */
export function renderResult(result: ExploreResult, options: RenderOptions): string {
  const page: Page = { paint: paintFor(options.colour), width: Math.max(WIDTH_MIN, options.width), options };
  const { finding } = result;
  const blocks: string[][] = [];
  if (finding === null) blocks.push(headlineWithoutTrace(result, page));
  else blocks.push(headline(result, finding, page), table(finding, page), outcome(finding, page));
  blocks.push(raceLines(result, page));
  if (finding !== null) blocks.push([...machineLine(result, page), ...replayLines(result, finding, page)]);
  for (const other of result.findings.filter((each) => each !== finding && !isSame(each, finding))) {
    blocks.push(further(result, other, page));
  }
  blocks.push(result.notes.flatMap((note) => paragraph(`note: ${note}`, page)).map(page.paint.dim));
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

interface Page {
  readonly paint: Paint;
  readonly width: number;
  readonly options: RenderOptions;
}

/** Findings cross worker threads as copies. */
function isSame(one: Finding, other: Finding | null): boolean {
  return other !== null && one.schedule === other.schedule && one.message === other.message;
}

function paragraph(text: string, page: Page, indent = 2): string[] {
  return wrap(oneLine(text), page.width - indent).map((line) => ' '.repeat(indent) + line);
}

/** `12,345`. */
function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(2)} s`;
  return value < 120 ? `${value.toFixed(1)} s` : `${grouped(value)} s`;
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A strong text at the left and a quiet one at the right, or below if they do not fit on one line. */
function headed(strong: string, quiet: string, page: Page, paint: (text: string) => string): string[] {
  const blank = page.width - textWidth(strong) - textWidth(quiet);
  if (blank >= 3) return [paint(strong) + ' '.repeat(Math.min(blank, 8)) + page.paint.dim(quiet)];
  const [first, ...rest] = wrap(strong, page.width - 2);
  return [paint(first), ...rest.map((line) => paint(`  ${line}`)), page.paint.dim(`  ${quiet}`)];
}

function headline(result: ExploreResult, finding: Finding, page: Page): string[] {
  const strong = `✗ ${finding.verdict} in "${oneLine(result.scenario)}": ${oneLine(finding.message)}`;
  const parts = [`schedule ${grouped(finding.scheduleNumber)}`, finding.strategy, `seed ${result.seed}`];
  return headed(strong, [...parts, seconds(result.cpuSeconds)].join(' · '), page, (text) =>
    page.paint.bold(page.paint.bad(text)),
  );
}

function table(finding: Finding, page: Page): string[] {
  const rows = rowsOf(finding);
  if (rows.length === 0) return siteLine(finding, page);
  const isCircling = finding.verdict === 'livelock' || finding.verdict === 'step-limit';
  const shown = page.options.whole === true ? rows : elide(rows, isCircling ? CIRCLING_ROWS_MAX : ROWS_MAX);
  return grid(shown, finding.strands, page.width, page.paint);
}

/** Where it happened, for a run that failed before its first step. */
function siteLine({ strand, at }: Finding, page: Page): string[] {
  return at === null ? [] : [page.paint.dim(`  ${strand === null ? '' : `${strand} `}at ${at}`)];
}

/** The lines below the table: details, then the explanation. */
function outcome(finding: Finding, page: Page): string[] {
  const details = finding.details.flatMap((line) => paragraph(withShortPaths(line), page));
  const sentence = finding.explanation ?? explain(finding);
  if (sentence === null) return details;
  const words = paragraph(sentence, page).map((line) => page.paint.bold(line));
  return details.length === 0 ? words : [...details, '', ...words];
}

/** How the machine was built that the schedule belongs to. */
function machineLine({ options: { machine } }: ExploreResult, page: Page): string[] {
  return machine === undefined ? [] : paragraph(`machine: ${optionsText(machine)}`, page).map(page.paint.dim);
}

function replayLines(result: ExploreResult, finding: Finding, page: Page): string[] {
  const { replayCommand } = page.options;
  const { originalContextSwitches: before, contextSwitches: after } = finding;
  const shortened =
    before > after
      ? `(shortened from ${plural(before, 'context switch').replace(/hs$/, 'hes')} to ${after})`
      : '';
  if (replayCommand === '' || result.schedule === null)
    return shortened === '' ? [] : [`  ${page.paint.dim(shortened)}`];
  const line = `  replay: ${replayCommand}`;
  if (shortened === '') return [line];
  return textWidth(line) + textWidth(shortened) + 3 <= page.width
    ? [`${line}   ${page.paint.dim(shortened)}`]
    : [line, `  ${page.paint.dim(shortened)}`];
}

/** With keepGoing: another failure than the primary one, in two lines. */
function further(result: ExploreResult, finding: Finding, page: Page): string[] {
  const lines = headline(result, finding, page);
  const { replayCommand } = page.options;
  if (replayCommand === '' || result.schedule === null) return lines;
  return [...lines, `  replay: ${replayCommand.replace(result.schedule, () => finding.schedule)}`];
}

/** Long paths in a sentence make it unreadable; the whole ones are in the JSON. */
function withShortPaths(text: string): string {
  return text.replace(/\S+:\d+/g, (at) => (at.length > 30 || at.startsWith('/') ? baseName(at) : at));
}

function side({ strand, op, at, holding }: RaceSide, names: ReadonlyMap<string, string>): string {
  const locks = holding.length === 0 ? '' : ` holding ${holding.join(', ')}`;
  return `${names.get(strand) ?? strand} ${op}${at === null ? '' : ` at ${withShortPaths(at)}`}${locks}`;
}

/** Races of one object at the same two places, in whichever order they were seen, are one to a reader. */
function distinct(races: readonly Race[]): Race[] {
  const seen = new Map<string, Race>();
  for (const race of races) {
    const sides = [race.first, race.second].map(({ op, at, strand }) => `${op} ${at ?? strand}`).sort();
    const key = [race.object, ...sides].join('|');
    if (!seen.has(key)) seen.set(key, race);
  }
  return [...seen.values()];
}

function raceLines({ races, strands }: ExploreResult, page: Page): string[] {
  const all = distinct(races);
  const shown = page.options.whole === true ? all : all.slice(0, RACES_MAX);
  const paths = [
    ...new Set([...strands, ...races.flatMap((race) => [race.first.strand, race.second.strand])]),
  ];
  const names = shortNames(paths);
  const lines = shown.flatMap((race) => {
    const text = `data race on ${race.object}: ${side(race.first, names)} / ${side(race.second, names)}`;
    return paragraph(`${text}, ${inCommon(race)}`, page).map((line, i) =>
      page.paint.bad(i === 0 ? line : `  ${line}`),
    );
  });
  const rest = all.length - shown.length;
  return rest === 0
    ? lines
    : [...lines, page.paint.dim(`  … ${rest} more data races (--out DIR and --json have them all)`)];
}

function inCommon({ first, second }: Race): string {
  const common = first.holding.filter((lock) => second.holding.includes(lock));
  return common.length === 0
    ? 'no lock in common'
    : `ordered by nothing though both hold ${common.join(', ')}`;
}

/** Nothing failed in one run: what was covered, or what the races or the lack of any conflict mean. */
function headlineWithoutTrace(result: ExploreResult, page: Page): string[] {
  const { verdict, scenario, schedules, steps, seed, strategy, complete, bound } = result;
  const name = `"${oneLine(scenario)}"`;
  const covered = `${plural(schedules, 'schedule')} · ${plural(steps, 'step')}`;
  const limit = bound === null ? '' : ` with at most ${plural(bound, 'preemption')}`;
  const extent = complete ? `every schedule${limit}` : `not exhaustive${limit}`;
  const quiet = [
    covered,
    extent,
    strategy,
    ...(complete ? [] : [`seed ${seed}`]),
    seconds(result.cpuSeconds),
  ];
  const text = headlineText(result, name);
  const { good, bad, bold } = page.paint;
  const paint = verdict === 'none' || verdict === 'proved' ? good : bad;
  return headed(text, quiet.join(' · '), page, (line) => bold(paint(line)));
}

function headlineText({ verdict, message, races }: ExploreResult, name: string): string {
  switch (verdict) {
    case 'none':
      return `✓ nothing found in ${name}`;
    case 'proved':
      return `✓ proved ${name}: no schedule fails`;
    case 'data-race':
      return `✗ data-race in ${name}: ${plural(races.length, 'pair')} of unordered accesses`;
    default:
      return `✗ ${verdict} in ${name}: ${oneLine(message)}`;
  }
}
