/**
 * Owns the link between the terminal this process runs on, or the files and pipes in its place, and the
 * console of a live machine. On a terminal every key goes to the machine, whose own line discipline echoes
 * and signals; ^\ ends the machine. Gives the terminal back as it was, however this ends.
 *
 *     stdin -> keys -> HostTerminal -> console of the machine -> HostTerminal -> stdout
 */
import type { LiveMachine } from '@smplab/machine';
import { HostTerminal, TTY_VECTOR } from '@smplab/proc';

/** ^\: the way out that no program of the machine can take. */
const ESCAPE = 0x1c;
const RETURN = 0x0d;
const NEWLINE = 0x0a;
const CONSOLE = 'console';
const WAIT_MS = 50;
/** While the machine does not take keys as fast as they come. */
const BUSY_MS = 2;

/** What of a machine is needed. */
type Machine = Pick<LiveMachine, 'memory' | 'interrupt' | 'halt'>;

/** What the console is linked to. */
export interface ConsoleStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Whether somebody sits at both ends. */
export function isScreen({ input, output }: ConsoleStreams): boolean {
  return input.isTTY && output.isTTY;
}

export class ConsoleLink {
  #terminal: HostTerminal | null = null;
  #isEscaped = false;
  #isRaw = false;
  readonly #decoder = new TextDecoder();
  #kept = '';

  constructor(
    readonly streams: ConsoleStreams,
    /** Keeps what the console shows, in place of writing it. */
    readonly keeps = false,
  ) {}

  /** The machine was ended by the escape key. */
  get isEscaped(): boolean {
    return this.#isEscaped;
  }

  /** What the console has shown, if it was kept. */
  get kept(): string {
    return this.#kept;
  }

  /** Links the console; to be called when the machine has booted, before it runs. */
  open(machine: Machine): void {
    const { input, output } = this.streams;
    const raise = (): void => machine.interrupt(0, TTY_VECTOR);
    if (!isScreen(this.streams)) {
      const terminal = new HostTerminal(machine.memory, CONSOLE, raise, { isPipe: true });
      this.#terminal = terminal;
      input.on('data', this.#piped);
      input.on('end', this.#ended);
      input.on('error', this.#ended);
      return;
    }
    const { rows, columns } = output;
    this.#terminal = new HostTerminal(machine.memory, CONSOLE, raise, { rows, columns });
    this.#typed = (keys) => this.#key(keys, machine);
    output.on('resize', this.#resized);
    process.on('exit', this.#restore);
    input.setRawMode(true);
    this.#isRaw = true;
    input.on('data', this.#typed);
  }

  /** Links only what the console shows, if there is one: it keeps the modes that programs expect. */
  watch(machine: Machine): void {
    if (!HostTerminal.isIn(machine.memory)) return;
    this.#terminal = new HostTerminal(machine.memory, CONSOLE, () => machine.interrupt(0, TTY_VECTOR));
  }

  /** Passes on what the machine shows until it has ended, and after that what is left. */
  async drain(ended: Promise<unknown>): Promise<void> {
    const running = { is: true };
    const end = ended.finally(() => (running.is = false)).catch(() => undefined);
    while (running.is) {
      const terminal = this.#terminal;
      if (terminal === null) await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
      else {
        await this.#show(terminal);
        // The wait does not keep this process alive: the machine does.
        await Promise.race([end, terminal.output(terminal.isBehind ? BUSY_MS : WAIT_MS)]);
      }
    }
    if (this.#terminal !== null) await this.#show(this.#terminal);
  }

  /** Gives the terminal back. */
  close(): void {
    const { input, output } = this.streams;
    for (const listener of [this.#piped, this.#typed]) input.off('data', listener);
    input.off('end', this.#ended);
    input.off('error', this.#ended);
    output.off('resize', this.#resized);
    this.#restore();
    process.off('exit', this.#restore);
    input.pause();
  }

  /** Writes what there is, and waits until it is out: a slow reader slows the programs down. */
  async #show(terminal: HostTerminal): Promise<void> {
    const taken = terminal.take();
    if (taken.length === 0) return;
    // Lines end with a line feed alone in files and pipes, and this terminal adds the return itself.
    const bytes = taken.filter((byte, at) => byte !== RETURN || taken[at + 1] !== NEWLINE);
    if (this.keeps) {
      this.#kept += this.#decoder.decode(bytes, { stream: true });
      return;
    }
    await new Promise((resolve) => this.streams.output.write(bytes, resolve));
  }

  #key(keys: Uint8Array, machine: Machine): void {
    if (!keys.includes(ESCAPE)) {
      this.#terminal?.type(keys);
      return;
    }
    this.#isEscaped = true;
    machine.halt();
  }

  #typed: (keys: Uint8Array) => void = () => undefined;
  readonly #piped = (bytes: Uint8Array): void => this.#terminal?.type(bytes);
  readonly #ended = (): void => this.#terminal?.end();
  readonly #resized = (): void => {
    const { rows, columns } = this.streams.output;
    this.#terminal?.resize(rows, columns);
  };

  readonly #restore = (): void => {
    if (this.#isRaw) this.streams.input.setRawMode(false);
    this.#isRaw = false;
  };
}
