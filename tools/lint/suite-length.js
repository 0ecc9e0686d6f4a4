/**
 * ESLint's max-lines-per-function for tests: the callback of a suite (`describe`, `context`) is a list of
 * tests and may be as long as it likes; every other function counts.
 */
import { builtinRules } from 'eslint/use-at-your-own-risk';

const original = builtinRules.get('max-lines-per-function');

function isSuite(node) {
  const call = node.parent;
  if (call?.type !== 'CallExpression' || !call.arguments.includes(node)) return false;
  const callee = call.callee.type === 'MemberExpression' ? call.callee.object : call.callee;
  return callee.type === 'Identifier' && ['describe', 'context'].includes(callee.name);
}

export const suiteLength = {
  meta: original.meta,
  create(context) {
    const report = (descriptor) => {
      if (!isSuite(descriptor.node)) context.report(descriptor);
    };
    return original.create(Object.create(context, { report: { value: report } }));
  },
};
