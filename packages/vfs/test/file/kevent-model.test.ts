import { explore } from '@smplab/explore';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  EV_ADD,
  EV_CLEAR,
  EV_DELETE,
  EV_DISABLE,
  EV_ENABLE,
  EV_ONESHOT,
  EVFILT_READ,
  EVFILT_WRITE,
} from '../../src/file/kqueue-layout.ts';
import { vfsScenario } from '../../src/vfs-scenario.ts';
import { ok } from '../fixtures/vfs-program.ts';

const SIZE = 4;

/** What a program does with one pipe and one kqueue. */
type Act =
  | { readonly kind: 'write' | 'read'; readonly count: number }
  | { readonly kind: 'change'; readonly isRead: boolean; readonly flags: number }
  | { readonly kind: 'poll' };

/** A knote as the manual page has it: nothing but what the program sees. */
class ModelKnote {
  isOn = true;
  isEdge = false;
  isOnce = false;
  /** Of an edge: there is news. */
  isNews = true;
}

/** A pipe, and what a kqueue tells of it, with sets and counts only. */
class Model {
  count = 0;
  readonly knotes = new Map<number, ModelKnote>();

  write(count: number): void {
    this.count += count;
    this.news(EVFILT_READ);
  }

  read(count: number): void {
    this.count -= count;
    this.news(EVFILT_WRITE);
  }

  private news(filter: number): void {
    const knote = this.knotes.get(filter);
    if (knote !== undefined) knote.isNews = true;
  }

  /** Whether the change is done. */
  change(filter: number, flags: number): boolean {
    const isAdded = (flags & EV_ADD) !== 0;
    let knote = this.knotes.get(filter);
    if (knote === undefined && !isAdded) return false;
    if ((flags & EV_DELETE) !== 0) return this.knotes.delete(filter);
    if (isAdded) {
      knote = new ModelKnote();
      knote.isEdge = (flags & EV_CLEAR) !== 0;
      knote.isOnce = (flags & EV_ONESHOT) !== 0;
      this.knotes.set(filter, knote);
    }
    if (knote !== undefined && (flags & (EV_DISABLE | EV_ENABLE)) !== 0)
      knote.isOn = (flags & EV_DISABLE) === 0;
    return true;
  }

  poll(): string[] {
    const told: string[] = [];
    for (const [filter, knote] of this.knotes) {
      const data = filter === EVFILT_READ ? this.count : SIZE - this.count;
      const isTrue = filter === EVFILT_READ ? data > 0 : data === SIZE;
      if (!knote.isOn || (knote.isEdge && !knote.isNews)) continue;
      // What is looked at and not true is no news any more.
      knote.isNews = false;
      if (!isTrue) continue;
      told.push(`${filter} ${data}`);
      if (knote.isOnce) this.knotes.delete(filter);
    }
    return told.sort();
  }
}

const flags = fc.oneof(
  fc.constantFrom(EV_ADD, EV_ADD | EV_CLEAR, EV_ADD | EV_ONESHOT, EV_ADD | EV_DISABLE, EV_DELETE),
  fc.constantFrom(EV_ENABLE, EV_DISABLE),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('write' as const, 'read' as const),
    count: fc.integer({ min: 1, max: SIZE }),
  }),
  fc.record({ kind: fc.constant('change' as const), isRead: fc.boolean(), flags }),
  fc.record({ kind: fc.constant('poll' as const) }),
);

function scenarioOf(acts: readonly Act[]) {
  return vfsScenario(
    'model',
    { cpus: 1, pipeBytes: SIZE },
    {
      '/bin/test': {
        *main(u) {
          const model = new Model();
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
          for (const each of [...acts, { kind: 'poll' } as const]) {
            if (each.kind === 'write') {
              const count = Math.min(each.count, SIZE - model.count);
              if (count > 0) yield* u.write(w, 'x'.repeat(count));
              if (count > 0) model.write(count);
            } else if (each.kind === 'read') {
              const count = Math.min(each.count, model.count);
              if (count > 0) yield* u.read(r, count);
              if (count > 0) model.read(count);
            } else if (each.kind === 'change') {
              const filter = each.isRead ? EVFILT_READ : EVFILT_WRITE;
              const change = { ident: each.isRead ? r : w, filter, flags: each.flags };
              const isDone = (yield* u.kevent(kq, [change])) !== null;
              u.assert(isDone === model.change(filter, each.flags), `change ${filter} ${each.flags}`);
            } else {
              const events = (yield* u.kevent(kq, [], 4, 0)) ?? [];
              const told = events
                .map(({ filter, data }) => `${filter} ${data}`)
                .sort()
                .join(', ');
              const expected = model.poll().join(', ');
              u.assert(told === expected, `it tells "${told}", not "${expected}"`);
            }
          }
        },
      },
    },
  );
}

describe('kevent, whatever a program does with a pipe,', () => {
  it('tells what a plain model of it tells', function () {
    this.timeout(0);
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 60 }), (acts) => {
        const result = explore(scenarioOf(acts), { strategy: 'random', schedules: 1, shrink: false });
        assert.ok(['none', 'nothing-concurrent'].includes(result.verdict), result.message);
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});
