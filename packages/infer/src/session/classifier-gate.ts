/**
 * What a network's tile classifier does to the map of a tile: a classifier that sees no object on a tile silences what the map shows there. It is applied
 * where the network runs, so that everything above gets logits as ever.
 */

/**
 * `multiply`: each probability of a class is multiplied by the classifier's for that class and tile. A number from 0 to 1: where the classifier's probability
 * is lower, the tile holds nothing of that class; where it is not, the map stays as it is.
 */
export type ClassifierGate = 'multiply' | number;

/** Of a pixel that is silenced: a probability of 1e-13, and finite. */
const SILENT = -30;

/** Its exponential is still a number. */
const LARGEST = 700;

/** log(1 + exp(x)) without overflow. */
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/**
 * Changes logits in place. With p = sigmoid(x) and t = sigmoid(z), the logit of t p is x - log(1 + exp(-z)) - log(1 + (1 - t) exp(x)).
 *
 * @param logits N x classes x H x W
 * @param tile logits of the classifier, N x classes
 * @example
 * gateLogits(Float32Array.of(0), Float32Array.of(0), 'multiply'); // sigmoid(...) is 0.25
 */
export function gateLogits(logits: Float32Array, tile: ArrayLike<number>, gate: ClassifierGate): void {
  const area = logits.length / tile.length;
  for (let plane = 0; plane < tile.length; plane++) {
    const z = tile[plane] as number;
    const [from, to] = [plane * area, (plane + 1) * area];
    if (gate === 'multiply') {
      const [less, rest] = [softplus(-z), 1 / (1 + Math.exp(z))];
      for (let i = from; i < to; i++) {
        const x = Math.min(logits[i] as number, LARGEST);
        // Far below 0 the last term is nothing, and that is nearly all of a slide.
        const last = x < SILENT ? 0 : Math.log1p(rest * Math.exp(x));
        logits[i] = x - less - last;
      }
    } else if (z < Math.log(gate / (1 - gate))) {
      for (let i = from; i < to; i++) logits[i] = Math.min(logits[i] as number, SILENT);
    }
  }
}

/**
 * `gateLogits` with what a runtime answered for the classifier, where there is a gate.
 * @throws {RangeError} where the classifier answered something else than a number for each plane
 */
export function applyGate(logits: Float32Array, tile: unknown, gate: ClassifierGate | undefined): void {
  if (gate === undefined) return;
  if (!(tile instanceof Float32Array) || tile.length === 0 || logits.length % tile.length !== 0) {
    throw new RangeError('the tile classifier did not answer with a float32 number for each tile and class');
  }
  gateLogits(logits, tile, gate);
}
