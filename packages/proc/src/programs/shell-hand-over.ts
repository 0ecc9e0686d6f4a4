/**
 * Owns what a shell hands over to the shell it forks, in its memory, which fork copies: a variable of
 * JavaScript would be lost.
 *
 *     byte address JOB:   flags | status of the last command | bytes | text NUL NAME=value NUL ...
 */
import type { Steps } from '@smplab/lwkt';
import type { User } from '../user/user.ts';

/** Where it is. */
export const JOB = 64;
const WORD = 4;

/** What a forked shell gets. */
export interface HandOver {
  readonly flags: number;
  readonly status: number;
  /** The line it is to run. */
  readonly text: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** Puts it where the fork that follows copies it. */
export function* putJob(u: User, { flags, status, text, variables }: HandOver): Steps {
  const strings = [text, ...[...variables].map(([name, value]) => `${name}=${value}`)];
  const bytes = new TextEncoder().encode(strings.join('\0'));
  const words = [flags, status, bytes.length];
  for (let at = 0; at < bytes.length; at += WORD) {
    words.push(bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
  }
  for (const [at, word] of words.entries()) yield* u.store(JOB + at * WORD, word);
}

/** What the shell before has put there. */
export function* getJob(u: User, address: number): Steps<HandOver> {
  const flags = yield* u.load(address);
  const status = yield* u.load(address + WORD);
  const bytes = new Uint8Array(yield* u.load(address + 2 * WORD));
  for (let at = 0; at < bytes.length; at += WORD) {
    const word = yield* u.load(address + 3 * WORD + at);
    for (let byte = 0; byte < WORD && at + byte < bytes.length; byte++) bytes[at + byte] = word >> (8 * byte);
  }
  const [text, ...pairs] = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\0');
  const variables = pairs.map((each) => {
    const end = each.indexOf('=');
    return [each.slice(0, end), each.slice(end + 1)] as const;
  });
  return { flags, status, text, variables: new Map(variables) };
}
