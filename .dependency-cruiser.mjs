/**
 * The layers of the workspace as import rules, made from tools/layers/layers.json: each package may import
 * only the packages listed for it there. Imports are followed to the sources, type imports included.
 */
import { readFileSync } from 'node:fs';

/** @type {Record<string, string[]>} */
const layers = JSON.parse(readFileSync(new URL('tools/layers/layers.json', import.meta.url), 'utf8'));

const layerRules = Object.entries(layers).map(([name, below]) => ({
  name: `layer-${name}`,
  comment: `${name} may import ${below.length > 0 ? below.join(', ') : 'no other package'}`,
  severity: 'error',
  from: { path: `^packages/${name}/` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...below].join('|')})/` },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'no-circular',
      comment:
        'Files that import each other cannot be read or loaded one at a time; types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'through-the-front-door',
      comment: 'Another package is imported by its name, never by a path into its folder.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'sources-stand-alone',
      comment: 'Sources import neither tests nor tools.',
      severity: 'error',
      from: { path: '^packages/[^/]+/(src|bin)/' },
      to: { path: '^(packages/[^/]+/test|test|tools)/' },
    },
    {
      name: 'no-libraries',
      comment: 'kmem and trace stand on Node alone.',
      severity: 'error',
      from: { path: '^packages/(kmem|trace)/src/' },
      to: { path: 'node_modules/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere hides from every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@smplab/source', 'import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
