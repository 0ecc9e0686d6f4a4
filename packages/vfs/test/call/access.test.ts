import { EACCES, EINVAL, ENOENT, ENOTDIR } from '@smplab/proc';
import { fails, ok, put, runs } from '../fixtures/vfs-program.ts';

const X_OK = 1;
const W_OK = 2;
const R_OK = 4;

describe('access', () => {
  it(
    'tells what the real user may do, whoever the process is for other calls',
    runs('access', {
      *main(u) {
        yield* put(u, '/file', 'x');
        yield* ok(u, u.chmod('/file', 0o640), 'chmod');
        yield* ok(u, u.mkdir('/closed', 0o700), 'mkdir');
        yield* put(u, '/closed/in', 'x');
        yield* ok(u, u.access('/file', R_OK | W_OK), 'root may all');
        yield* fails(u, u.access('/file', X_OK), EACCES, 'but what is no program');
        yield* fails(u, u.access('/none', 0), ENOENT, 'nothing');
        yield* fails(u, u.access('/file/x', 0), ENOTDIR, 'below a file');
        yield* fails(u, u.access('/file', 8), EINVAL, 'no mode');
        // Real 1001, effective 0; then the other way round for the group.
        yield* ok(u, u.setgroups([]), 'setgroups');
        yield* ok(u, u.setreuid(1001, 0), 'setreuid');
        yield* ok(u, u.access('/file', 0), 'it is there');
        yield* ok(u, u.access('/bin/test', R_OK | X_OK), 'for all');
        yield* ok(u, u.access('/file', R_OK), 'by its group');
        yield* fails(u, u.access('/file', W_OK), EACCES, 'nor its group may write');
        yield* fails(u, u.access('/closed/in', 0), EACCES, 'the way there');
        yield* ok(u, u.setregid(100, 0), 'setregid');
        yield* fails(u, u.access('/file', R_OK), EACCES, 'not its real group');
      },
    }),
  );
});
