import assert from 'node:assert/strict';
import { withDeepStacks } from '../../src/examine/deep-stacks.ts';

function below(depth: number): string {
  return depth === 0 ? (new Error().stack ?? '') : below(depth - 1);
}

const outermost = (): string => below(30);

describe('a watched run', () => {
  const { stackTraceLimit } = Error;

  beforeEach(() => {
    // What Node has where no tool changed it.
    Error.stackTraceLimit = 10;
  });

  afterEach(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('has stacks that reach the caller of thirty calls, and others have them as before', () => {
    assert.match(withDeepStacks(outermost), /outermost/);
    assert.doesNotMatch(outermost(), /outermost/);
  });

  it('leaves the limit as it was when it throws', () => {
    assert.throws(() =>
      withDeepStacks(() => {
        throw new Error('thrown');
      }),
    );
    assert.equal(Error.stackTraceLimit, 10);
  });

  it('has no shorter stacks than it would have had', () => {
    Error.stackTraceLimit = 100;
    withDeepStacks(() => assert.equal(Error.stackTraceLimit, 100));
  });
});
