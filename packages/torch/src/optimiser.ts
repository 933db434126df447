/**
 * What SGD, Adam and AdamW share: which parameters move, their state, and its exact save and restore.
 * The arithmetic is in native/optim.cc, one call per step.
 */
import { noGrad } from './autograd.js';
import { dispatch } from './dispatch.js';
import { TorchError } from './errors.js';
import { type Handle, native, withNative } from './native.js';
import { keep } from './scope.js';
import { Tensor } from './tensor.js';

type OptionValue = number | boolean;

/**
 * All that a later run needs to go on bit for bit. Keys of `state` are '<parameter index>.step' (every parameter) and
 * '<parameter index>.<buffer>' with PyTorch's buffer names (parameters that have moved).
 */
export interface OptimiserState {
  readonly options: Readonly<Record<string, number | boolean | string>>;
  readonly state: ReadonlyMap<string, Tensor | number>;
}

interface Slot {
  readonly parameter: Tensor;
  step: number;
  buffers: readonly Tensor[];
}

/** The parameters that have a gradient now, with the number of this step and their buffers. */
export interface Update {
  readonly parameters: readonly Handle[];
  readonly counts: Float64Array;
  /** One list per buffer name. */
  readonly buffers: readonly (readonly Handle[])[];
}

export abstract class Optimiser {
  readonly #kind: string;
  readonly #slots: readonly Slot[];
  readonly #bufferNames: readonly string[];
  #options: Record<string, OptionValue>;

  protected constructor(
    kind: string,
    parameters: readonly Tensor[],
    options: Record<string, OptionValue>,
    bufferNames: readonly string[],
  ) {
    this.#kind = kind;
    this.#options = options;
    this.#bufferNames = bufferNames;
    this.#slots = parameters.map((parameter) => ({ parameter, step: 0, buffers: [] }));
    checkParameters(kind, parameters);
    this.learningRate = Number(options.learningRate);
  }

  protected abstract update(update: Update, options: Readonly<Record<string, OptionValue>>): void;

  get learningRate(): number {
    return Number(this.#options.learningRate);
  }

  set learningRate(value: number) {
    atLeastZero(this.#kind, 'learningRate', value);
    this.#options.learningRate = value;
  }

  /** Moves every parameter that has a gradient. */
  step(): void {
    const moving = withNative((bridge) =>
      this.#slots.filter(({ parameter }) => bridge.hasGrad(Tensor.handle(parameter))),
    );
    for (const slot of moving) {
      if (slot.step === 0) slot.buffers = this.#makeBuffers(slot.parameter);
      slot.step += 1;
    }
    this.update(
      {
        parameters: moving.map(({ parameter }) => Tensor.handle(parameter)),
        counts: Float64Array.from(moving, ({ step }) => step),
        buffers: this.#bufferNames.map((_, k) => moving.map(({ buffers }) => bufferHandle(buffers, k))),
      },
      this.#options,
    );
  }

  /** Drops the gradients, so that the next `backward` starts from nothing. */
  zeroGrad(): void {
    for (const { parameter } of this.#slots) parameter.clearGrad();
  }

  /** A snapshot: tensors in it are copies, freed like any other (by the scope around, or `dispose`). */
  stateDict(): OptimiserState {
    const state = new Map<string, Tensor | number>();
    this.#slots.forEach((slot, index) => {
      state.set(`${index}.step`, slot.step);
      slot.buffers.forEach((buffer, k) => {
        state.set(
          `${index}.${this.#bufferNames[k]}`,
          noGrad(() => buffer.clone()),
        );
      });
    });
    return { options: { kind: this.#kind, ...this.#options }, state };
  }

  /**
   * Takes over options and state saved by an optimiser of the same kind over parameters of the same shapes.
   * Throws TorchError 'argument', with nothing changed, when something is missing, superfluous or of another shape.
   */
  loadStateDict(saved: OptimiserState): void {
    const options = this.#readOptions(saved.options);
    const slots = this.#slots.map((slot, index) => this.#readSlot(slot, index, saved.state));
    const expected = new Set(slots.flatMap(({ keys }) => keys));
    for (const key of saved.state.keys()) {
      if (!expected.has(key)) throw this.#refuse(`does not know '${key}'`);
    }
    this.#options = options;
    slots.forEach(({ step, sources }, index) => {
      const slot = this.#slots[index];
      if (slot === undefined) return;
      for (const buffer of slot.buffers) buffer.dispose();
      slot.step = step;
      slot.buffers = step === 0 ? [] : this.#makeBuffers(slot.parameter);
      noGrad(() => {
        slot.buffers.forEach((buffer, k) => {
          const source = sources[k];
          if (source !== undefined) buffer.copyFrom(source);
        });
      });
    });
  }

  /** Frees the state; the parameters stay. */
  dispose(): void {
    for (const slot of this.#slots) {
      for (const buffer of slot.buffers) buffer.dispose();
      slot.buffers = [];
      slot.step = 0;
    }
  }

  #makeBuffers(parameter: Tensor): Tensor[] {
    return this.#bufferNames.map(() => keep(noGrad(() => dispatch('zeros_like', parameter))));
  }

  #readOptions(saved: OptimiserState['options']): Record<string, OptionValue> {
    if (saved.kind !== this.#kind) throw this.#refuse(`cannot take the state of ${saved.kind ?? 'something else'}`);
    const options: Record<string, OptionValue> = {};
    for (const [name, current] of Object.entries(this.#options)) {
      const value = saved[name];
      if (typeof value === 'string' || typeof value !== typeof current || value === undefined) {
        throw this.#refuse(`misses the option '${name}'`);
      }
      options[name] = value;
    }
    return options;
  }

  #readSlot(slot: Slot, index: number, state: OptimiserState['state']) {
    const stepKey = `${index}.step`;
    const step = state.get(stepKey);
    if (typeof step !== 'number' || !Number.isInteger(step) || step < 0) throw this.#refuse(`misses '${stepKey}'`);
    if (step === 0) return { step, keys: [stepKey], sources: [] };
    const keys = this.#bufferNames.map((name) => `${index}.${name}`);
    const sources = keys.map((key) => {
      const source = state.get(key);
      if (!(source instanceof Tensor)) throw this.#refuse(`misses '${key}'`);
      const wanted = describe(slot.parameter);
      if (describe(source) !== wanted) throw this.#refuse(`needs '${key}' as ${wanted}, got ${describe(source)}`);
      return source;
    });
    return { step, keys: [stepKey, ...keys], sources };
  }

  #refuse(problem: string): TorchError {
    return new TorchError('argument', `${this.#kind} state: ${problem}`, { op: `${this.#kind}.loadStateDict` });
  }
}

function describe(tensor: Tensor): string {
  return `${tensor.dtype}[${tensor.shape.join(', ')}]`;
}

function bufferHandle(buffers: readonly Tensor[], index: number): Handle {
  const buffer = buffers[index];
  if (buffer === undefined) throw new TorchError('argument', 'the optimiser has been used after dispose');
  return Tensor.handle(buffer);
}

function checkParameters(kind: string, parameters: readonly Tensor[]): void {
  const bridge = native();
  if (parameters.length === 0) throw new TorchError('argument', `${kind} needs at least one parameter`, { op: kind });
  const seen = new Set<Tensor>();
  for (const parameter of parameters) {
    if (seen.has(parameter)) throw new TorchError('argument', `${kind} got a parameter twice`, { op: kind });
    seen.add(parameter);
    if (!bridge.isLeaf(Tensor.handle(parameter))) {
      throw new TorchError('argument', `${kind} can only move leaves; detach what was computed`, { op: kind });
    }
  }
}

/** Throws TorchError 'argument' unless `value` is a finite number of at least 0. */
export function atLeastZero(kind: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new TorchError('argument', `${kind}: ${name} must be at least 0, got ${value}`, { op: kind });
}
