/**
 * Owns finding the names of the seed in its own text: functions, sysctls, constants, commands and malloc
 * types of a numbered C file. For the test that compares the map with the seed where the seed is at hand.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeedKind } from './seed-map.ts';

/** A name found, with the line it begins at. */
export interface FoundName {
  readonly name: string;
  readonly kind: SeedKind;
  readonly line: number;
}

/** The text of the seed below a folder; null when it is not there. */
export function seedText(folder: string, prefix: string): string | null {
  if (!existsSync(folder)) return null;
  const file = readdirSync(folder)
    .sort()
    .find((name) => name.startsWith(prefix));
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8');
}

/** All names, in the order of the text. */
export function namesIn(text: string): FoundName[] {
  const lines = new Map<number, string>();
  for (const line of text.split('\n')) {
    // Between the number and the line is a space that does not break.
    const match = /^(\d+)[\u00a0 ]?(.*)$/.exec(line);
    if (match !== null) lines.set(Number(match[1]), match[2] ?? '');
  }
  const found: FoundName[] = [];
  for (const [number, line] of lines) {
    // A declaration may go on in the next line.
    const name = nameOf(line, lines.get(number + 1) ?? '');
    if (name !== null) found.push({ ...name, line: number });
  }
  return found;
}

type Named = Omit<FoundName, 'line'>;

function nameOf(line: string, next: string): Named | null {
  const constant = /^#define\s+([A-Z]\w+)/.exec(line);
  if (constant?.[1] !== undefined) return { name: constant[1], kind: 'constant' };
  const variable = /^int (\w+_hsize)\b/.exec(line);
  if (variable?.[1] !== undefined) return { name: variable[1], kind: 'constant' };
  const type = /\bMALLOC_DEFINE\((M_\w+)/.exec(line);
  if (type?.[1] !== undefined) return { name: type[1], kind: 'malloc type' };
  const command = /^DB_SHOW_COMMAND\((\w+)/.exec(line);
  if (command?.[1] !== undefined) return { name: command[1], kind: 'command' };
  const isSysctl = /^(?:static )?SYSCTL_(?:INT|UINT|PROC|NODE)\((\w+),/.exec(line);
  if (isSysctl?.[1] !== undefined) return sysctlOf(isSysctl[1], `${line} ${next}`);
  // A function begins its line with its name; a declaration ends with a semicolon.
  const code = /^([a-z_]\w*)\(.*[^;]$/.exec(line);
  return code?.[1] === undefined ? null : { name: code[1], kind: 'function' };
}

/** `SYSCTL_INT(_kern, OID_AUTO, name, ...`: the number may be a sum in parentheses. */
function sysctlOf(parent: string, line: string): Named | null {
  const match = /\(\w+,\s*(?:\([^)]*\)|\w+),\s*(\w+),/.exec(line);
  if (match?.[1] === undefined) return null;
  return { name: `${parent.slice(1).replaceAll('_', '.')}.${match[1]}`, kind: 'sysctl' };
}
