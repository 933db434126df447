/** SGD, Adam and AdamW against ten steps of torch.optim, and save + restore bit for bit. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Adam, AdamW, dispatch, liveTensors, type Optimiser, SGD, scope, type Tensor, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

interface Case {
  readonly kind: 'SGD' | 'Adam' | 'AdamW';
  readonly options: Record<string, number | boolean | [number, number]>;
  readonly losses: readonly number[];
  readonly parameters: readonly (readonly number[])[];
}
const fixture: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/optimisers.json', import.meta.url), 'utf8'),
);
const kinds = { SGD, Adam, AdamW };
const ours: Readonly<Record<string, string>> = { lr: 'learningRate', eps: 'epsilon', weight_decay: 'weightDecay' };

function make({ kind, options }: Pick<Case, 'kind' | 'options'>, parameters: readonly Tensor[]): Optimiser {
  const named = Object.fromEntries(Object.entries(options).map(([name, value]) => [ours[name] ?? name, value]));
  return new kinds[kind](parameters, { learningRate: 0.001, ...named });
}

/** The start, the loss and the steps of fixtures/make_optimisers.py. */
function start(): readonly [Tensor, Tensor] {
  const weight = tensor(
    Float32Array.from({ length: 6 }, (_, k) => (k - 2.5) / 4),
    [2, 3],
  );
  return [weight.setRequiresGrad(), tensor(Float32Array.of(0.5, -0.25), [2]).setRequiresGrad()];
}

function takeStep(optimiser: Optimiser, [weight, bias]: readonly [Tensor, Tensor], step: number): number {
  return scope(() => {
    optimiser.zeroGrad();
    const x = dispatch('mul.Scalar', tensor(Float32Array.of(1, -2, 0.5), [3]), 1 + (step % 3));
    const y = dispatch('tanh', dispatch('add.Tensor', dispatch('mv', weight, x), bias));
    const error = dispatch('sub.Tensor', y, tensor(Float32Array.of(0.3, -0.6), [2]));
    const penalty = dispatch('mul.Scalar', dispatch('sum', dispatch('pow.Tensor_Scalar', weight, 4)), 0.1);
    const loss = dispatch('add.Tensor', dispatch('sum', dispatch('pow.Tensor_Scalar', error, 2)), penalty);
    loss.backward();
    optimiser.step();
    return loss.item();
  });
}

const values = (parameters: readonly Tensor[]) =>
  parameters.map((parameter) => Array.from(parameter.toArray(), Number));
const closeTo = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 6));

describeTorch('optimisers', () => {
  it.each(fixture.cases.map((one) => [`${one.kind} ${JSON.stringify(one.options)}`, one] as const))(
    '%s takes the ten steps of PyTorch',
    (_, one) => {
      scope(() => {
        const parameters = start();
        const optimiser = make(one, parameters);
        const losses = Array.from({ length: 10 }, (_unused, step) => takeStep(optimiser, parameters, step));
        expect(losses).toEqual(closeTo(one.losses));
        expect(values(parameters)).toEqual(one.parameters.map(closeTo));
        optimiser.dispose();
      });
    },
  );

  it('adds epsilon to the uncorrected root where asked, as Keras does', () => {
    const gradients = [0.3, -0.002, 0.0001, 0, 0.5, -0.4];
    const [rate, beta1, beta2, epsilon] = [0.01, 0.9, 0.999, 1e-3];
    scope(() => {
      const parameter = tensor(Float32Array.of(1), [1]).setRequiresGrad();
      const optimiser = new Adam([parameter], { learningRate: rate, epsilon, epsilonHat: true });
      const plain = tensor(Float32Array.of(1), [1]).setRequiresGrad();
      const other = new Adam([plain], { learningRate: rate, epsilon });
      let [value, m, v] = [1, 0, 0];
      for (const [i, gradient] of gradients.entries()) {
        m += (gradient - m) * (1 - beta1);
        v += (gradient * gradient - v) * (1 - beta2);
        const alpha = (rate * Math.sqrt(1 - beta2 ** (i + 1))) / (1 - beta1 ** (i + 1));
        value -= (alpha * m) / (Math.sqrt(v) + epsilon);
        for (const [moved, by] of [
          [parameter, optimiser],
          [plain, other],
        ] as const) {
          by.zeroGrad();
          dispatch('sum', dispatch('mul.Scalar', moved, gradient)).backward();
          by.step();
        }
        expect(parameter.item()).toBeCloseTo(value, 6);
      }
      expect(Math.abs(plain.item() - value)).toBeGreaterThan(1e-4);
      const saved = other.stateDict();
      expect(Object.keys(saved.options)).not.toContain('epsilonHat');
      expect(() => optimiser.loadStateDict(saved)).toThrow(/epsilonHat/);
      optimiser.dispose();
      other.dispose();
    });
  });

  it.each(fixture.cases.map((one) => [`${one.kind} ${JSON.stringify(one.options)}`, one] as const))(
    '%s goes on bit for bit after save and restore',
    (_, one) => {
      scope(() => {
        const through = start();
        const whole = make(one, through);
        for (let step = 0; step < 10; step++) takeStep(whole, through, step);
        const parameters = start();
        const first = make(one, parameters);
        for (let step = 0; step < 5; step++) takeStep(first, parameters, step);
        const saved = first.stateDict();
        takeStep(first, start(), 9); // the snapshot must not follow
        const second = make({ kind: one.kind, options: { ...one.options, lr: 0.9 } }, parameters);
        second.loadStateDict(saved);
        expect(second.learningRate).toBe(first.learningRate);
        for (let step = 5; step < 10; step++) takeStep(second, parameters, step);
        expect(values(parameters)).toEqual(values(through));
        for (const optimiser of [whole, first, second]) optimiser.dispose();
      });
    },
  );

  it('names its state as PyTorch does', () => {
    scope(() => {
      const parameters = start();
      const optimiser = new Adam(parameters, { amsgrad: true });
      expect([...optimiser.stateDict().state]).toEqual([
        ['0.step', 0],
        ['1.step', 0],
      ]);
      takeStep(optimiser, parameters, 0);
      const { options, state } = optimiser.stateDict();
      expect([...state.keys()].slice(0, 4)).toEqual(['0.step', '0.exp_avg', '0.exp_avg_sq', '0.max_exp_avg_sq']);
      expect(options).toMatchObject({ kind: 'Adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, amsgrad: true });
      optimiser.dispose();
    });
  });

  it('refuses a state that is missing something, or is not its own', () => {
    scope(() => {
      const parameters = start();
      const optimiser = new Adam(parameters);
      takeStep(optimiser, parameters, 0);
      const { options, state } = optimiser.stateDict();
      const without = (key: string) => new Map([...state].filter(([name]) => name !== key));
      const load = (changed: typeof state, otherOptions = options) =>
        caught(() => optimiser.loadStateDict({ options: otherOptions, state: changed })).message;
      expect(load(without('1.step'))).toBe("Adam state: misses '1.step'");
      expect(load(without('0.exp_avg'))).toBe("Adam state: misses '0.exp_avg'");
      expect(load(new Map([...state, ['2.step', 1]]))).toBe("Adam state: does not know '2.step'");
      const wrong = tensor(new Float32Array(5), [5]);
      expect(load(new Map([...state, ['0.exp_avg', wrong]]))).toContain('as float32[2, 3], got float32[5]');
      expect(load(state, { ...options, kind: 'SGD' })).toContain('cannot take the state of SGD');
      expect(load(state, { kind: 'Adam' })).toContain("misses the option 'learningRate'");
      optimiser.dispose();
    });
  });

  it('moves only parameters with a gradient, and keeps its state through scopes', () => {
    const before = liveTensors();
    const [moving, still] = start();
    const optimiser = new AdamW([moving, still], { learningRate: 0.1 });
    const old = values([still]);
    for (let step = 0; step < 2; step++) {
      scope(() => {
        dispatch('sum', moving).backward();
        optimiser.step();
      });
    }
    expect(values([still])).toEqual(old);
    expect(liveTensors() - before).toBe(4);
    optimiser.dispose();
    moving.dispose();
    expect(caught(() => optimiser.step()).code).toBe('disposed');
    still.dispose();
    expect(liveTensors()).toBe(before);
  });

  it('obeys a new learning rate', () => {
    scope(() => {
      const x = tensor(Float32Array.of(1), [1]).setRequiresGrad();
      const optimiser = new SGD([x], { learningRate: 0 });
      dispatch('sum', x).backward();
      optimiser.step();
      expect(x.item()).toBe(1);
      optimiser.learningRate = 0.25;
      optimiser.step();
      expect(x.item()).toBe(0.75);
    });
  });

  it('refuses settings that cannot be meant', () => {
    scope(() => {
      const [x] = start();
      expect(caught(() => new SGD([x], { learningRate: -1 })).message).toContain('learningRate must be at least 0');
      expect(caught(() => new SGD([x], { learningRate: 1, nesterov: true })).message).toContain('nesterov');
      expect(caught(() => new Adam([x], { betas: [0.9, 1] })).message).toContain('betas');
      expect(caught(() => new Adam([])).message).toContain('at least one parameter');
      expect(caught(() => new Adam([x, x])).message).toContain('twice');
      expect(caught(() => new Adam([dispatch('mul.Scalar', x, 2)])).message).toContain('leaves');
      expect(caught(() => (new Adam([x]).learningRate = Number.NaN)).message).toContain('learningRate');
    });
  });
});
