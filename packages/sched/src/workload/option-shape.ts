/**
 * Owns the checks of options that come as data: which names there are, and what each may be. What passes has
 * the type that the shape says.
 */
import { type Variate, variateOf, type VariateSpec } from './variate.ts';
import { WorkloadError } from './workload.ts';

/** What an option is: a law may also be written as a number or as data. */
interface KindTypes {
  /** A whole number from 1. */
  readonly count: number;
  /** A whole number from 0. */
  readonly whole: number;
  /** A number from 0: times and rates. */
  readonly number: number;
  /** A whole number from -20 to 19. */
  readonly nice: number;
  readonly flag: boolean;
  readonly text: string;
  readonly numbers: readonly number[];
  readonly law: VariateSpec;
}

export type OptionShape = Readonly<Record<string, keyof KindTypes>>;

/** Options of a shape. */
export type OptionsOf<S extends OptionShape> = { readonly [K in keyof S]?: KindTypes[S[K]] };

interface Rule {
  readonly needs: string;
  readonly isRight: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const isNice = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= -20 && Number(value) <= 19;

const RULES: Readonly<Record<Exclude<keyof KindTypes, 'law'>, Rule>> = {
  count: {
    needs: 'a whole number from 1',
    isRight: (value) => Number.isInteger(value) && Number(value) >= 1,
  },
  whole: {
    needs: 'a whole number from 0',
    isRight: (value) => Number.isInteger(value) && Number(value) >= 0,
  },
  number: { needs: 'a number from 0', isRight: isNumber },
  nice: { needs: 'a whole number from -20 to 19', isRight: isNice },
  flag: { needs: 'true or false', isRight: (value) => typeof value === 'boolean' },
  text: { needs: 'a text', isRight: (value) => typeof value === 'string' },
  numbers: {
    needs: 'a list of numbers from 0',
    isRight: (value) => Array.isArray(value) && value.every(isNumber),
  },
};

function checkOption(where: string, kind: keyof KindTypes, value: unknown): void {
  if (kind !== 'law') {
    const { needs, isRight } = RULES[kind];
    if (!isRight(value))
      throw new WorkloadError(`${where} is ${JSON.stringify(value) ?? String(value)}: ${needs} is needed`);
    return;
  }
  try {
    variateOf(value);
  } catch (error) {
    if (error instanceof WorkloadError) throw new WorkloadError(`${where}: ${error.message}`);
    throw error;
  }
}

/** Whether options are what a shape says; `what` names whose they are. An undefined one is as if left out. */
export function checkOptions<S extends OptionShape>(
  what: string,
  shape: S,
  options: Readonly<Record<string, unknown>>,
): OptionsOf<S> {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(shape, name))
      throw new WorkloadError(
        `${what} has no option "${name}": known are ${Object.keys(shape).join(', ') || 'none'}`,
      );
    if (value !== undefined) checkOption(`${what}: option "${name}"`, shape[name], value);
  }
  return options as OptionsOf<S>;
}

/** A law given as an option, or the one that it is by default. */
export function lawOf(given: VariateSpec | undefined, byDefault: Variate): Variate {
  return given === undefined ? byDefault : variateOf(given);
}
