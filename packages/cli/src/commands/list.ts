/** Owns `smplab list`: the catalogue by groups, each scenario with what it shows and where it comes from. */
import { catalogue } from '@smplab/scenarios';
import { nearNames } from '../near-name.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { pageWidth, print, wantsColour } from '../terminal.ts';

const HEADINGS = {
  published: 'Published programs',
  kernel: 'Bugs with a CVE number',
  lwkt: "History of DragonFly's kernel: as it was, and as it is (-fixed)",
  proc: "DragonFly's process table: wrong places of the seed, bugs of its history, and as it is (-fixed)",
  procfs: 'History of procfs and file systems: as it was, and as it is (-fixed)',
  correct: 'Correct programs',
};

export interface ListFlags {
  readonly json?: boolean;
}

/** Runs the command: all scenarios, or those whose name, source or description has the word. */
export async function list(word: string | undefined, flags: ListFlags): Promise<number> {
  const entries = catalogue
    .map(({ name, group, variant, source, shows, expected }) => ({
      name,
      group,
      variant,
      source,
      shows,
      expected,
    }))
    .filter((entry) => word === undefined || matches(entry, word));
  if (entries.length === 0 && word !== undefined) throw new Refusal(nothingFor(word));
  if (flags.json === true) {
    await print(JSON.stringify(entries, null, 2));
    return STATUS.clean;
  }
  const width = pageWidth(process.stdout, process.env);
  const bold = (text: string): string =>
    wantsColour(process.stdout, process.env) ? `\u001b[1m${text}\u001b[22m` : text;
  const nameWidth = Math.max(...entries.map(({ name }) => name.length)) + 2;
  const lines = entries.flatMap(({ name, group, source, shows, expected }, at) => {
    const isFirst = group !== entries[at - 1]?.group;
    const heading = isFirst ? [...(at === 0 ? [] : ['']), bold(`── ${HEADINGS[group]}`)] : [];
    const words = filled(`${shows} [${expected}] (${source})`, Math.max(30, width - nameWidth));
    const rows = words.map(
      (line, i) => (i === 0 ? bold(name.padEnd(nameWidth)) : ' '.repeat(nameWidth)) + line,
    );
    return [...heading, ...rows];
  });
  await print(lines.join('\n'));
  return STATUS.clean;
}

function matches(entry: { name: string; source: string; shows: string }, word: string): boolean {
  return `${entry.name} ${entry.source} ${entry.shows}`.toLowerCase().includes(word.toLowerCase());
}

function nothingFor(word: string): string {
  const near = nearNames(
    word,
    catalogue.map(({ name }) => name),
  );
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return `the catalogue has nothing for "${word}"${hint}`;
}

function filled(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
