import assert from 'node:assert/strict';
import { checkPrograms } from '../src/program-check.ts';

const main = function* (): Generator<unknown, void> {};
const refusals: readonly [string, unknown, RegExp][] = [
  ['no programs', undefined, /here needs programs by path/],
  ['an empty record', {}, /here has no program: the first is what the machine starts/],
  ['a path that is none', { sh: { main } }, /here: sh is no path: programs are named like \/bin\/sh/],
  ['a folder', { '/bin/': { main } }, /here: \/bin\/ is no path/],
  ['a program that is a function', { '/bin/sh': main }, /here: \/bin\/sh is no program: it has entries/],
  ['a program without main', { '/bin/sh': { child: main } }, /here: \/bin\/sh has no entry main/],
  ['an entry that is no function', { '/bin/sh': { main, child: 7 } }, /the entry child is no generator/],
  [
    'an async entry',
    { '/bin/sh': { main: async () => {} } },
    /the entry main is async; programs wait by system/,
  ],
];

describe('programs of a scenario', () => {
  it('may have any number of entries besides main', () => {
    checkPrograms('here', { '/bin/sh': { main, child: main }, '/sbin/init': { main } });
  });

  for (const [title, programs, message] of refusals) {
    it(`are refused when they are ${title}`, () => {
      assert.throws(() => checkPrograms('here', programs), message);
    });
  }
});
