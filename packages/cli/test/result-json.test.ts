import assert from 'node:assert/strict';
import { explore, scenario } from '@smplab/explore';
import { jsonText, resultJson } from '../src/result-json.ts';

/** Keys of the contract, in its order. */
const CONTRACT = [
  ...[
    'scenario',
    'verdict',
    'message',
    'races',
    'schedules',
    'steps',
    'classes',
    'complete',
    'bound',
    'strategy',
  ],
  ...['seed', 'schedule', 'contextSwitches', 'preemptions', 'strands', 'trace', 'options', 'cpuSeconds'],
];

describe('the JSON of a result', () => {
  const failing = explore(
    scenario('fails', function* (s) {
      yield* s.fence();
      s.fail('always');
    }),
  );

  it('begins with the keys of the contract', () => {
    assert.deepEqual(Object.keys(resultJson(failing)).slice(0, CONTRACT.length), CONTRACT);
  });

  it('tells every finding, with the schedule that replays it', () => {
    const { findings } = resultJson(failing);
    assert.deepEqual(
      (findings as { verdict: string; schedule: string }[]).map((each) => [each.verdict, each.schedule]),
      [['assertion', failing.schedule]],
    );
  });

  it('is an array when several scenarios were asked for, even if one was run', () => {
    assert.equal((JSON.parse(jsonText([failing], false)) as { scenario: string }).scenario, 'fails');
    assert.ok(Array.isArray(JSON.parse(jsonText([failing], true))));
    assert.deepEqual(JSON.parse(jsonText([], true)), []);
  });
});
