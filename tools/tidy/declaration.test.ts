import assert from 'node:assert/strict';
import { declarationProblems, hasBehaviour } from './declaration.ts';

const problemsOf = (text: string, path = 'packages/kmem/src/a.ts'): string[] =>
  declarationProblems({ path, text });

describe('declaration', () => {
  it('is caught when it is an enum, constant, exported or nested', () => {
    for (const text of [
      'enum Colour { red }',
      'export const enum Colour { red }',
      'namespace N { enum Colour { red } }',
    ]) {
      assert.deepEqual(problemsOf(text), ['declares the enum Colour'], text);
    }
  });

  it('is caught when it is a default export, in each way to write one', () => {
    for (const text of [
      'export default 1;',
      'export default class A {}',
      'const a = 1; export { a as default };',
    ]) {
      assert.deepEqual(problemsOf(text), ['has a default export'], text);
    }
  });

  it('may be a default export where one is asked for', () => {
    for (const path of [
      'packages/scenarios/src/a.ts',
      'eslint.config.js',
      'packages/cli/test/fixtures/a.ts',
    ]) {
      assert.deepEqual(problemsOf('export default 1;', path), [], path);
    }
  });

  it('is not looked for in strings and comments', () => {
    assert.deepEqual(problemsOf(`// enum A {}\nexport const a = 'export default enum';`), []);
  });

  it('has behaviour when it is a function, a method or an arrow', () => {
    for (const text of [
      'function a() {}',
      'class A { b() {} }',
      'export const a = () => 1;',
      'const o = { f() {} };',
    ]) {
      assert.equal(hasBehaviour({ path: 'a.ts', text }), true, text);
    }
  });

  it('has none when it is a type, a constant or exported again', () => {
    for (const text of [
      'export interface A { b(): void }',
      'export const A = 1;',
      `export * from './b.ts';`,
    ]) {
      assert.equal(hasBehaviour({ path: 'a.ts', text }), false, text);
    }
  });
});
