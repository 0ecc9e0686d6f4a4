import type { Context, Steps } from '@smplab/lwkt';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EFAULT } from '../../src/errno.ts';
import {
  vm_load,
  vm_store,
  vmspace_alloc,
  vmspace_fork,
  vmspace_ref,
  vmspace_rel,
  vmspace_relexit,
} from '../../src/life/vmspace.ts';
import { VM } from '../../src/life/vmspace-layout.ts';
import { check, passes, ROOT, runs, tableProgram, together } from '../table/fixtures/by-hand.ts';

const LIMITS = { pageWords: 4, vmPages: 3 } as const;
const PAGE_BYTES = 16;
const BYTES = 48;
const MOST_SPACES = 5;
const FAULT = -77;

/** What an address space is: its words, and how many use it. */
interface Model {
  readonly vm: number;
  readonly words: Map<number, number>;
  users: number;
}

interface Operation {
  readonly what: 'store' | 'load' | 'fork' | 'share' | 'leave' | 'exit';
  readonly space: number;
  readonly address: number;
  readonly value: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom('store', 'store', 'store', 'load', 'load', 'fork', 'share', 'leave', 'exit'),
  space: fc.nat(MOST_SPACES - 1),
  address: fc.oneof({ weight: 9, arbitrary: fc.nat(BYTES / 4 - 1).map((word) => word * 4) }, fc.integer()),
  value: fc.integer(),
});

const isAddress = (address: number): boolean => address >= 0 && address < BYTES && address % 4 === 0;

function* perform(k: Context, spaces: Model[], { what, space, address, value }: Operation): Steps {
  const at = space % spaces.length;
  const model = spaces[at];
  if (what === 'store') {
    const error = yield* vm_store(k, model.vm, address, value);
    check(k, error === (isAddress(address) ? 0 : EFAULT), `store at ${address}: ${error}`);
    if (error === 0) model.words.set(address, value);
  } else if (what === 'load') {
    const found = yield* vm_load(k, model.vm, address, FAULT);
    const expected = isAddress(address) ? (model.words.get(address) ?? 0) : FAULT;
    check(k, found === expected, `load at ${address}: ${found}, not ${expected}`);
  } else if (what === 'fork' && spaces.length < MOST_SPACES) {
    spaces.push({ vm: yield* vmspace_fork(k, model.vm), words: new Map(model.words), users: 1 });
  } else if (what === 'share') {
    yield* vmspace_ref(k, model.vm);
    model.users++;
  } else if (what === 'exit') {
    yield* vmspace_relexit(k, model.vm);
    if (model.users === 1) model.words.clear();
  } else if (what === 'leave' && (model.users > 1 || spaces.length > 1)) {
    yield* vmspace_rel(k, model.vm);
    if (--model.users === 0) spaces.splice(at, 1);
  }
}

/** Pages are there for what was stored, and for nothing else. */
function checkPages(k: Context, { vm, words }: Model): void {
  const pages = new Set([...words.keys()].map((address) => Math.floor(address / PAGE_BYTES))).size;
  check(k, k.peek(vm + VM.vm_count) === pages, `${k.peek(vm + VM.vm_count)} pages, not ${pages}`);
}

describe('an address space', () => {
  it('is what a plain model says, in any order of stores, forks and exits, freed with its last user', () => {
    const sequences = fc.sample(fc.array(operation, { minLength: 20, maxLength: 60 }), {
      numRuns: 60,
      seed: 1,
    });
    const program = tableProgram(
      'model',
      { rows: ROOT, cpus: 1, limits: LIMITS, checkLeaks: true },
      function* (k) {
        for (const sequence of sequences) {
          const spaces: Model[] = [{ vm: yield* vmspace_alloc(k), words: new Map(), users: 1 }];
          for (const each of sequence) {
            yield* perform(k, spaces, each);
            for (const model of spaces) checkPages(k, model);
          }
          for (const { vm, users } of spaces)
            for (let user = 0; user < users; user++) yield* vmspace_rel(k, vm);
        }
      },
    );
    runs(program);
  });

  it('gets one page for a place where two store at once, and keeps both words', () => {
    const threads = {
      *one(k: Context, vm: number): Steps {
        yield* vm_store(k, vm, 0, 5);
      },
      *other(k: Context, vm: number): Steps {
        yield* vm_store(k, vm, 4, 6);
      },
    };
    const program = tableProgram(
      'two',
      { rows: ROOT, threads, limits: LIMITS, checkLeaks: true },
      function* (k) {
        const vm = yield* vmspace_alloc(k);
        yield* together(k, Object.keys(threads), vm);
        const words = [yield* vm_load(k, vm, 0, FAULT), yield* vm_load(k, vm, 4, FAULT)];
        check(k, words.join() === '5,6' && k.peek(vm + VM.vm_count) === 1, words.join());
        yield* vmspace_rel(k, vm);
      },
    );
    passes(program);
  });
});
