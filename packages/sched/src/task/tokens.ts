/**
 * Owns what becomes of the tokens of a task that stops and goes on: it has all of them or none.
 */
import type { RequestHost } from './request.ts';
import type { Task } from './task.ts';

/** A task is to wait for something: others may have its tokens. */
export function dropTokens(host: RequestHost, task: Task): void {
  for (const token of task.tokens) token.drop(host, task);
}

/** Whether a task that is to go on has its tokens; if not, it waits for the first that it cannot have. */
export function takeTokens(host: RequestHost, task: Task): boolean {
  for (const [at, token] of task.tokens.entries()) {
    if (token.take(host, task)) continue;
    for (const taken of task.tokens.slice(0, at)) taken.drop(host, task);
    token.await(task);
    return false;
  }
  return true;
}
