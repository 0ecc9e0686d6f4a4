import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ExitWords, Publication } from '../../src/hook/hook-event.ts';
import { HOOK_EXEC, HOOK_EXIT, HOOK_FORK } from '../../src/hook/hook-layout.ts';
import { HookTable, subscriberNumber, type Subscribers } from '../../src/hook/hook-table.ts';

const WORDS: ExitWords = { p: 100, pid: 3, status: 0 };

/** Subscribers that write down what happens to them. */
function recording(): { table: HookTable; lines: string[] } {
  const lines: string[] = [];
  const subscribers: Subscribers = {
    exit$: Object.fromEntries(
      ['one', 'other'].map((name) => [
        name,
        (events$, cookie) => {
          const subscription = events$.subscribe(({ pid }) => lines.push(`${name} ${cookie}: ${pid}`));
          subscription.add(() => lines.push(`${name} ${cookie} ends`));
          return subscription;
        },
      ]),
    ),
  };
  return { table: new HookTable(subscribers), lines };
}

const publish = (table: HookTable, name: string, generation: number, cookie: number): void => {
  table.publish(subscriberNumber(HOOK_EXIT, name), generation, cookie, new Publication(name, WORDS));
};

describe('the hooks a realm knows', () => {
  it('have numbers made of stream and name, the same in every realm', () => {
    const { table } = recording();
    assert.deepEqual(table.namesOf(HOOK_EXIT), ['one', 'other']);
    assert.deepEqual(table.namesOf(HOOK_FORK), []);
    assert.equal(table.whoIs(subscriberNumber(HOOK_EXIT, 'one')), 'exit$ subscriber "one"');
    assert.equal(table.whoIs(subscriberNumber(HOOK_EXEC, 'one')), undefined);
    const numbers = [HOOK_FORK, HOOK_EXEC, HOOK_EXIT].map((kind) => subscriberNumber(kind, 'one'));
    assert.equal(new Set(numbers).size, 3);
  });

  it('get a stream for each generation when it is first published to', () => {
    const { table, lines } = recording();
    assert.equal(table.size, 0);
    publish(table, 'one', 1, 11);
    publish(table, 'one', 2, 22);
    publish(table, 'one', 1, 11);
    publish(table, 'unknown', 3, 33);
    assert.equal(table.size, 2);
    assert.deepEqual(lines, ['one 11: 3', 'one 22: 3', 'one 11: 3']);
  });

  it('lose the streams of generations that are gone, of that kind only, and all of them with a reset', () => {
    const { table, lines } = recording();
    publish(table, 'one', 1, 11);
    publish(table, 'other', 2, 22);
    table.keepOnly(HOOK_FORK, []);
    assert.equal(table.size, 2);
    table.keepOnly(HOOK_EXIT, [2, 5]);
    assert.equal(table.size, 1);
    table.reset();
    assert.equal(table.size, 0);
    assert.deepEqual(lines.slice(2), ['one 11 ends', 'other 22 ends']);
    publish(table, 'other', 2, 22);
    assert.equal(lines.at(-1), 'other 22: 3');
  });

  it('tell which threads walk a list, however deep, until they have left or the run begins anew', () => {
    const { table } = recording();
    table.enter(5);
    table.enter(5);
    table.leave(5);
    assert.deepEqual([table.isPublishing(5), table.isPublishing(6)], [true, false]);
    table.leave(5);
    assert.equal(table.isPublishing(5), false);
    table.enter(6);
    table.reset();
    assert.equal(table.isPublishing(6), false);
  });

  it('must be functions, and one function under one name', () => {
    assert.throws(
      () => new HookTable({ fork$: { bad: 5 as never } }),
      /fork\$ subscriber "bad" is no function/,
    );
    const { table } = recording();
    assert.throws(() => {
      table.add({ exit$: { one: (events$) => events$.subscribe() } });
    }, /exit\$ subscriber "one" has the number of the exit\$ subscriber "one": names must differ/);
  });
});
