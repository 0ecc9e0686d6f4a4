/** The rules on declarations, read off the syntax tree: no enums; default exports in scenario files alone. */
import ts from 'typescript';
import type { SourceFile } from './repository.ts';

/** Where a default export is asked for: scenarios, examples, fixtures of tests, configurations of tools. */
const DEFAULT_EXPORTS = [
  /^packages\/scenarios\/src\//,
  /^packages\/[^/]+\/examples\//,
  /\/fixtures\//,
  /^[^/]+\.[cm]?js$/,
  /^tools\/reporter\/closing-line\.ts$/,
];

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

export function declarationProblems(file: SourceFile): string[] {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
  const mayDefault = DEFAULT_EXPORTS.some((pattern) => pattern.test(file.path));
  return [...nodesOf(tree)].flatMap((node) => {
    if (ts.isEnumDeclaration(node)) return [`declares the enum ${node.name.text}`];
    return !mayDefault && isDefaultExport(node) ? ['has a default export'] : [];
  });
}

/** Whether a file does anything: types, constants and what it exports again are no behaviour. */
export function hasBehaviour(file: SourceFile): boolean {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
  return [...nodesOf(tree)].some(
    (node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined,
  );
}
