/** The rule that a source with behaviour has a test of its name: test/a/b.test.ts tests src/a/b.ts. */
import { hasBehaviour } from './declaration.ts';
import type { SourceFile } from './repository.ts';

const SCENARIOS = 'packages/scenarios/src/';
const SOURCE = /^(packages\/[^/]+)\/src\/(.+)\.ts$/;

/** Where the test of a source lies; null for what needs none: index.ts, and what lies in no package. */
export function mirrorOf(path: string): string | null {
  const match = SOURCE.exec(path);
  if (match === null || /(?:^|\/)index$/.test(match[2] ?? '')) return null;
  return `${match[1] ?? ''}/test/${match[2] ?? ''}.test.ts`;
}

/** A file that exports a scenario by default is a specimen: the suite over the whole catalogue runs it. */
function isScenario(file: SourceFile): boolean {
  return file.path.startsWith(SCENARIOS) && /^export default /m.test(file.text);
}

/** `untested` gives a reason for each source without a test; a reason no longer needed is a problem too. */
export function mirrorProblems(
  files: readonly SourceFile[],
  untested: Readonly<Record<string, string>>,
): string[] {
  const paths = new Set(files.map((file) => file.path));
  const missing = files.filter((file) => {
    const mirror = mirrorOf(file.path);
    return mirror !== null && !paths.has(mirror) && !isScenario(file) && hasBehaviour(file);
  });
  const lacking = new Set(missing.map((file) => file.path));
  return [
    ...[...lacking]
      .filter((path) => !(path in untested))
      .map((path) => `${path}: has no ${mirrorOf(path) ?? ''}`),
    ...Object.keys(untested)
      .filter((path) => !lacking.has(path))
      .map((path) => `${path}: is listed as untested, but is tested, is gone or needs no test`),
    ...Object.entries(untested)
      .filter(([, reason]) => reason.trim().split(/\s+/).length < 3)
      .map(([path]) => `${path}: is listed as untested without a reason`),
  ];
}
