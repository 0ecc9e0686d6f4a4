/**
 * Owns the grammar of the command line: commands, options, help. What a command does is loaded when it runs,
 * so that `smplab --help` and a refusal cost nothing else. Gives the exit status; ends no process.
 */
import { Command, CommanderError, Option } from 'commander';
import { addExploreOptions, type ExploreFlags, WATCHDOG_SECONDS } from './commands/explore-options.ts';
import { oneOf, seconds, whole } from './option-value.ts';
import { Refusal, STATUS } from './refusal.ts';

/** Commands of contracts.md that come in later versions. */
const LATER = ['litmus'];

type Finish = (status: number) => void;

const example = (...lines: string[]): string =>
  `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

function addExplore(program: Command, finish: Finish): void {
  const command = program
    .command('explore')
    .summary('search the interleavings of scenarios')
    .description('Searches interleavings of each scenario until one fails, and shows that one, made short.')
    .argument(
      '<file or catalogue name...>',
      'scenario files (.ts .mts .js .mjs, anywhere) and names of "smplab list"',
    );
  addExploreOptions(command)
    .addHelpText(
      'after',
      example('smplab explore my-queue.ts --schedules 50000', 'smplab explore deadlock01 --json'),
    )
    .addHelpText(
      'after',
      'Exit status: 0 nothing found, 1 a finding, 2 wrong call or input, 3 smplab failed.',
    )
    .action(async (names: string[], flags: ExploreFlags) => {
      const { explore } = await import('./commands/explore.ts');
      finish(await explore(names, flags));
    });
}

function addReplay(program: Command, finish: Finish): void {
  program
    .command('replay')
    .summary('run one recorded schedule again')
    .description('Runs a recorded schedule again, exactly, and shows what happens.')
    .argument('<schedule text or file>', 'the text that a finding printed, or a file with it')
    .argument('[scenario file]', 'where the scenario is now, if not where it was')
    .option('--json', 'print one JSON value and nothing else')
    .option('--out <DIR>', 'write schedule, trace and report files')
    .addOption(
      new Option('--watchdog <SECONDS>', 'give up on a scenario that makes no step')
        .argParser(seconds)
        .default(WATCHDOG_SECONDS),
    )
    .addHelpText(
      'after',
      example('smplab replay v1:8JqA...', 'smplab replay out/lost-update.schedule moved/here.ts'),
    )
    .action(async (text: string, file: string | undefined, flags) => {
      const { replay } = await import('./commands/replay.ts');
      finish(await replay(text, file, flags as Parameters<typeof replay>[2]));
    });
}

function addList(program: Command, finish: Finish): void {
  program
    .command('list')
    .summary('show the catalogue')
    .description('Shows the scenarios of the catalogue: name, what it shows, where it comes from.')
    .argument('[word]', 'only those that have the word in them')
    .option('--json', 'print one JSON value and nothing else')
    .addHelpText('after', example('smplab list', 'smplab list CVE'))
    .action(async (word: string | undefined, flags: { json?: boolean }) => {
      const { list } = await import('./commands/list.ts');
      finish(await list(word, flags));
    });
}

function addInspect(program: Command, finish: Finish): void {
  program
    .command('inspect')
    .summary('take a crash dump apart')
    .description(
      'Shows why a machine was dumped, and its CPUs, threads, tokens, queues, memory, last ' +
        'events, processes.\n' +
        'With options that name parts, only those.',
    )
    .argument('<dump>', 'the file that the machine wrote when it crashed')
    .option('--json', 'print one JSON value and nothing else')
    .addOption(new Option('--cpu <N>', 'only what concerns this CPU').argParser(whole(0, 63)))
    .option('--cpus', 'state, requests and counters of the CPUs')
    .option('--threads', 'the threads of each CPU: what they wait for, which tokens they hold and want')
    .option('--tokens', 'tokens in use: state, owner, who waits')
    .option('--messages', 'messages between CPUs that were not taken')
    .option('--sleepers', 'the sleep queues')
    .option('--memory', 'kernel memory by type, and what is damaged')
    .option('--events', 'the last events of each CPU')
    .option('--processes', 'the process table: ids, state, holds, what each sleeps for')
    .option('--pgrpdump', 'process groups with their members (not shown unless asked for)')
    .addHelpText(
      'after',
      example(
        'smplab inspect crash.kdump',
        'smplab inspect crash.kdump --cpu 1 --threads',
        'smplab inspect crash.kdump --processes',
      ),
    )
    .action(async (path: string, flags) => {
      const { inspect } = await import('./commands/inspect.ts');
      finish(await inspect(path, flags as Parameters<typeof inspect>[1]));
    });
}

/** `words` are those after `--`; null without it. */
function addBoot(program: Command, words: readonly string[] | null, finish: Finish): void {
  program
    .command('boot')
    .summary('boot a machine: a shell, a program, a scenario')
    .description(
      'Boots the kernel, live on a worker thread for each CPU, with a shell and its programs: at a\n' +
        'terminal an interactive one with history and job control (exit or ^D leaves, ^\\ ends the\n' +
        'machine); else it takes its lines from stdin. -c or words after -- run one command: ls, ps,\n' +
        'top, mount, sysctl, storm ... With a file or a name it runs that scenario instead, or the\n' +
        'built-in stress of tokens, wakeups, messages, timeouts and kmalloc, and prints what each CPU did.',
    )
    .usage('[options] [file, catalogue name or "stress"] | -c <COMMAND> | -- <PROGRAM> [arguments]')
    .argument(
      '[file or name]',
      'a file that exports a machineScenario or processScenario, a name of "smplab list", or "stress"',
    )
    .option('-c <COMMAND>', 'run this line of the shell, and end with its exit status')
    .option('--verbose', 'say on stderr what each CPU did, after the shell has ended')
    .addOption(
      new Option('--cpus <N>', 'CPUs, 1 to 64 (default: those of the scenario, else 2)').argParser(
        whole(1, 64),
      ),
    )
    .addOption(
      new Option('--driver <live|lockstep|explore|simulate>', 'who resumes the CPUs')
        .argParser(oneOf(['live', 'lockstep', 'explore', 'simulate']))
        .default('live'),
    )
    .option('--scenario <NAME>', 'which one, if the file has several')
    .addOption(
      new Option('--seed <S>', 'of choose(), and of the strategy')
        .argParser(whole(0, Number.MAX_SAFE_INTEGER))
        .default(1),
    )
    .option('--strategy <NAME>', 'who moves, under explore and lockstep (default: random)')
    .addOption(
      new Option(
        '--time-limit <SECONDS>',
        'stop after this time, of the machine under simulate; for the stress, how long (default: 3)',
      ).argParser(seconds),
    )
    .option('--as-seed <ID,...|all>', 'run the historical code')
    .option('--trace <FILE>', 'record what a scenario or the stress does, for "smplab export"')
    .option('--export <DIR>', 'keep a snapshot of the processes there, as /proc of Linux has them')
    .option('--out <DIR>', 'where a crash dump goes (default: here)')
    .option('--json', 'print one JSON value and nothing else')
    .addHelpText(
      'after',
      example(
        'smplab boot',
        'smplab boot -c "ps -ax"',
        'smplab boot --cpus 2 -- storm -s 10',
        'smplab boot stress --cpus 4',
        'smplab boot my-kernel-test.ts --time-limit 10',
      ),
    )
    .addHelpText(
      'after',
      'Exit status of a scenario: 0 halted, 1 the machine failed, 2 wrong call or input, 3 smplab failed.\n' +
        'Of the shell and of commands: their own (127: not found; 128 and the signal for one that was\n' +
        'killed), 1 and a report on stderr if the machine failed, 124 for --time-limit, 130 if it was\n' +
        'ended from outside.',
    )
    .action(async (name: string | undefined, flags) => {
      const { boot } = await import('./commands/boot.ts');
      finish(await boot(name, words, flags as Parameters<typeof boot>[2]));
    });
}

function addExport(program: Command, finish: Finish): void {
  program
    .command('export')
    .summary('write a trace for other tools, or as lanes')
    .description(
      'Writes a trace for Perfetto, KernelShark and other tools, or shows it as lanes, one for each CPU:\n' +
        'a saved trace, or what "smplab explore --json" or --out has kept of a finding.',
    )
    .argument('<trace>', 'the file, or - for stdin')
    .addOption(
      new Option('--format <FORMAT>', 'perfetto, trace.dat, ftrace, chrome or text')
        .argParser(oneOf(['perfetto', 'trace.dat', 'ftrace', 'chrome', 'text']))
        .default('text'),
    )
    .option('--out <FILE>', 'write there, not to stdout')
    .option('--scenario <NAME>', 'which one, if the file has several')
    .option('--threads', 'with text: a lane for each thread too, with its states')
    .option('--ascii', 'with text: no characters but those of ASCII')
    .addHelpText(
      'after',
      example(
        'smplab explore deadlock01 --out found',
        'smplab export found/deadlock01.trace.json --format perfetto --out deadlock01.perfetto',
        'smplab explore deadlock01 --json | smplab export - --threads',
      ),
    )
    .action(async (source: string, flags) => {
      const { exportTrace } = await import('./commands/export.ts');
      finish(await exportTrace(source, flags as Parameters<typeof exportTrace>[1]));
    });
}

function addExperiment(program: Command, finish: Finish): void {
  program
    .command('experiment')
    .summary('run a scheduling experiment in virtual time')
    .description(
      'Runs every combination of the levels of an experiment, several times each, and\n' +
        'shows what came of it: latencies, throughput, fairness and more with confidence\n' +
        'intervals, and what differs.',
    )
    .argument(
      '<file>',
      'the experiment: TypeScript or JavaScript with "export default experiment({ ... })", or JSON',
    )
    .addOption(
      new Option(
        '--repetitions <N>',
        'runs of each combination (default: what the file says, else 5)',
      ).argParser(whole(1, 10_000)),
    )
    .addOption(
      new Option('--seed <S>', 'of the first repetition (default: what the file says, else 1)').argParser(
        whole(0, 2 ** 31),
      ),
    )
    .addOption(new Option('--duration <SECONDS>', 'virtual time of a run').argParser(seconds))
    .addOption(
      new Option('--only <FACTOR=LEVEL>', 'only runs with this level; several times for several')
        .argParser<readonly string[]>((text, before) => [...before, text])
        .default([], 'all'),
    )
    .addOption(new Option('--workers <W>', 'worker threads (default: the cores)').argParser(whole(1, 256)))
    .option('--list', 'show the runs that it comes to, and make none')
    .option('--json', 'print one JSON value and nothing else')
    .option('--csv', 'print a line for each value of each run')
    .option('--report <DIR>', 'write report.html, data.csv and the spec there')
    .option('--trace <FILE>', 'record the first run; "smplab export" makes timelines of it')
    .addHelpText(
      'after',
      example(
        'smplab experiment policies.ts',
        'smplab experiment policies.ts --only policy=cfs --repetitions 20 --report out',
        'smplab experiment policies.json --csv > data.csv',
      ),
    )
    .addHelpText(
      'after',
      'Exit status: 0 done, 1 a task starved, time stood still or a policy broke the rules, 2 wrong call\n' +
        'or input, 3 smplab failed.',
    )
    .action(async (file: string, flags) => {
      const { experiment } = await import('./commands/experiment.ts');
      finish(await experiment(file, flags as Parameters<typeof experiment>[1]));
    });
}

function addBench(program: Command, finish: Finish): void {
  program
    .command('bench')
    .summary('measure this smplab')
    .description(
      'Runs the benchmark. explore: schedules and steps per CPU second, and how soon a bug is found;\n' +
        'lwkt: what tokens, switches, wakeups and messages of the kernel cost live, and explored.',
    )
    .argument('[area]', 'only this area: explore or lwkt')
    .option('--json', 'print one JSON value and nothing else')
    .addOption(new Option('--quick', 'a few seconds instead of minutes, for a rough look').default(false))
    .addHelpText('after', example('smplab bench', 'smplab bench lwkt --json'))
    .action(async (area: string | undefined, flags: { json?: boolean; quick: boolean }) => {
      const { bench } = await import('./commands/bench.ts');
      finish(await bench(area, flags));
    });
}

function addDemo(program: Command, finish: Finish): void {
  program
    .command('demo')
    .summary('find a few published bugs')
    .description('Finds a few published concurrency bugs, shows each, and proves one mended program.')
    .addOption(new Option('--workers <W>', 'worker threads (default: the cores)').argParser(whole(1, 256)))
    .addHelpText('after', example('smplab demo'))
    .action(async (flags: { workers?: number }) => {
      const { demo } = await import('./commands/demo.ts');
      finish(await demo(flags));
    });
}

/** The whole command; `finish` gets the exit status of the command that ran. */
function createProgram(version: string, words: readonly string[] | null, finish: Finish): Command {
  const program = new Command('smplab')
    .description(
      'Finds the interleaving that breaks concurrent code, makes it short, and replays it for ever.',
    )
    .version(version, '-V, --version')
    .addHelpText('after', example('smplab explore my-queue.ts', 'smplab demo'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  addExplore(program, finish);
  addReplay(program, finish);
  addList(program, finish);
  addBoot(program, words, finish);
  addInspect(program, finish);
  addExport(program, finish);
  addExperiment(program, finish);
  addBench(program, finish);
  addDemo(program, finish);
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  return program;
}

/** Runs the command with the arguments after `smplab`; gives the exit status. Errors are thrown. */
export async function run(argumentsGiven: readonly string[], version: string): Promise<number> {
  const [first] = argumentsGiven;
  if (first !== undefined && LATER.includes(first)) {
    throw new Refusal(`${first} is not available in this version`);
  }
  let status: number = STATUS.clean;
  const end = first === 'boot' ? argumentsGiven.indexOf('--') : -1;
  const words = end < 0 ? null : argumentsGiven.slice(end + 1);
  const program = createProgram(version, words, (given) => {
    status = given;
  });
  if (first === undefined) throw new Refusal('which command? "smplab --help" shows them; try "smplab demo"');
  try {
    await program.parseAsync(argumentsGiven.slice(0, end < 0 ? undefined : end), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return STATUS.clean;
    throw new Refusal(error.message.replace(/^error: /, ''));
  }
  return status;
}
