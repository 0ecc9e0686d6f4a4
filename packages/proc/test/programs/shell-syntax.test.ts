import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { expandAll, parseLine, ShellSyntaxError } from '../../src/programs/shell-syntax.ts';

const VALUES: Readonly<Record<string, string>> = { HOME: '/root', '?': '3', EMPTY: '' };
const valueOf = (name: string): string => VALUES[name] ?? '';

/** The words of a line of one command. */
function words(line: string): string[] {
  const [job] = parseLine(line);
  return expandAll(job.commands[0].command.words, valueOf);
}

describe('the language of the shell', () => {
  it('takes words apart at blanks and operators, but not within quotes', () => {
    assert.deepEqual(words(`a  b\tc`), ['a', 'b', 'c']);
    assert.deepEqual(words(`a 'b  c;&' "d  e"'f'`), ['a', 'b  c;&', 'd  ef']);
    assert.deepEqual(words(`a \\' "\\"\\$HOME" ''`), ['a', "'", '"$HOME', '']);
  });

  it('replaces names, also within double quotes, and drops words that come to nothing', () => {
    assert.deepEqual(words('a $HOME/x $? "$?$?" \'$?\''), ['a', '/root/x', '3', '33', '$?']);
    assert.deepEqual(words('a $EMPTY "$EMPTY" $EMPTY$EMPTY b$'), ['a', '', 'b$']);
  });

  it('keeps what was typed with each job and command', () => {
    const jobs = parseLine('a  1 && b;  c & d # e');
    assert.deepEqual(
      jobs.map(({ text, isBackground }) => [text, isBackground]),
      [
        ['a  1 && b', false],
        ['c', true],
        ['d', false],
      ],
    );
    assert.deepEqual(
      jobs[0].commands.map(({ when, command }) => [when, command.text]),
      [
        ['always', 'a  1'],
        ['&&', 'b'],
      ],
    );
  });

  it('knows redirections, wherever they stand in a command', () => {
    const [job] = parseLine('<a cat >b>>$HOME/c d');
    const { redirections, words: own } = job.commands[0].command;
    assert.deepEqual(expandAll(own, valueOf), ['cat', 'd']);
    assert.deepEqual(
      redirections.map(({ fd, path, how }) => [fd, ...expandAll([path], valueOf), how]),
      [
        [0, 'a', '<'],
        [1, 'b', '>'],
        [1, '/root/c', '>>'],
      ],
    );
    assert.throws(() => parseLine('cat >>'), ShellSyntaxError);
  });

  it('gives back any words that are quoted', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 0, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
        (given) => {
          assert.deepEqual(words(`x ${given.map(quote).join(' ')}`), ['x', ...given]);
        },
      ),
    );
  });

  it('either understands a line or refuses it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('a "\'\\;&|<>$()#=')), maxLength: 20 }),
        (line) => {
          try {
            for (const job of parseLine(line)) assert.ok(job.commands.length > 0);
          } catch (error) {
            assert.ok(error instanceof ShellSyntaxError, String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
