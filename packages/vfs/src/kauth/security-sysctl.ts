/**
 * Owns the entries of kauth in the sysctl tree: kern.securelevel (secmodel_securelevel.c), and the curtain of
 * secmodel_extensions.c as security.curtain and security.models.extensions.curtain. Everybody may read them;
 * who may set them to what is decided where they are. Constant data, the same in every realm.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { curproc, kern } from '@smplab/proc';
import { isDrawn, sysctl_curtain } from './curtain.ts';
import { securelevel, sysctl_securelevel } from './securelevel.ts';

const {
  CTL_KERN,
  CTLFLAG_RW,
  CTLTYPE_INT,
  proc_ucred_drop,
  proc_ucred_hold,
  sysctl_handle_value,
  sysctlNode,
  sysctlProc,
} = kern;

const KERN_SECURELVL = 9;
/** Out of the way of what is numbered automatically. */
const SECURITY = 0x200;
const CURTAIN = 0x200;
const MODELS = 0x201;
const EXTENSIONS = 0x202;

type Set = (k: Context, cred: number, value: number) => Steps<number>;

/** An entry that is read at once, and set by those who may. */
function entry(
  number: number,
  name: string,
  read: (k: Context) => number,
  set: Set,
  what: string,
): kern.SysctlOid {
  return sysctlProc(
    number,
    name,
    CTLTYPE_INT | CTLFLAG_RW,
    function* (k, _oid, _name, req) {
      const { error, written } = yield* sysctl_handle_value(k, req, read(k));
      if (written === null) return error;
      const cred = yield* proc_ucred_hold(k, curproc(k));
      const refused = yield* set(k, cred, written);
      yield* proc_ucred_drop(k, cred);
      return refused;
    },
    'I',
    what,
  );
}

function curtain(): kern.SysctlOid {
  const read = (k: Context): number => (isDrawn(k) ? 1 : 0);
  const what = 'Curtain information about objects to users not owning them';
  return entry(CURTAIN, 'curtain', read, sysctl_curtain, what);
}

export const SECURITY_SYSCTLS: readonly kern.SysctlOid[] = [
  sysctlNode(CTL_KERN, 'kern', CTLFLAG_RW, 'High kernel', [
    entry(KERN_SECURELVL, 'securelevel', securelevel, sysctl_securelevel, 'System security level'),
  ]),
  sysctlNode(SECURITY, 'security', CTLFLAG_RW, 'Security', [
    curtain(),
    sysctlNode(MODELS, 'models', CTLFLAG_RW, 'Security models', [
      sysctlNode(EXTENSIONS, 'extensions', CTLFLAG_RW, 'Extensions', [curtain()]),
    ]),
  ]),
];
