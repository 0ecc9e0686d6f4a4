import { explores } from '@smplab/explore/mocha';
import { processScenario } from '../../src/process-scenario.ts';

const inherits = processScenario(
  'a child has the files and the prison of its parent',
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        const fd = yield* u.open('/dev/null', 2);
        u.assert(fd === 3, 'after the console');
        u.assert((yield* u.jail('cell')) === 1, 'a prison');
        yield* u.chdir('/bin');
        const pid = yield* u.fork('child', fd);
        yield* u.close(fd);
        const { status } = yield* u.wait4(pid);
        u.assert(status >> 8 === 5, 'the child has used all of it');
      },
      *child(u, fd) {
        u.assert((yield* u.getcwd()) === '/bin', 'the same directory');
        u.assert((yield* u.write(fd, 'hello')) === 5, 'the same file');
        u.assert((yield* u.jail('inner')) === -1, 'in jail as its parent');
        u.assert((yield* u.setuid(7)) === 0, 'another user');
        yield* u.exit(5);
      },
    },
  },
);

describe('files and credentials of processes', () => {
  it('are inherited and given back', explores(inherits, { schedules: 200 }));
});
