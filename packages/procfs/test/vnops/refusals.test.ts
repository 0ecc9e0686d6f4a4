import { EINVAL, ENOTTY, EOPNOTSUPP, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import {
  EROFS,
  NOCRED,
  VOP_ADVLOCK,
  VOP_CREATE,
  VOP_FSYNC,
  VOP_IOCTL,
  VOP_LINK,
  VOP_MKDIR,
  VOP_PATHCONF,
  VOP_REMOVE,
  VOP_RENAME,
  VOP_RMDIR,
  VOP_SYMLINK,
  vrele,
} from '@smplab/vfs';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

describe('operations that procfs refuses', () => {
  it(
    'have the errors of the original',
    runs(
      'refusals',
      {
        *main(u) {
          const k = kernelOf(u);
          const vp = yield* nodeAt(k, 'root');
          const block = yield* kmalloc(k, M_TEMP, 4);
          const answers: readonly [string, number, number][] = [
            ['create', yield* VOP_CREATE(k, vp, block, block), -EOPNOTSUPP],
            ['mkdir', yield* VOP_MKDIR(k, vp, block, block), -EOPNOTSUPP],
            ['remove', yield* VOP_REMOVE(k, vp, vp, block), EOPNOTSUPP],
            ['rmdir', yield* VOP_RMDIR(k, vp, vp, block), EOPNOTSUPP],
            ['rename', yield* VOP_RENAME(k, vp, block, vp, block), EOPNOTSUPP],
            ['link', yield* VOP_LINK(k, vp, vp, block), EROFS],
            ['symlink', yield* VOP_SYMLINK(k, vp, block, block), -EROFS],
            ['ioctl', yield* VOP_IOCTL(k, vp, 1, block), ENOTTY],
            ['advlock', yield* VOP_ADVLOCK(k, vp, 1, 1, block), EINVAL],
            ['fsync', yield* VOP_FSYNC(k, vp, 1, NOCRED), 0],
            ['pathconf of what nobody knows', yield* VOP_PATHCONF(k, vp, 99, block), EINVAL],
            ['pathconf', yield* VOP_PATHCONF(k, vp, 1, block), 0],
          ];
          for (const [name, answer, expected] of answers)
            u.assert(answer === expected, `${name}: ${answer}, not ${expected}`);
          u.assert(k.words[block] === 0x7fff, 'LINK_MAX');
          yield* kfree(k, M_TEMP, block);
          yield* vrele(k, vp);
        },
      },
      { search: { schedules: 1 } },
    ),
  );
});
