import assert from 'node:assert/strict';
import type { Race } from '../../src/report/result.ts';
import { renderResult } from '../../src/report/table.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { finding, result, step, T1, T2 } from './sample-result.ts';

const REPLAY = 'smplab replay v1:8JqA';
const render = (given: Parameters<typeof renderResult>[0], width = 100, colour = false): string =>
  renderResult(given, { colour, width, replayCommand: REPLAY });

describe('the report on a finding', () => {
  it('shows the interleaving as a table with a column for each thread', () => {
    assert.equal(
      render(result(finding())),
      [
        '✗ assertion in "lost update": x must be 2        schedule 7 · random · seed 1 · 0.01 s',
        '',
        '    main       t1              t2',
        '    spawn t1, t2',
        '               x.load() → 0                  lost-update.ts:5',
        '                             ⇄ x.load() → 0  lost-update.ts:5',
        '                               x.store(1)    lost-update.ts:5',
        '               x.store(1)                    lost-update.ts:5',
        '    join t1, t2                              lost-update.ts:8',
        '    x → 1 ✗                                  lost-update.ts:9',
        '',
        "  t2 stores x between t1's load and t1's store: t2's update is lost.",
        '',
        `  replay: ${REPLAY}   (shortened from 9 context switches to 2)`,
      ].join('\n'),
    );
  });

  it('says how the machine was built, above the command that builds the same one', () => {
    const lines = render(result(finding(), { options: { machine: { cpus: 2, hz: 100 } } })).split('\n');
    assert.equal(lines.at(-2), '  machine: cpus 2, hz 100');
    assert.match(lines.at(-1) ?? '', /^ {2}replay: /);
  });

  for (const width of [50, 80, 120]) {
    it(`keeps its table within ${width} columns`, () => {
      const lines = render(result(finding()), width).split('\n');
      for (const line of lines) assert.ok(textWidth(line) <= width, line);
    });
  }

  it('puts the numbers of the search below a headline that leaves no room for them', () => {
    const lines = render(result(finding({ message: 'a message of some length' })), 60).split('\n');
    assert.equal(lines[0], '✗ assertion in "lost update": a message of some length');
    assert.equal(lines[1], '  schedule 7 · random · seed 1 · 0.01 s');
  });

  it('is the same with colour but for escape codes', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const coloured = render(result(finding()), 100, true);
    assert.notEqual(coloured, render(result(finding())));
    assert.equal(coloured.replace(escapes, ''), render(result(finding())));
  });

  it('prefers the explanation it is given to its own', () => {
    assert.match(render(result(finding({ explanation: 'It just happens.' }))), /^ {2}It just happens\.$/m);
  });

  it('shows the lines of a deadlock below the table', () => {
    const details = [
      'main/t1 waits in b.lock(), held by main/t2',
      'main/t2 waits in a.lock(), held by main/t1',
    ];
    const text = render(result(finding({ verdict: 'deadlock', strand: null, details })));
    for (const line of details) assert.ok(text.includes(`  ${line}\n`), text);
  });

  it('names both sides of a data race after the finding', () => {
    const races: Race[] = [
      {
        object: 'v',
        first: { strand: T1, op: 'read', at: 'f.ts:5', holding: [] },
        second: { strand: T2, op: 'write', at: 'f.ts:7', holding: ['m'] },
        schedule: 3,
      },
    ];
    const text = render(result(finding(), { races }), 120);
    assert.match(
      text,
      /data race on v: t1 read at f\.ts:5 \/ t2 write at f\.ts:7 holding m, no lock in common/,
    );
  });

  it('shows a race once, whichever side was first, and not too many of them', () => {
    const race = (first: string, second: string, object: string): Race => ({
      object,
      first: { strand: T1, op: 'write', at: first, holding: [] },
      second: { strand: T2, op: 'write', at: second, holding: [] },
      schedule: 1,
    });
    const races = [race('f.ts:1', 'f.ts:2', 'v'), race('f.ts:2', 'f.ts:1', 'v')];
    assert.equal(render(result(finding(), { races })).match(/data race/g)?.length, 1);
    const many = Array.from({ length: 9 }, (_, i) => race('f.ts:1', 'f.ts:2', `v${i}`));
    assert.match(render(result(finding(), { races: many })), /data race on v4.*\n {2}… 4 more data races/);
  });

  it('leaves the folders of long paths out of its sentences', () => {
    const details = ['port#1 freed by main/t1 at /a/very/long/path/port.ts:45'];
    assert.match(render(result(finding({ details }))), /^ {2}port#1 freed by main\/t1 at port\.ts:45$/m);
  });

  it('gives each further finding a headline and a replay command of its own', () => {
    const first = finding();
    const second = finding({ verdict: 'leak', message: 'node#1 was never freed', schedule: 'v1:other' });
    const text = render(result(first, { findings: [first, second] }));
    assert.match(text, /✗ leak in "lost update": node#1 was never freed/);
    assert.match(text, /replay: smplab replay v1:other$/m);
  });

  it('lets no text of a scenario break its lines or reach the terminal as a control code', () => {
    const text = render(result(finding({ message: 'two\nlines \u001b[31mred' }), { scenario: 'a\tb' }));
    assert.match(text, /^✗ assertion in "a b": two lines \[31mred/);
  });

  it('shows a few rounds only of a run that goes in circles', () => {
    const trace = Array.from({ length: 500 }, () => step(T1, 'x.load() → 0'));
    const rows = render(result(finding({ verdict: 'livelock', strand: null, trace }))).match(/x\.load/g);
    assert.ok(rows !== null && rows.length <= 20);
  });

  it('can be asked for the whole of a long trace', () => {
    const trace = Array.from({ length: 200 }, (_, i) => step(T1, `x.add(${i}) → 0`));
    const long = result(finding({ trace }));
    assert.match(render(long), /steps hidden/);
    const whole = renderResult(long, { colour: false, width: 100, replayCommand: '', whole: true });
    assert.ok(!whole.includes('steps hidden'));
  });
});

describe('the report on a search without a finding', () => {
  it('says what was covered, and that it was not everything', () => {
    assert.equal(
      render(result(null, { schedules: 10_000, steps: 1_234_567 }), 120),
      '✓ nothing found in "lost update"        ' +
        '10,000 schedules · 1,234,567 steps · not exhaustive · random · seed 1 · 0.01 s',
    );
  });

  it('says of a proof within which bound it holds, and passes its limits on', () => {
    const proved = {
      verdict: 'proved',
      complete: true,
      bound: 2,
      strategy: 'dfs',
      notes: ['but beware'],
    } as const;
    const text = render(result(null, proved), 120);
    assert.match(text, /^✓ proved "lost update": no schedule fails/);
    assert.match(text, /every schedule with at most 2 preemptions · dfs/);
    assert.match(text, /note: but beware$/);
  });

  it('marks nothing-concurrent as the failure it is', () => {
    assert.match(
      render(result(null, { verdict: 'nothing-concurrent' })),
      /^✗ nothing-concurrent in "lost update"/,
    );
  });
});
