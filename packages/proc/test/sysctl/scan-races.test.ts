import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { processScenario } from '../../src/process-scenario.ts';
import { kinfoProcOf } from '../../src/sysctl/kinfo.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { enterpgrp } from '../../src/table/enterpgrp.ts';
import { P } from '../../src/table/proc.ts';
import { all, type ByHand, check, passes } from '../table/fixtures/by-hand.ts';
import { actAs, beside as together, mibOf, records, sysctlProgram } from './fixtures/sysctl-program.ts';

const SHOWALLPROCS = mibOf('security.ps_showallprocs');
const MIGRATES = mibOf('debug.ps_migrates');
const BATCH = mibOf('debug.ps_batch');
const ALL = mibOf('kern.proc.all');

interface Race {
  readonly asSeed?: readonly string[];
  readonly cpus?: number;
  readonly schedules?: number;
  readonly strategy?: string;
  readonly seed?: number;
}

/** Explores programs of which the first runs; what is wrong with them, '' if nothing is. */
function verdictOf(
  image: GeneratorImage,
  { asSeed = [], cpus = 2, schedules = 60, strategy = 'portfolio', seed = 1 }: Race,
): string {
  const programs = { '/bin/main': image, '/bin/true': TRUE };
  const scenario = processScenario('race', { cpus, asSeed }, programs);
  const { verdict, message, finding } = explore(scenario, { shrink: false, schedules, strategy, seed });
  if (['none', 'proved', 'nothing-concurrent'].includes(verdict)) return '';
  return [verdict, message, ...(finding?.details ?? [])].join('\n');
}

const TRUE: GeneratorImage = {
  *main(u: User) {
    yield* u.getpid();
    return 0;
  },
};

const word = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

/** All there is to ask about processes. */
function* look(u: User): Steps {
  const { result, bytes } = yield* u.__sysctl(ALL);
  u.assert(result === 0, `kern.proc.all: errno ${u.errno}`);
  const pids = kinfoProcOf(bytes).map((ki) => ki.kp_pid);
  const own = pids.filter((pid) => pid >= 0);
  u.assert(new Set(own).size === own.length, `a process is shown twice: ${own.join()}`);
  u.assert(own.includes(2), 'who is there all the time is shown');
  for (const pid of own.filter((each) => each > 2)) {
    for (const kind of [7, 8, 9, 17]) yield* u.__sysctl([1, 14, kind, pid]);
  }
}

/** A child looks while the parent does things with others. */
function beside(work: (u: User) => Steps, more: GeneratorImage = {}): GeneratorImage {
  return {
    *main(u: User) {
      const looker = yield* u.fork('looker');
      yield* work(u);
      yield* u.wait4(looker);
      return 0;
    },
    *looker(u: User) {
      yield* look(u);
      return 0;
    },
    ...more,
  };
}

const child: GeneratorImage = {
  *child(u: User) {
    yield* u.getpid();
    return 0;
  },
};

describe('kern.proc while processes change', () => {
  const CHANGES: Readonly<Record<string, GeneratorImage>> = {
    'fork, exit and are reaped': beside(function* (u) {
      for (let n = 0; n < 2; n++) yield* u.wait4(yield* u.fork('child'));
    }, child),
    'take other users': beside(
      function* (u) {
        yield* u.wait4(yield* u.fork('changer'));
      },
      {
        *changer(u: User) {
          yield* u.setuid(5);
          yield* u.setuid(5);
          return 0;
        },
      },
    ),
    'change groups and sessions': beside(
      function* (u) {
        const pid = yield* u.fork('mover');
        yield* u.setpgid(pid, pid);
        yield* u.wait4(pid);
      },
      {
        *mover(u: User) {
          yield* u.setpgid(0, 0);
          yield* u.setsid();
          return 0;
        },
      },
    ),
    'execute another image': beside(
      function* (u) {
        yield* u.wait4(yield* u.fork('execs'));
      },
      {
        *execs(u: User) {
          yield* u.execve('/bin/true');
          return 9;
        },
      },
    ),
    'have threads that come and go': beside(
      function* (u) {
        yield* u.wait4(yield* u.fork('threads'));
      },
      {
        *threads(u: User) {
          yield* u.lwp_create('thread');
          yield* u.getpid();
          return 0;
        },
        *thread(u: User) {
          yield* u.extexit();
          return 0;
        },
      },
    ),
  };
  for (const [what, image] of Object.entries(CHANGES)) {
    it(`shows each once and breaks nothing when they ${what}`, () => {
      assert.equal(verdictOf(image, {}), '');
    });
  }

  it('survives another look at the same time, in both forms and bit by bit', () => {
    for (const migrates of [0, 1]) {
      const image = beside(function* (u) {
        yield* u.__sysctl(MIGRATES, null, word(migrates));
        yield* u.__sysctl(BATCH, null, word(1));
        yield* look(u);
        yield* u.wait4(yield* u.fork('child'));
      }, child);
      assert.equal(verdictOf(image, { cpus: 3, schedules: 60 }), '', `migrates ${migrates}`);
    }
  });
});

/** Switches, and programs that fail with them and not without. */
const RACES: Readonly<Record<string, GeneratorImage>> = {
  'kern-proc-embryo': {
    *main(u: User) {
      const prisoner = yield* u.fork('prisoner');
      yield* u.wait4(yield* u.fork('child'));
      yield* u.wait4(prisoner);
      return 0;
    },
    *prisoner(u: User) {
      yield* u.jail('cell');
      for (let n = 0; n < 4; n++) yield* u.__sysctl([1, 14, 1, 4]);
      return 0;
    },
    ...child,
  },
  'ucred-replaced': {
    *main(u: User) {
      yield* u.__sysctl(SHOWALLPROCS, null, word(0));
      const looker = yield* u.fork('looker');
      yield* u.wait4(yield* u.fork('changer'));
      yield* u.wait4(looker);
      return 0;
    },
    *looker(u: User) {
      for (let n = 0; n < 3; n++) yield* u.__sysctl([1, 14, 5, 99]);
      return 0;
    },
    *changer(u: User) {
      for (const uid of [5, 6, 7]) yield* u.seteuid(uid);
      yield* u.seteuid(0);
      return 0;
    },
  },
  'pathname-unlocked': {
    *main(u: User) {
      const looker = yield* u.fork('looker');
      yield* u.wait4(yield* u.fork('child'));
      yield* u.wait4(looker);
      return 0;
    },
    *looker(u: User) {
      for (let n = 0; n < 4; n++) yield* u.__sysctl([1, 14, 9, 4]);
      return 0;
    },
    ...child,
  },
  'cwd-fdfree': {
    *main(u: User) {
      const looker = yield* u.fork('looker');
      yield* u.wait4(yield* u.fork('child'));
      yield* u.wait4(looker);
      return 0;
    },
    *looker(u: User) {
      for (let n = 0; n < 4; n++) yield* u.__sysctl([1, 14, 8, 4]);
      return 0;
    },
    ...child,
  },
  'args-hold-late': {
    *main(u: User) {
      const looker = yield* u.fork('looker');
      yield* u.wait4(yield* u.fork('child'));
      yield* u.wait4(looker);
      return 0;
    },
    *looker(u: User) {
      for (let n = 0; n < 4; n++) yield* u.__sysctl([1, 14, 7, 4]);
      return 0;
    },
    ...child,
  },
};

/** Seeds that find a race in some hundred schedules where the first takes thousands. */
const SEEDS: Readonly<Record<string, number>> = { 'ucred-replaced': 2 };

describe('fix switches of kern.proc', () => {
  for (const [id, image] of Object.entries(RACES)) {
    it(`${id}: what the seed does wrong is found, and is not there without it`, () => {
      const seed = SEEDS[id] ?? 1;
      const found = verdictOf(image, { asSeed: [id], schedules: 3000, strategy: 'pos', seed });
      assert.match(found, /^(use-after-free|null-dereference|panic)/);
      assert.equal(verdictOf(image, { schedules: 60 }), '');
    });
  }
});

describe('kern-proc-deref', () => {
  /** One process asks for a group while another leaves one, which is freed. */
  const leaving = (asSeed: readonly string[]): ReturnType<typeof sysctlProgram> => {
    let known: ByHand | null = null;
    const threads = {
      *looker(k: Context): Steps {
        actAs(k, known!.p(3));
        check(k, (yield* records(k, 'pgrp', 99)).length === 0, 'there is no such group');
        actAs(k, 0);
      },
      *leaver(k: Context): Steps {
        const p = known!.p(4);
        yield* k.gettoken(p + P.p_token);
        yield* enterpgrp(k, p, 6, 0);
        yield* k.reltoken(p + P.p_token);
      },
    };
    const rows = [{ pid: 0 }, { pid: 3 }, { pid: 6, sid: 6 }, { pid: 4, sid: 6, pgid: 5 }];
    return sysctlProgram('leaving', { rows, threads, asSeed }, function* (k, table) {
      known = table;
      yield* together(k, ['looker', 'leaver']);
    });
  };

  it('lets the scan read a group that was freed; without it every interleaving is safe', () => {
    // The group is freed under the token of its own bucket, which is not that of the process.
    assert.equal(
      explore(leaving(['kern-proc-deref']), { shrink: false, ...all(1) }).verdict,
      'use-after-free',
    );
    passes(leaving([]), all(1));
  });
});
