/**
 * Frees what a training pass no longer needs while it runs. A language that counts references does so by itself; here the network is
 * walked once without numbers, and from then on every value is released right after the operator that uses it last. Autograd keeps
 * what it needs.
 */
import type { Model, ModelOutput } from './model.js';
import type { Ops } from './ops.js';

/** Operators that hand their input on where they have nothing to do: its second argument then says so. */
const passesOn = (name: PropertyKey, inputs: readonly unknown[]): boolean =>
  name === 'input' ||
  (name === 'activate' && inputs[1] === 'identity') ||
  ((name === 'dropPath' || name === 'dropChannels') && inputs[1] === 0);

/** An interpreter whose operators do nothing but call `onCall`, which gives their result. */
function hollowOps(onCall: (name: PropertyKey, inputs: readonly unknown[]) => object): Ops<object> {
  return new Proxy({} as Ops<object>, {
    get:
      (_, name) =>
      (...inputs: unknown[]) =>
        onCall(name, inputs),
  });
}

/** The values of one kind of pass, by the number of the operator that makes them, and with which operator each dies. */
function dyingWith(model: Model): readonly (readonly number[])[] {
  const maker = new Map<unknown, number>();
  const lastUse: number[] = [];
  let calls = 0;
  const ops = hollowOps((name, inputs) => {
    const call = calls++;
    for (const input of inputs.flat()) {
      const made = maker.get(input);
      if (made !== undefined) lastUse[made] = call;
    }
    if (passesOn(name, inputs)) return inputs[0] as object;
    const value = {};
    maker.set(value, call);
    return value;
  });
  const { logits, auxiliary, tile } = model.forwardAll<object>(ops, {});
  const outputs = new Set([logits, ...auxiliary, tile]);
  const dying: number[][] = Array.from({ length: calls }, () => []);
  for (const [value, call] of maker) {
    const last = lastUse[call];
    if (last !== undefined && !outputs.has(value as object)) dying[last]?.push(call);
  }
  return dying;
}

/** Runs a model's training passes with values freed early. Made once per model. */
export class Liveness {
  readonly #model: Model;
  readonly #dying: readonly (readonly number[])[];

  constructor(model: Model) {
    this.#model = model;
    this.#dying = dyingWith(model);
  }

  /**
   * `model.forwardAll`, on operators that are in training mode.
   *
   * @param release frees a value that nothing in the pass will use again; the input and the outputs are never released
   */
  forwardAll<T extends object>(ops: Ops<T>, input: T, release: (value: T) => void): ModelOutput<T> {
    const made: T[] = [];
    const watched = new Proxy(ops, {
      get: (target, name) => {
        const operator: unknown = Reflect.get(target, name);
        if (typeof operator !== 'function') return operator;
        return (...inputs: unknown[]): T => {
          const call = made.length;
          const result: T = Reflect.apply(operator, target, inputs);
          made.push(result);
          for (const value of this.#dying[call] ?? []) release(made[value] as T);
          return result;
        };
      },
    });
    return this.#model.forwardAll(watched, input);
  }
}
