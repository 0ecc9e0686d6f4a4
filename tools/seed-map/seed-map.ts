/**
 * Owns the map of the seed kern_proc.c: for each of its functions, sysctls, constants, commands and malloc
 * types the file here that has it (seed-names.json). Fails when a name has no place, or a place does not have
 * the name, or when the table in the README of @smplab/proc is not this map. Run as a program it prints what
 * is wrong; with `--write` it writes the table. Needs nothing outside the repository.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SEED_KINDS = ['function', 'sysctl', 'constant', 'command', 'malloc type'] as const;

export type SeedKind = (typeof SEED_KINDS)[number];

/** A name of the seed, and where it is now. */
export interface SeedName {
  readonly name: string;
  readonly kind: SeedKind;
  /** Lines of the seed: `62` or `175-206`. */
  readonly lines: string;
  /** Path from the root of the repository. */
  readonly file: string;
}

/** Reads a file of the repository; null if there is none. */
export type Reader = (path: string) => string | null;

const BEGIN = '<!-- seed map: written by tools/seed-map, do not edit -->';
const END = '<!-- end of the seed map -->';
const README = 'packages/proc/README.md';
const TITLE = '# @smplab/proc';

/** The map. */
export function seedNames(): SeedName[] {
  const text = readFileSync(new URL('seed-names.json', import.meta.url), 'utf8');
  return JSON.parse(text) as SeedName[];
}

/** Names that are in the map twice, have no kind, no lines or no place, or are not where the map says. */
export function placeProblems(names: readonly SeedName[], read: Reader): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const each of names) {
    const what = `${each.kind} ${each.name}`;
    if (seen.has(what)) problems.push(`${what} is in the map twice`);
    seen.add(what);
    if (!SEED_KINDS.includes(each.kind)) problems.push(`${each.name} is of no kind: ${each.kind}`);
    if (!/^\d+(-\d+)?$/.test(each.lines)) problems.push(`${what} has no lines of the seed: ${each.lines}`);
    if (each.file === '') {
      problems.push(`${what} has no place`);
      continue;
    }
    const text = read(each.file);
    if (text === null) problems.push(`${what} is to be in ${each.file}, which does not exist`);
    else if (!hasName(text, each)) problems.push(`${what} is not in ${each.file}`);
  }
  return problems;
}

/** Whether the text has the name, in the way its kind is written down. */
function hasName(text: string, { name, kind }: SeedName): boolean {
  if (kind === 'function' || kind === 'command') return new RegExp(`\\bfunction\\*? ${name}\\(`).test(text);
  if (kind === 'sysctl') return hasSysctl(text, name.slice(name.lastIndexOf('.') + 1));
  if (kind === 'malloc type') return new RegExp(`\\bexport const ${name}\\b`).test(text);
  return new RegExp(`\\b${name}\\b`).test(text);
}

/** The last part of a sysctl's name, in quotes; those of lwps may be made from the others with a suffix. */
function hasSysctl(text: string, last: string): boolean {
  if (text.includes(`'${last}'`)) return true;
  const stem = /^(.+)_lwp$/.exec(last)?.[1];
  return stem !== undefined && text.includes(`'${stem}'`) && text.includes('_lwp`');
}

/** The names of sysctls of a tree, as `kern.proc.all`. */
export function sysctlNames(roots: readonly SysctlNode[], above = ''): string[] {
  return roots.flatMap(({ oid_name, children }) => {
    const name = `${above}${oid_name}`;
    return [name, ...sysctlNames(children, `${name}.`)];
  });
}

/** The part of an entry of the sysctl tree that is read here. */
export interface SysctlNode {
  readonly oid_name: string;
  readonly children: readonly SysctlNode[];
}

/** The table as Markdown, between its markers. */
export function tableOf(names: readonly SeedName[]): string {
  const rows = names.map(({ name, kind, lines, file }) => [
    `\`${name}\``,
    kind,
    lines,
    `\`${file.replace('packages/proc/', '')}\``,
  ]);
  const head = ['name', 'kind', 'lines of the seed', 'file'];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [BEGIN, '', line(head), rule, ...rows.map(line), '', END].join('\n');
}

/** The text with the table brought up to date: in the place of the old one, or at the end. */
export function withTable(readme: string | null, table: string): string {
  const text = readme ?? `${TITLE}\n`;
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return `${text.trimEnd()}\n\n${table}\n`;
  return text.slice(0, begin) + table + text.slice(end + END.length);
}

/** What is wrong with the map, its places and the table in the README. */
export function seedMapProblems(names: readonly SeedName[], read: Reader): string[] {
  const problems = placeProblems(names, read);
  const readme = read(README);
  if (readme === null) return [...problems, `${README} does not exist`];
  if (withTable(readme, tableOf(names)) !== readme)
    problems.push(`the seed map in ${README} is not up to date: npx tsx tools/seed-map/seed-map.ts --write`);
  return problems;
}

/** Reads files below a folder. */
export function readerOf(root: string): Reader {
  return (path) => {
    const full = join(root, path);
    return existsSync(full) ? readFileSync(full, 'utf8') : null;
  };
}

function main(root: string, writes: boolean): void {
  const read = readerOf(root);
  const names = seedNames();
  if (writes) writeFileSync(join(root, README), withTable(read(README), tableOf(names)));
  const problems = seedMapProblems(names, read);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else process.stdout.write(`${String(names.length)} names of the seed, each in its place\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(fileURLToPath(new URL('../..', import.meta.url)), process.argv.includes('--write'));
}
