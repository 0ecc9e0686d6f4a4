/** Owns how the tests of examination run a program once, under a given order of its strands. */
import { Execution, type Program, type StepObserver } from '../../src/engine/execution.ts';
import { Guided } from '../../src/examine/guided.ts';
import { TraceObserver } from '../../src/examine/trace-observer.ts';

/** Runs the program with its strands stepping in the order of their indices given; returns the execution. */
export function runIn(
  program: Program,
  order: readonly number[],
  observe?: (execution: Execution) => StepObserver,
): Execution {
  const execution = new Execution();
  const guided = new Guided(order, new Map());
  guided.begin();
  execution.observer = observe?.(execution) ?? null;
  execution.execute(program, guided);
  execution.observer = null;
  return execution;
}

/** Runs the program like that, watched in detail. */
export function watch(program: Program, order: readonly number[]): TraceObserver {
  let observer: TraceObserver | null = null;
  runIn(program, order, (execution) => (observer = new TraceObserver(execution)));
  observer!.finish();
  return observer!;
}
