/** The rule on names of files: kebab-case, one noun, and none of the names that say nothing. */

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|config|scenario|d))?\.[cm]?[jt]s$/;
const HIDDEN = /^\.[a-z0-9-]+\.[cm]js$/;
const EMPTY_WORDS = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'misc']);

export function nameProblems(path: string): string[] {
  const segments = path.split('/');
  const file = segments.at(-1) ?? '';
  const problems = KEBAB.test(file) || HIDDEN.test(file) ? [] : ['is not named in kebab-case'];
  const words = segments.flatMap((segment) => segment.split(/[.-]/));
  const empty = words.filter((word) => EMPTY_WORDS.has(word.toLowerCase()));
  return [...problems, ...empty.map((word) => `is named "${word}", which says nothing of what it owns`)];
}
