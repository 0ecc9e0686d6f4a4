export { Execution } from './engine/execution.ts';
export { scenario } from './scenario.ts';
export { RandomWalk } from './strategies/random-walk.ts';
export { DepthFirst } from './strategies/depth-first.ts';
