import { describe, it } from 'mocha';
import { EBUSY, EINVAL, EOPNOTSUPP, kern, textImage } from '@smplab/proc';
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { PFS } from '../../src/node/node-types.ts';
import { REGS_BYTES } from '../../src/io/regs.ts';
import { bytesOf, type Nodes, transfers, wordsOf } from './transfer-program.ts';

const { PT_ATTACH, PT_CONTINUE, PT_HERE, TF_PC } = kern;
const SIGKILL = 9;
const SIGSTOP = 17;
const SIGCONT = 19;

/** Counts in two registers, which are therefore equal, or r1 is one ahead. */
const COUNTER = `
  main: li r1, 0
        li r2, 0
  loop: addi r1, r1, 1
        addi r2, r2, 1
        jmp loop
  out:  li r1, 5
        sys exit`;
const { loop, out } = textImage(COUNTER).symbols;
const texts = { '/bin/counter': COUNTER };

function* child(u: VfsUser): Steps {
  yield* u.execve('/bin/counter');
}

/** The child counts. */
function* counter(u: VfsUser, nodes: Nodes): Steps<number> {
  const pid = yield* u.fork('child');
  for (let pc = 0; pc < loop;) {
    yield* u.sched_yield();
    // While it execs there is no answer.
    pc = wordsOf(yield* nodes.read(u, PFS.regs, pid, REGS_BYTES))[TF_PC] ?? 0;
  }
  return pid;
}

/** What the registers of a counter are between two instructions. */
function check(u: VfsUser, registers: Int32Array): void {
  const [, r1, r2] = registers;
  const ahead = registers[TF_PC] === loop + 4 ? 1 : 0;
  u.assert(r1 - r2 === ahead, `torn: r1 ${r1}, r2 ${r2}, pc ${registers[TF_PC] - loop}`);
}

/** Reads the registers of a process that runs on another CPU. */
const watching = {
  child,
  *main(u: VfsUser, nodes: Nodes) {
    const pid = yield* counter(u, nodes);
    for (let left = 3; left > 0; left--) check(u, wordsOf(yield* nodes.read(u, PFS.regs, pid, REGS_BYTES)));
    yield* u.kill(pid, SIGKILL);
    yield* u.wait4(pid);
  },
};

describe('regs', () => {
  it(
    'are what they were between two instructions, though the process runs',
    transfers('regs', watching, { texts }),
  );

  it(
    'are torn on a machine with several CPUs if nobody synchronises them (asSeed procfs-torn-regs)',
    transfers('torn', watching, { texts, asSeed: ['procfs-torn-regs'], search: { expects: 'assertion' } }),
  );

  it(
    'are written while the process is stopped, and only then',
    transfers(
      'written',
      {
        child,
        *main(u, nodes) {
          const pid = yield* counter(u, nodes);
          u.assert((yield* nodes.write(u, PFS.regs, pid, bytesOf(0, 7))) === EBUSY, 'it runs');
          yield* u.ptrace(PT_ATTACH, pid);
          yield* u.wait4(pid);
          check(u, wordsOf(yield* nodes.read(u, PFS.regs, pid, 1000)));
          u.assert((yield* nodes.write(u, PFS.regs, pid, bytesOf(7), 4)) === 0, 'r1 by itself');
          u.assert(wordsOf(yield* nodes.read(u, PFS.regs, pid, 4, 4))[0] === 7, 'r1 is 7');
          u.assert((yield* nodes.read(u, PFS.regs, pid, 4, REGS_BYTES + 1)) === EINVAL, 'behind the end');
          u.assert((yield* nodes.write(u, PFS.regs, pid, bytesOf(out), 4 * TF_PC)) === 0, 'pc');
          yield* u.ptrace(PT_CONTINUE, pid, PT_HERE);
          u.assert((yield* u.wait4(pid)).status === 5 << 8, 'it has jumped');
        },
      },
      { texts },
    ),
  );

  /** Somebody continues a process that was stopped, while another writes a register it does not use. */
  const continued = {
    child,
    *continuer(u: VfsUser, _nodes: Nodes, pid: number) {
      yield* u.kill(pid, SIGCONT);
    },
    *main(u: VfsUser, nodes: Nodes) {
      const pid = yield* counter(u, nodes);
      yield* u.kill(pid, SIGSTOP);
      yield* nodes.write(u, PFS.ctl, pid, 'wait');
      const continuer = yield* u.fork('continuer', pid);
      for (let answer = 0; answer === 0;) {
        answer = yield* nodes.write(u, PFS.regs, pid, bytesOf(7), 4 * 5);
        u.assert(answer === 0 || answer === EBUSY, `${answer}`);
        yield* u.sched_yield();
      }
      check(u, wordsOf(yield* nodes.read(u, PFS.regs, pid, REGS_BYTES)));
      yield* u.kill(pid, SIGKILL);
      yield* u.wait4(continuer);
      yield* u.wait4(pid);
    },
  };

  it('are written before the process goes on, or not at all', transfers('frozen', continued, { texts }));

  it(
    'are written while it runs if it goes on after the look at its state (asSeed procfs-unfrozen-regs)',
    transfers('unfrozen', continued, {
      texts,
      asSeed: ['procfs-unfrozen-regs'],
      cpus: 3,
      search: { expects: 'assertion', schedules: 100 },
    }),
  );

  it(
    'are all there are: no others, and notes are delivered nowhere',
    transfers('absent', {
      *main(u, nodes) {
        const own = yield* u.getpid();
        u.assert((yield* nodes.read(u, PFS.fpregs, own, 8)) === EOPNOTSUPP, 'fpregs');
        u.assert((yield* nodes.read(u, PFS.dbregs, own, 8)) === EOPNOTSUPP, 'dbregs');
      },
    }),
  );
});
