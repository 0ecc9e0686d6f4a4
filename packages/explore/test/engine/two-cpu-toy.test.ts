/** Whole CPUs on the engine of threads: interrupts and store buffers are strands like any other. */
import assert from 'node:assert/strict';
import { Execution } from '../../src/engine/execution.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { DepthFirst } from '../../src/strategies/depth-first.ts';
import { type ToyCpu, type ToyInstruction, ToyMachine } from './toy-machine.ts';

interface Explored {
  /** Registers of all CPUs at the end, in all interleavings. */
  readonly outcomes: ReadonlySet<string>;
  readonly verdicts: ReadonlySet<string>;
  readonly runs: number;
  readonly execution: Execution;
}

function explore(cpus: readonly ToyCpu[], buffered: boolean): Explored {
  const execution = new Execution();
  const machine = new ToyMachine(cpus, buffered);
  const strategy: Strategy = new DepthFirst();
  const verdicts = new Set<string>();
  let runs = 0;
  for (; strategy.begin(runs); runs++) {
    execution.execute(machine, strategy);
    verdicts.add(execution.failure?.verdict ?? 'none');
  }
  return { outcomes: machine.outcomes, verdicts, runs, execution };
}

const [X, Y, H] = [0, 1, 2];

/** Store buffering: each CPU stores its own variable and loads the other's. */
function storeBuffering(fenced: boolean): ToyCpu[] {
  const fence: ToyInstruction[] = fenced ? [['fence']] : [];
  return [
    { code: [['store', X, 1], ...fence, ['load', Y, 0]] },
    { code: [['store', Y, 1], ...fence, ['load', X, 0]] },
  ];
}

const UNBUFFERED = ['0,0 | 1,0', '1,0 | 0,0', '1,0 | 1,0'];

describe('a machine of two CPUs under the engine', () => {
  it('is sequentially consistent without store buffers', () => {
    const { outcomes, verdicts } = explore(storeBuffering(false), false);
    assert.deepEqual([...outcomes].sort(), UNBUFFERED);
    assert.deepEqual([...verdicts], ['none']);
  });

  it('lets both CPUs read zero when stores wait in buffers', () => {
    const { outcomes, verdicts } = explore(storeBuffering(false), true);
    assert.deepEqual([...outcomes].sort(), ['0,0 | 0,0', ...UNBUFFERED]);
    assert.deepEqual([...verdicts], ['none']);
  });

  it('is sequentially consistent again when fences wait for the buffers', () => {
    const { outcomes, verdicts } = explore(storeBuffering(true), true);
    assert.deepEqual([...outcomes].sort(), UNBUFFERED);
    assert.deepEqual([...verdicts], ['none']);
  });

  it('shows a CPU its own stores before anyone else sees them, and stores in their order', () => {
    const { outcomes } = explore(
      [
        {
          code: [
            ['store', X, 1],
            ['store', X, 2],
            ['load', X, 0],
          ],
        },
        {
          code: [
            ['load', X, 0],
            ['load', X, 1],
          ],
        },
      ],
      true,
    );
    assert.deepEqual(new Set([...outcomes].map((outcome) => outcome.split(' | ')[0])), new Set(['2,0']));
    assert.deepEqual([...outcomes].map((outcome) => outcome.split(' | ')[1]).sort(), [
      '0,0',
      '0,1',
      '0,2',
      '1,1',
      '1,2',
      '2,2',
    ]);
  });

  it('takes an interrupt between any two instructions', () => {
    const { outcomes, verdicts } = explore(
      [
        {
          code: [
            ['store', X, 1],
            ['store', X, 2],
            ['store', X, 3],
          ],
          handler: [['where', 1]],
        },
        {
          code: [
            ['interrupt', 0],
            ['load', X, 0],
          ],
        },
      ],
      false,
    );
    const seen = new Set([...outcomes].map((outcome) => outcome.split(' | ')[0]));
    assert.deepEqual(seen, new Set(['0,0', '0,1', '0,2', '0,3']));
    assert.deepEqual([...verdicts], ['none']);
  });

  it('takes no interrupt while they are masked, and takes it afterwards', () => {
    const code: ToyInstruction[] = [
      ['store', X, 1],
      ['mask'],
      ['store', X, 2],
      ['store', X, 3],
      ['unmask'],
      ['store', X, 4],
    ];
    const { outcomes } = explore(
      [{ code: [['load', X, 0], ...code], handler: [['where', 1]] }, { code: [['interrupt', 0]] }],
      false,
    );
    const at = new Set([...outcomes].map((outcome) => Number(outcome.split(' | ')[0].split(',')[1])));
    // Before the first three, after the unmasking sixth, or never; not before 4, 5 and 6.
    assert.deepEqual([...at].sort(), [0, 1, 2, 3, 7]);
  });

  it('runs a handler to its end before the interrupted code goes on, while other CPUs look on', () => {
    const { outcomes } = explore(
      [
        {
          code: [
            ['load', H, 0],
            ['load', H, 1],
          ],
          handler: [
            ['store', H, 1],
            ['store', H, 0],
          ],
        },
        {
          code: [
            ['interrupt', 0],
            ['load', H, 0],
          ],
        },
      ],
      false,
    );
    const [own, others] = [0, 1].map(
      (cpu) => new Set([...outcomes].map((outcome) => outcome.split(' | ')[cpu])),
    );
    assert.deepEqual(own, new Set(['0,0']));
    assert.deepEqual(others, new Set(['0,0', '1,0']));
  });

  it('performs the operation an interrupt pushed aside once, after it', () => {
    const { outcomes } = explore(
      [
        {
          code: [
            ['store', X, 1],
            ['load', X, 0],
          ],
          handler: [
            ['store', X, 7],
            ['load', X, 1],
          ],
        },
        { code: [['interrupt', 0]] },
      ],
      true,
    );
    assert.deepEqual([...outcomes].map((outcome) => outcome.split(' | ')[0]).sort(), ['1,0', '1,7', '7,7']);
  });

  it('has the strands of a CPU in one group, each with a path of its own', () => {
    const { execution } = explore(storeBuffering(true), true);
    const strands = execution.strands.slice(0, execution.strandCount);
    assert.deepEqual(
      strands.map(({ path, group }) => `${path} ${group}`),
      ['cpu0 0', 'cpu0/irq 0', 'cpu0/storebuf 0', 'cpu1 1', 'cpu1/irq 1', 'cpu1/storebuf 1'],
    );
  });
});
