/**
 * No byte of a set-id program reaches who opened a node of the process before, and nothing they write reaches
 * it: of every node of every tree that not everybody may read, by the table itself, in every schedule without
 * preemptions (`npm run campaign:procfs-proof` has those with one). And which of the two defences, revocation
 * at the exec and the question at each read and write, a node has to thank for it.
 */
import assert from 'node:assert/strict';
import { explore, type ExploreResult } from '@smplab/explore';
import type { MachineScenario } from '@smplab/machine';
import { NODE_TABLES, type NodeRow } from '@smplab/procfs';
import { absentNode, guardedRows, isThere, oldOpener, type Tree, TREES } from './fixtures/old-opener.ts';

const SCHEDULES = 1000;
/** A kind each: a directory, a text, memory, registers, what is written only. */
const SHOWN = ['fd', 'environ', 'mem', 'regs', 'ctl'];
const SET_GID = 0o2755;
const PLAIN = 0o755;
const HOOK = 'procfs-no-exec-hook';
const IO_CHECK = 'procfs-no-io-check';

function all(scenario: MachineScenario): ExploreResult {
  return explore(scenario, { strategy: 'dfs', preemptions: 0, schedules: SCHEDULES, shrink: false });
}

function proved(scenario: MachineScenario): void {
  const { verdict, message, schedules, races } = all(scenario);
  assert.equal(verdict, 'proved', message);
  assert.ok(schedules > 10, `${schedules} schedules: the opener and the new program do not meet`);
  assert.deepEqual(races, []);
}

function leaks(scenario: MachineScenario, typeName: string): void {
  const { verdict, message } = all(scenario);
  assert.equal(verdict, 'assertion', message);
  assert.match(
    message,
    new RegExp(`^procfs: ${typeName} of process \\d+, which runs a set-id program, goes to`),
  );
}

const trees = Object.keys(TREES) as Tree[];
const rows = trees.flatMap((tree) => guardedRows(tree).map((row) => ({ tree, row })));
const there = rows.filter(({ row }) => isThere(row));

/** What the table says of a row, whichever tree it is in. */
function sayingOf({ typeName, kind, mode, direction, isGuarded }: NodeRow): string {
  return [typeName, kind, mode, direction, isGuarded].join();
}

/** Each type once, and where two trees say something else of it, both. */
const types = there.filter(
  ({ row }, at) => there.findIndex((each) => sayingOf(each.row) === sayingOf(row)) === at,
);

describe('what not everybody may read of a process', () => {
  it('is looked for in every tree there is', () => {
    assert.deepEqual(Object.values(TREES).map(String).sort(), Object.keys(NODE_TABLES).sort());
    for (const tree of trees)
      assert.ok(
        guardedRows(tree).some(({ typeName }) => typeName === 'mem'),
        tree,
      );
  });

  for (const { tree, row } of there) {
    it(`tells nothing of a set-id program to who had it open, proved: ${row.typeName}, ${tree}`, () => {
      proved(oldOpener(tree, row));
    });
  }

  // Some of it may be opened again by that user, who is the owner still.
  for (const { tree, row } of types.filter(({ row: { typeName } }) => SHOWN.includes(typeName))) {
    it(`is taken away by a program with the rights of a group too: ${row.typeName}`, () => {
      proved(oldOpener(tree, row, { mode: SET_GID }));
    });
  }

  it('is not there where the machine has no such registers', () => {
    const absent = rows.filter(({ row }) => !isThere(row));
    assert.deepEqual(
      absent.map(({ tree, row }) => `${tree} ${row.typeName}`),
      ['netbsd fpregs', 'freebsd fpregs'],
    );
    for (const { tree, row } of absent) {
      const { verdict, message } = explore(absentNode(tree, row), { schedules: 1, shrink: false });
      assert.equal(verdict, 'none', message);
    }
  });
});

describe('of two defences, revocation at the exec and the question at each read and write', () => {
  for (const { tree, row } of types) {
    const { typeName, isGuarded } = row;
    const scenario = oldOpener(tree, row);
    if (isGuarded) {
      it(`either will do, and one is needed: ${typeName}`, () => {
        proved(scenario.withSeed([IO_CHECK]));
        proved(scenario.withSeed([HOOK]));
        leaks(scenario.withSeed([HOOK, IO_CHECK]), typeName);
      });
    } else {
      it(`there is the first only, without which the flow is found: ${typeName}`, () => {
        leaks(scenario.withSeed([HOOK]), typeName);
      });
    }
  }
});

describe('the programs of the proof', () => {
  for (const { tree, row } of types.filter(({ row: { typeName } }) => SHOWN.includes(typeName))) {
    it(`see it themselves when a program without rights of its own is shown: ${row.typeName}`, () => {
      const { verdict, message } = all(oldOpener(tree, row, { mode: PLAIN }));
      assert.equal(verdict, 'assertion', message);
      assert.match(message, new RegExp(`^${row.typeName} (?:shows|of) (?:the new|another) program`));
    });
  }
});
