/** Owns the reference count that seed 002 admits: two prisoners get new credentials at the same time. */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'prison-ref',
  {
    found: 'use-after-free',
    then: 'One of two references is lost, and the prison goes while there is a prisoner.',
    now: 'The count is atomic.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.jail('cell');
        const pid = yield* u.fork('mate');
        yield* u.seteuid(1);
        yield* u.wait4(pid);
      },
      *mate(u) {
        yield* u.seteuid(1);
      },
    },
  },
);
