import assert from 'node:assert/strict';
import {
  TD,
  TDF_EXITING,
  TDF_MIGRATING,
  TDF_MP_EXITSIG,
  TDF_NOSTART,
  TDF_PREEMPT_LOCK,
  TDF_RUNQ,
  TDF_TIMEOUT_ARMED,
  TDF_TSLEEP_DESCHEDULED,
} from '@smplab/lwkt';
import { initTokref, TOKEN_WORDS, TOKREF_WORDS, TOK_EXCLREQ } from '@smplab/token';
import { threadReports } from '../../src/inspect/thread-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';
import { type SmallMachine, takeToken } from '../fixtures/small-machine.ts';

describe('the report on a thread', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  const reportOn = (which: 'main' | 'sleeper' | 'writer', damage?: (machine: SmallMachine) => void) => {
    const { map, ...machine } = dumps.map(damage);
    const report = threadReports(map).find(({ thread }) => thread === machine[which])!;
    return { ...machine, report, remarks: map.remarks };
  };

  it('says what one that sleeps waits for, and how long', () => {
    const { report, counter } = reportOn('sleeper', ({ kernel, sleeper }) => {
      kernel.words[sleeper + TD.td_flags] |= TDF_TIMEOUT_ARMED;
      kernel.words[sleeper + TD.td_deadline] = 40;
    });
    const { state, message, ident, identName, deadline, function: runs, cpu } = report;
    assert.deepEqual(
      { state, message, ident, identName, deadline, runs, cpu },
      {
        ...{ state: 'asleep', message: 'count', ident: counter + 1, identName: `counter ${counter}[1]` },
        ...{ deadline: 40, runs: 'sleeper', cpu: 0 },
      },
    );
  });

  it('tells tokens held from tokens wanted', () => {
    const { report, token } = reportOn('main');
    assert.deepEqual(report.held, [{ token, name: 'accounts', mode: 'exclusive' }]);
    assert.deepEqual(report.wanted, []);
    const other = reportOn('writer').report;
    assert.deepEqual(other.held, []);
    assert.deepEqual([other.state, other.message, other.wanted.length], ['wants tokens', 'accounts', 1]);
  });

  it('tells claims on top of an exclusive one from shared ones, held from waiting', () => {
    const { report } = reportOn('main', ({ kernel, main, token }) => {
      takeToken(kernel, main, token);
      const ref = kernel.words[main + TD.td_toks_stop];
      const other = kernel.memory.reserve(TOKEN_WORDS);
      initTokref(kernel.words, ref, other, TOK_EXCLREQ, main);
      kernel.words[main + TD.td_toks_stop] = ref + TOKREF_WORDS;
      kernel.words[main + TD.td_toks_have] = ref;
    });
    assert.deepEqual(
      report.held.map(({ mode }) => mode),
      ['exclusive', 'again'],
    );
    assert.deepEqual(
      report.wanted.map(({ mode }) => mode),
      ['shared'],
    );
  });

  it('names the state of every thread by its flags', () => {
    const states: [number, string][] = [
      [TDF_RUNQ, 'runnable'],
      [TDF_PREEMPT_LOCK, 'preempted'],
      [TDF_MIGRATING, 'migrating'],
      [TDF_NOSTART, 'not started'],
      [TDF_EXITING, 'exiting'],
      [TDF_TSLEEP_DESCHEDULED, 'asleep, on no queue'],
      [0, 'not scheduled'],
    ];
    for (const [flags, state] of states) {
      const { report } = reportOn(
        'sleeper',
        ({ kernel, sleeper }) => (kernel.words[sleeper + TD.td_flags] = flags),
      );
      assert.equal(report.state, state);
    }
    const { report } = reportOn('sleeper', ({ kernel, sleeper }) => {
      kernel.words[sleeper + TD.td_flags] = TDF_EXITING;
      kernel.words[sleeper + TD.td_mpflags] = TDF_MP_EXITSIG;
    });
    assert.equal(report.state, 'ended');
  });

  it('remarks on a stack of tokens that cannot be', () => {
    const { report, remarks } = reportOn(
      'main',
      ({ kernel, main }) => (kernel.words[main + TD.td_toks_stop] = 5),
    );
    assert.deepEqual([report.held, report.wanted], [[], []]);
    assert.deepEqual(remarks, ['td_toks_stop of thread main is 5, outside its stack']);
  });
});
