/** The rule that CONTRIBUTING.md stays a page: what is longer is not read. */

const LINES_MAX = 60;

export function pageProblems(text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  if (text.trim() === '') return ['does not exist or is empty'];
  return lines > LINES_MAX ? [`has ${String(lines)} lines; a page has ${String(LINES_MAX)}`] : [];
}
