import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SimulationListener } from '../../src/simulation/listener.ts';
import { ListenerPair } from '../../src/simulation/listener-pair.ts';
import { Task } from '../../src/task/task.ts';

describe('two listeners', () => {
  it('hear of every event, with the same words; who hears of nothing is no bother', () => {
    const heard: string[] = [];
    const all = (who: string): SimulationListener =>
      new Proxy(
        {},
        {
          get:
            (_, what) =>
            (...words: unknown[]) =>
              heard.push(`${who} ${String(what)} ${words.length}`),
        },
      );
    const task = new Task(1, 0, null, { name: 'a', program: function* () {} });
    for (const pair of [new ListenerPair(all('1'), all('2')), new ListenerPair({}, {})]) {
      pair.created(0, task);
      pair.enqueued(0, task, null);
      pair.switched(1, 0, null, task, false);
      pair.woken(2, task, null);
      pair.took(3, task, 'mutex', 'm');
      pair.gave(4, task, 'mutex', 'm');
      pair.interrupted(5, 0, 1);
      pair.jobEnded(6, task);
      pair.ended(7, task);
    }
    const words = [
      'created 2',
      'enqueued 3',
      'switched 5',
      'woken 3',
      'took 4',
      'gave 4',
      'interrupted 3',
      'jobEnded 2',
    ];
    const both = words.flatMap((text) => [`1 ${text}`, `2 ${text}`]);
    assert.deepEqual(heard, [...both, '2 ended 2', '1 ended 2']);
  });
});
