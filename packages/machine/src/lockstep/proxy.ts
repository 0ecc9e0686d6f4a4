/**
 * Owns the conductor's picture of a strand that lives in the worker of its CPU: a pending operation as
 * published, and a step that passes the turn to that worker and takes over what it published. Runs in the
 * conductor.
 */
import {
  kindOf,
  Operation,
  type OperationKind,
  OTHER_STEPPED,
  RunStopped,
  Strand,
  type Verdict,
  VERDICTS,
} from '@smplab/explore';
import {
  COMMAND_STEP,
  type PendingImage,
  PUBLISHED_CHOICE,
  PUBLISHED_FAILURE,
  PUBLISHED_LOST,
  type Stage,
  type StepImage,
} from './stage.ts';

/** The CPU of a proxy, as the conductor knows it. */
export interface ProxyCpu {
  readonly stage: Stage;
  readonly cpuid: number;
  /** Takes over the strands as published. */
  refresh(): void;
}

/** A number of steps no run makes. */
const NEVER = 0x7fffffff;

export class ProxyStrand extends Strand {
  override isBackground = false;
  cpu!: ProxyCpu;
  /** Its number in the worker. */
  number = 0;
  td = 0;
  readonly #operations = [new Operation(this.execution, this), new Operation(this.execution, this)];
  #next = 0;

  begin(cpu: ProxyCpu, number: number, td: number, isBackground: boolean): void {
    this.cpu = cpu;
    this.number = number;
    this.td = td;
    this.isBackground = isBackground;
    this.group = cpu.cpuid;
  }

  /** Takes over a published operation. */
  take(image: PendingImage | null): void {
    if (image === null) {
      this.pending = null;
      return;
    }
    const operation = this.#operations[this.#next];
    this.#next = 1 - this.#next;
    operation.set(proxyKind(image.kind), null, image.location, 0, 0);
    operation.waitFor(image.waitLocation, image.comparison, image.waitValue, image.waitMask);
    // What comes only when nothing else can has no condition on words.
    if (image.comparison === OTHER_STEPPED) operation.a = NEVER;
    operation.alternatives = image.alternatives.length === 0 ? null : [...image.alternatives];
    this.pending = operation;
  }

  override step(): void {
    const { stage } = this.cpu;
    const { execution } = this;
    let published = stage.command(COMMAND_STEP, this.number);
    while (published === PUBLISHED_CHOICE) published = stage.answer(execution.choose(stage.choiceCount));
    if (published === PUBLISHED_LOST) {
      const what = `cpu${this.cpu.cpuid} died, or did not come back, in the step of ${this.path}`;
      execution.stop('panic', what);
    }
    const { step } = stage;
    if (step.completed) this.#record(step);
    if (published === PUBLISHED_FAILURE) this.#fail(stage.text);
    this.cpu.refresh();
  }

  /** Writes the step into the conductor's trace. */
  #record(step: StepImage): void {
    const operation = this.pending as Operation;
    operation.a = step.value;
    operation.location = step.location;
    operation.perform();
  }

  #fail(text: string): never {
    this.execution.fail(...failureOf(text), { strand: this.path, stack: null });
    throw new RunStopped();
  }
}

/** Verdict and message of a published failure. */
export function failureOf(text: string): [Verdict, string] {
  const [verdict, ...lines] = text.split('\n');
  const known = VERDICTS.includes(verdict as Verdict) ? (verdict as Verdict) : 'panic';
  return [known, lines.join('\n')];
}

const PROXIES = new Map<number, OperationKind>();

/** A kind with the code and access of the real one, whose step was made elsewhere. */
function proxyKind(code: number): OperationKind {
  let kind = PROXIES.get(code);
  if (kind !== undefined) return kind;
  const real = kindOf(code);
  if (real === undefined) throw new Error(`lockstep: a worker published the unknown operation kind ${code}`);
  kind = { ...real, perform: (_execution, operation) => operation.a };
  PROXIES.set(code, kind);
  return kind;
}
