import assert from 'node:assert/strict';
import type { Program } from '../../src/engine/execution.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import { adders, lostUpdate, parallel } from '../campaign/programs.ts';
import { runIn } from './watched.ts';

const hashOf = (program: Program, order: readonly number[], withValues = true): string =>
  traceHash(runIn(program, order), withValues);

describe('the trace hash', () => {
  it('is sixteen hexadecimal digits, the same every time', () => {
    const hash = hashOf(adders(2, 2), [0, 1, 0, 1]);
    assert.match(hash, /^[0-9a-f]{16}$/);
    assert.equal(hashOf(adders(2, 2), [0, 1, 0, 1]), hash);
  });

  it('is the same on every machine', () => {
    assert.equal(hashOf(lostUpdate, [0, 0, 1, 2, 2, 1, 0, 0]), 'd5e940b53da0078d');
  });

  it('differs with the order of the strands', () => {
    assert.notEqual(hashOf(adders(2, 2), [0, 1, 0, 1]), hashOf(adders(2, 2), [0, 1, 1, 0]));
  });

  it('differs with a value, unless values are left out', () => {
    const stores = (value: number): Program =>
      parallel('stores', function* (s) {
        yield* s.atomic('x', 0).exchange(value);
        yield* s.atomic('y', value).load();
      });
    assert.notEqual(hashOf(stores(1), []), hashOf(stores(2), []));
    assert.equal(hashOf(stores(1), [], false), hashOf(stores(2), [], false));
  });

  it('differs with the kind of an operation, its location, and the name of its strand', () => {
    const base = parallel('p', function* (s) {
      yield* s.atomic('x', 0).add(1);
    });
    const kind = parallel('p', function* (s) {
      yield* s.atomic('x', 0).or(1);
    });
    const location = parallel('p', function* (s) {
      s.atomic('before', 0);
      yield* s.atomic('x', 0).add(1);
    });
    const hashes = [base, kind, location].map((program) => hashOf(program, []));
    const renamed: Program = {
      name: 'p',
      start(execution) {
        base.start(execution);
        execution.strands[0].name = 'other';
      },
    };
    hashes.push(hashOf(renamed, []));
    assert.equal(new Set(hashes).size, 4);
  });

  it('does not change with the names of objects, which are no part of what happened', () => {
    const named = (name: string): Program =>
      parallel('p', function* (s) {
        yield* s.atomic(name, 0).add(1);
      });
    assert.equal(hashOf(named('x'), []), hashOf(named('y'), []));
  });
});
