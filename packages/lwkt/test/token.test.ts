import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { readCstring } from '@smplab/kmem';
import { LWKT_MAXTOKENS, TOK_EXCLREQ, TOK_EXCLUSIVE, TOK_INCR, T_REF } from '@smplab/token';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_reltoken,
  lwkt_token_held,
  lwkt_token_held_excl,
  lwkt_trytoken,
  type Steps,
  TD,
  toksBase,
  tokenName,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { collisionsOf, countOf, joinAll, newToken, newWord, start } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

/** Runs a body alone on one CPU: none of it may fail. */
function alone(name: string, main: (k: Context) => Steps, asSeed: string[] = []): void {
  verdictOf(kernelProgram(name, { cpus: 1, asSeed }, main), 'nothing-concurrent', ONE);
}

/** Runs a body alone and expects it to be refused. */
function refused(name: string, verdict: string, said: RegExp, main: (k: Context) => Steps): void {
  const result = verdictOf(kernelProgram(name, { cpus: 1 }, main), verdict, ONE);
  assert.match(result.message, said);
}

describe('lwkt_token_init', () => {
  it('makes a free token that is known by its description', () => {
    alone('init', function* (k) {
      const token = yield* newToken(k, 'p_token');
      assert.deepEqual([countOf(k, token), k.peek(token + T_REF), collisionsOf(k, token)], [0, 0, 0]);
      assert.equal(tokenName(k, token), 'p_token');
      const nameless = yield* newToken(k, '');
      assert.equal(tokenName(k, nameless), `token ${nameless}`);
    });
  });
});

describe('lwkt_gettoken', () => {
  it('sets EXCLUSIVE and makes t_ref the address of the reference', () => {
    alone('get', function* (k) {
      const token = yield* newToken(k);
      yield* lwkt_gettoken(k, token);
      assert.equal(countOf(k, token), TOK_EXCLUSIVE);
      assert.equal(k.peek(token + T_REF), toksBase(k.td));
      assert.ok(lwkt_token_held(k, token) && lwkt_token_held_excl(k, token));
      yield* lwkt_reltoken(k, token);
      assert.deepEqual([countOf(k, token), k.peek(token + T_REF)], [0, 0]);
      assert.ok(!lwkt_token_held(k, token));
    });
  });

  it('recurses at once, as a counted reference, exclusive or shared', () => {
    alone('recurse', function* (k) {
      const token = yield* newToken(k);
      yield* lwkt_gettoken(k, token);
      yield* lwkt_gettoken(k, token);
      yield* lwkt_gettoken_shared(k, token);
      assert.equal(yield* lwkt_trytoken(k, token), true);
      assert.equal(countOf(k, token), TOK_EXCLUSIVE + 3 * TOK_INCR);
      assert.equal(k.peek(token + T_REF), toksBase(k.td));
      for (let left = 3; left >= 0; left--) {
        yield* lwkt_reltoken(k, token);
        assert.equal(countOf(k, token), left === 0 ? 0 : TOK_EXCLUSIVE + (left - 1) * TOK_INCR);
      }
    });
  });

  it('keeps others out until the release, and counts the collisions of those that wait', () => {
    let collided = 0;
    const program = kernelProgram(
      'exclusion',
      {
        threads: {
          *worker(k, token, word) {
            yield* lwkt_gettoken(k, token);
            const value = k.get(word);
            yield* k.fence();
            k.set(word, value + 1);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const word = yield* newWord(k);
        const one = yield* start(k, 'worker', [token, word], { cpu: 0 });
        const two = yield* start(k, 'worker', [token, word], { cpu: 1 });
        yield* joinAll(k, one, two);
        assert.equal(k.get(word), 2);
        collided += collisionsOf(k, token);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(collided > 0, 'some threads collided');
  });

  it('leaves EXCLREQ behind when it has to wait, and says in td_wmesg what for', () => {
    const seen = new Set<string>();
    const program = kernelProgram(
      'request',
      {
        threads: {
          *waiter(k, token, flag) {
            yield* k.store(flag, k.td);
            yield* lwkt_gettoken(k, token);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'wanted');
        const flag = yield* newWord(k);
        yield* lwkt_gettoken(k, token);
        const td = yield* start(k, 'waiter', [token, flag], { cpu: 1 });
        yield* k.until(token, NOT_EQUAL, TOK_EXCLUSIVE);
        assert.equal(countOf(k, token), TOK_EXCLUSIVE | TOK_EXCLREQ);
        yield* k.fence();
        yield* k.fence();
        seen.add(readCstring(k.kernel.memory, td + TD.td_wmesg, 16));
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
        assert.equal(countOf(k, token), 0, 'the grant takes EXCLREQ away');
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(seen.has('wanted'), [...seen].join());
  });

  it('lets readers pass a waiting writer only as the seed did (exclreq-fair)', () => {
    for (const asSeed of [[], ['exclreq-fair']]) {
      let passed = 0;
      const program = kernelProgram(
        'fair',
        {
          cpus: 3,
          asSeed,
          threads: {
            *writer(k, token) {
              yield* lwkt_gettoken(k, token);
              yield* lwkt_reltoken(k, token);
            },
            *reader(k, token) {
              const asked = countOf(k, token);
              yield* lwkt_gettoken_shared(k, token);
              if ((asked & TOK_EXCLREQ) !== 0 && countOf(k, token) === 2 * TOK_INCR + TOK_EXCLREQ) passed++;
              yield* lwkt_reltoken(k, token);
            },
          },
        },
        function* (k) {
          const token = yield* newToken(k);
          yield* lwkt_gettoken_shared(k, token);
          const writer = yield* start(k, 'writer', [token], { cpu: 1 });
          yield* k.until(token, NOT_EQUAL, TOK_INCR);
          const reader = yield* start(k, 'reader', [token], { cpu: 2 });
          for (let wait = 0; wait < 20; wait++) yield* k.fence();
          yield* lwkt_reltoken(k, token);
          yield* joinAll(k, writer, reader);
        },
      );
      verdictOf(program, 'none', MANY);
      assert.equal(passed > 0, asSeed.length > 0, `${passed} readers passed with asSeed [${asSeed.join()}]`);
    }
  });

  it('drops all other tokens while it waits, and has all of them again when it returns', () => {
    let wereFree = 0;
    const program = kernelProgram(
      'atomicity',
      {
        threads: {
          *other(k, outer, inner) {
            yield* lwkt_gettoken(k, inner);
            // The waiter for `inner` holds `outer` on its stack, and yet it can be had.
            if (yield* lwkt_trytoken(k, outer)) {
              wereFree++;
              yield* lwkt_reltoken(k, outer);
            }
            yield* lwkt_reltoken(k, inner);
          },
        },
      },
      function* (k) {
        const outer = yield* newToken(k, 'outer');
        const inner = yield* newToken(k, 'inner');
        const td = yield* start(k, 'other', [outer, inner], { cpu: 1 });
        yield* lwkt_gettoken(k, outer);
        yield* lwkt_gettoken(k, inner);
        assert.ok(lwkt_token_held_excl(k, outer) && lwkt_token_held_excl(k, inner));
        yield* lwkt_reltoken(k, inner);
        yield* lwkt_reltoken(k, outer);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(wereFree > 0);
  });

  it('cannot deadlock by order, since nobody holds while waiting', () => {
    const program = kernelProgram(
      'AB-BA',
      {
        threads: {
          *taker(k, first, second) {
            yield* lwkt_gettoken(k, first);
            yield* lwkt_gettoken(k, second);
            yield* lwkt_reltoken(k, second);
            yield* lwkt_reltoken(k, first);
          },
        },
      },
      function* (k) {
        const a = yield* newToken(k, 'a');
        const b = yield* newToken(k, 'b');
        const one = yield* start(k, 'taker', [a, b], { cpu: 0 });
        const two = yield* start(k, 'taker', [b, a], { cpu: 1 });
        yield* joinAll(k, one, two);
      },
    );
    verdictOf(program, 'none', { strategy: 'portfolio', schedules: 400 });
  });
});

describe('lwkt_gettoken_shared', () => {
  it('lets several threads in at once', () => {
    let together = 0;
    const program = kernelProgram(
      'readers',
      {
        threads: {
          *reader(k, token) {
            yield* lwkt_gettoken_shared(k, token);
            together = Math.max(together, countOf(k, token) / TOK_INCR);
            assert.ok(!lwkt_token_held_excl(k, token));
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const one = yield* start(k, 'reader', [token], { cpu: 0 });
        const two = yield* start(k, 'reader', [token], { cpu: 1 });
        yield* joinAll(k, one, two);
        assert.equal(countOf(k, token), 0);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.equal(together, 2);
  });
});

describe('lwkt_trytoken', () => {
  it('fails at once where gettoken would wait: nothing on the stack, no EXCLREQ, a collision counted', () => {
    const outcomes = new Set<boolean>();
    const program = kernelProgram(
      'try',
      {
        threads: {
          *trier(k, token) {
            const { words, td } = k;
            const critcount = words[td + TD.td_critcount];
            const got = yield* lwkt_trytoken(k, token);
            outcomes.add(got);
            assert.equal(words[td + TD.td_critcount], critcount, 'T15');
            if (got) yield* lwkt_reltoken(k, token);
            else assert.ok(collisionsOf(k, token) > 0);
            assert.equal(words[td + TD.td_toks_stop], toksBase(td));
            assert.equal(countOf(k, token) & TOK_EXCLREQ, 0);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const td = yield* start(k, 'trier', [token], { cpu: 1 });
        yield* lwkt_gettoken(k, token);
        yield* k.fence();
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.deepEqual([...outcomes].sort(), [false, true]);
  });

  it('as of old leaves a critical section entered when it fails (asSeed trytoken-critexit)', () => {
    const program = kernelProgram('T15', { cpus: 1, asSeed: ['trytoken-critexit'] }, function* (k) {
      const token = yield* newToken(k);
      yield* lwkt_gettoken_shared(k, token);
      yield* lwkt_trytoken(k, token);
      yield* lwkt_reltoken(k, token);
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /ends in 1 critical sections/);
  });
});

describe('lwkt_reltoken', () => {
  it('refuses a token that is not the last one taken', () => {
    refused('order', 'token-misuse', /main releases a out of order, b was taken last/, function* (k) {
      const a = yield* newToken(k, 'a');
      const b = yield* newToken(k, 'b');
      yield* lwkt_gettoken(k, a);
      yield* lwkt_gettoken(k, b);
      yield* lwkt_reltoken(k, a);
    });
  });

  it('refuses a token that is not held', () => {
    refused('none', 'token-misuse', /main holds no token, it releases a/, function* (k) {
      yield* lwkt_reltoken(k, yield* newToken(k, 'a'));
    });
    refused('other', 'token-misuse', /main releases b, which it does not hold/, function* (k) {
      yield* lwkt_gettoken(k, yield* newToken(k, 'a'));
      yield* lwkt_reltoken(k, yield* newToken(k, 'b'));
    });
  });
});

describe('misused tokens', () => {
  it('are refused: exclusively by a thread that holds the token shared, which could wait for ever', () => {
    refused('upgrade', 'token-misuse', /a.*shared|shared.*a/, function* (k) {
      const a = yield* newToken(k, 'a');
      yield* lwkt_gettoken_shared(k, a);
      yield* lwkt_gettoken(k, a);
    });
  });

  it('are refused: one more than 32', () => {
    refused('33', 'token-misuse', /main holds 32 tokens, no more fit/, function* (k) {
      const a = yield* newToken(k, 'a');
      for (let count = 0; count <= LWKT_MAXTOKENS; count++) yield* lwkt_gettoken(k, a);
    });
  });

  it('are refused: NULL, and a thread that ends with one', () => {
    refused('NULL', 'token-misuse', /0 is no token/, (k) => lwkt_gettoken(k, 0));
    refused('end', 'token-misuse', /main ends with tokens held/, function* (k) {
      yield* lwkt_gettoken(k, yield* newToken(k));
    });
  });
});
