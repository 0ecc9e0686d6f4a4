import { explores } from '@smplab/explore/mocha';
import { vfsScenario } from '../../src/vfs-scenario.ts';

describe('a program that has file systems', () => {
  it(
    'writes a file and reads it back',
    explores(
      vfsScenario(
        'a file',
        {},
        {
          '/bin/test': {
            *main(u) {
              const fd = yield* u.open('/hello', 0x200 | 2, 0o644);
              u.assert(fd === 3, `the lowest descriptor: ${fd} ${u.errno}`);
              u.assert((yield* u.write(fd, 'hello')) === 5, 'five bytes');
              u.assert((yield* u.lseek(fd, 1)) === 1, 'back');
              const bytes = yield* u.read(fd, 10);
              u.assert(new TextDecoder().decode(bytes ?? undefined) === 'ello', 'what was written');
              u.assert((yield* u.close(fd)) === 0, 'closed');
            },
          },
        },
      ),
      { strategy: 'random', schedules: 20, shrink: false },
    ),
  );
});
