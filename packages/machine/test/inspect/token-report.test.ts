import assert from 'node:assert/strict';
import { toksBase } from '@smplab/lwkt';
import { GlobalTokens, TOK_INCR, TR_TOK, T_COUNT, T_REF } from '@smplab/token';
import { threadReports } from '../../src/inspect/thread-report.ts';
import { tokenReports } from '../../src/inspect/token-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';
import type { SmallMachine } from '../fixtures/small-machine.ts';

describe('the report on tokens', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  const reports = (damage?: (machine: SmallMachine) => void) => {
    const { map, ...machine } = dumps.map(damage);
    return { ...machine, tokens: tokenReports(map, threadReports(map)), remarks: map.remarks };
  };

  it('says in which state a token is, who owns it and who waits', () => {
    const { tokens, token } = reports();
    assert.deepEqual(tokens, [
      {
        ...{ token, name: 'accounts', state: 'exclusiveRequested', counted: 0, owner: 'main' },
        ...{ holders: ['main'], waiters: ['writer'], collisions: 1 },
      },
    ]);
  });

  it('leaves out free tokens of pools and symbols, and has the others', () => {
    const { tokens } = reports(({ memory, kernel: { words, pool } }) => {
      words[new GlobalTokens(memory).lookup('vm') + T_COUNT] = TOK_INCR;
      words[pool.at(1) + T_COUNT] = 2 * TOK_INCR;
      words[pool.at(3) + T_COUNT] = TOK_INCR;
    });
    const found = tokens.map(({ name, state, counted }) => `${name} ${state} ${counted}`);
    assert.deepEqual(found.sort(), [
      'accounts exclusiveRequested 0',
      'pool shared 1',
      'pool shared 2',
      'vm_token shared 1',
    ]);
  });

  it('remarks on references that lead nowhere', () => {
    const { tokens, remarks } = reports(({ kernel: { words }, token, writer }) => {
      words[token + T_REF] = 3;
      words[toksBase(writer) + TR_TOK] = -4;
    });
    assert.equal(tokens[0].owner, 'word 3');
    assert.deepEqual(remarks, [
      'a thread refers to a token at word -4, where none can be',
      "t_ref of token accounts is 3, which is on no thread's stack",
    ]);
  });
});
