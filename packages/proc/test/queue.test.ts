import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Context } from '@smplab/lwkt';
import { isListed, listFirst, listInsertAfter, listInsertHead, listNext, listRemove } from '../src/queue.ts';

const HEAD = 1;
const ENTRY = 2;
const element = (at: number): number => 10 + 4 * at;

/** A context of which a list uses plain words only. */
function words(): Context {
  const memory = new Int32Array(200);
  const k = {
    get: (at: number) => memory[at],
    set: (at: number, value: number) => (memory[at] = value),
    panic: (message: string) => {
      throw new Error(message);
    },
  };
  return k as unknown as Context;
}

function contents(k: Context): number[] {
  const found: number[] = [];
  for (let at = listFirst(k, HEAD); at !== 0; at = listNext(k, at, ENTRY)) found.push(at);
  return found;
}

describe('a list of kernel structs', () => {
  it('holds what a plain array holds after any insertions and removals', () => {
    const step = fc.tuple(fc.nat(2), fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const k = words();
        const model: number[] = [];
        for (const [what, at, other] of steps) {
          const [own, near] = [element(at), element(other)];
          const isIn = model.includes(own);
          assert.equal(isListed(k, own, ENTRY), isIn);
          if (what === 0 && !isIn) {
            listInsertHead(k, HEAD, own, ENTRY);
            model.unshift(own);
          } else if (what === 1 && !isIn && model.includes(near)) {
            listInsertAfter(k, near, own, ENTRY);
            model.splice(model.indexOf(near) + 1, 0, own);
          } else if (what === 2 && isIn) {
            listRemove(k, own, ENTRY);
            model.splice(model.indexOf(own), 1);
          }
          assert.deepEqual(contents(k), model);
        }
      }),
    );
  });

  it('refuses to remove what is on no list', () => {
    assert.throws(() => listRemove(words(), element(0), ENTRY), /LIST_REMOVE: element 10 is on no list/);
  });

  it('leaves the next link of a removed element as it was', () => {
    const k = words();
    listInsertHead(k, HEAD, element(1), ENTRY);
    listInsertHead(k, HEAD, element(0), ENTRY);
    listRemove(k, element(0), ENTRY);
    assert.equal(listNext(k, element(0), ENTRY), element(1));
  });
});
