/**
 * Owns struct views of kernel memory for kernel code: views of kmem whose accesses go through the checks of
 * `k.get` and `k.set`. They see the memory through a Memory object of their own, which tells every access;
 * what a view refuses is a finding. One for each context.
 */
import {
  AccessClass,
  type AccessClassNumber,
  AccessKind,
  type AccessKindNumber,
  type AccessObserver,
  type FieldType,
  type FieldTypes,
  KernelPanic,
  KmemError,
  Memory,
  type Struct,
  type StructLayout,
  type StructView,
  type ViewOf,
} from '@smplab/kmem';
import type { Context } from '@smplab/lwkt';
import { checkedText, checkedUnsigned } from './argument.ts';

const WORDS: ReadonlySet<string> = new Set(['int32', 'uint32', 'flags', 'pointer']);

export class KernelViews implements AccessObserver {
  readonly #prototypes = new Map<StructLayout, object>();
  #memory: Memory | null = null;

  constructor(readonly context: Context) {}

  /** Reports name the words of blocks of the type by the fields of the struct. */
  know<N extends string, F extends FieldTypes>(struct: Struct<N, F>, type: string): void {
    this.context.kernel.structs.set(type, struct);
  }

  view<N extends string, F extends FieldTypes>(struct: Struct<N, F>, pointer: number): ViewOf<N, F> {
    const view = struct.view(this.#attached());
    let prototype = this.#prototypes.get(struct);
    if (prototype === undefined) {
      prototype = this.#checking(struct, Object.getPrototypeOf(view) as object);
      this.#prototypes.set(struct, prototype);
    }
    Object.setPrototypeOf(view, prototype);
    return view.at(pointer as never);
  }

  /** Of words, plain text and bytes, just before they are touched; what is written is not known yet. */
  onAccess(kind: AccessKindNumber, word: number, accessClass: AccessClassNumber): void {
    const { context } = this;
    if (accessClass >= AccessClass.relaxed) this.#refuse(accessClass, 'a field', 'its address');
    if (kind === AccessKind.read) context.get(word);
    else context.set(word, context.words[word]);
  }

  #attached(): Memory {
    const { context } = this;
    const { buffer } = context.kernel.memory;
    if (this.#memory?.buffer === buffer) return this.#memory;
    const memory = Memory.attach(buffer);
    memory.observer = this;
    // A thread may move, under some drivers.
    Object.defineProperty(memory, 'currentCpu', { get: () => context.cpu.cpuid });
    this.#memory = memory;
    return memory;
  }

  /** The properties of a view, each with the checks around it. */
  #checking({ name, fields }: StructLayout, views: object): object {
    const { context } = this;
    const checking = Object.create(views) as object;
    for (const [field, property] of Object.entries(Object.getOwnPropertyDescriptors(views))) {
      if (property.get !== undefined) this.#check(checking, [name, field], fields[field], property);
    }
    const move = (pointer: number, run: () => StructView): StructView => {
      if (Number.isInteger(pointer)) return this.#guarded(run);
      const what = `view of ${name}: ${String(pointer)} is no address: addresses are word numbers`;
      return context.misuse('scenario-misuse', what);
    };
    Object.defineProperty(checking, 'at', {
      value(this: StructView, pointer: number): StructView {
        return move(pointer, () => (views as StructView).at.call(this, pointer as never));
      },
    });
    return checking;
  }

  /** One property. */
  #check(
    checking: object,
    [name, field]: readonly [string, string],
    type: FieldType | undefined,
    property: PropertyDescriptor,
  ): void {
    const what = `${name}.${field}`;
    const accessClass = AccessClass[type?.access ?? 'plain'];
    const check = valueCheck(this.context, type, what);
    const run = <T>(work: () => T): T => {
      if (accessClass >= AccessClass.relaxed) {
        this.#refuse(accessClass, what, `addressOf(pointer, '${field}')`);
      }
      return this.#guarded(work);
    };
    Object.defineProperty(checking, field, {
      enumerable: true,
      get(this: StructView): unknown {
        return run(() => property.get?.call(this) as unknown);
      },
      ...(property.set && {
        set(this: StructView, value: unknown): void {
          run(() => property.set?.call(this, check(value)));
        },
      }),
    });
  }

  /** What kmem refuses is a finding, with nothing for a `catch` to hide. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof KernelPanic) return this.context.panic(plain(error));
      if (error instanceof KmemError) {
        return this.context.misuse(
          error.code === 'EFAULT' ? 'null-dereference' : 'scenario-misuse',
          plain(error),
        );
      }
      throw error;
    }
  }

  #refuse(accessClass: AccessClassNumber, what: string, address: string): never {
    const [kind, load] =
      accessClass === AccessClass.atomic ? ['atomic', 'atomic_load_acq_int'] : ['relaxed', 'atomic_load_int'];
    return this.context.misuse(
      'scenario-misuse',
      `${what} is ${kind}, which is a step: yield* k.${load}(address) or another operation on ${address}`,
    );
  }
}

/** Its message without what the verdict says already. */
function plain({ message }: Error): string {
  return message.replace(/^(?:panic|E[A-Z]+): /, '');
}

/** Gives a value that may be assigned to the field back, and refuses others. */
function valueCheck(context: Context, type: FieldType | undefined, what: string): (value: unknown) => never {
  if (type !== undefined && WORDS.has(type.kind))
    return (value) => checkedUnsigned(context, value, what) as never;
  if (type?.kind === 'cstring')
    return (value) => (value === '' ? value : checkedText(context, value, what)) as never;
  return (value) => value as never;
}
