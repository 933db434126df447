/**
 * Frees tensors where they are no longer needed, without waiting for the garbage collector:
 * it sees a few bytes of handle where libtorch holds megabytes.
 */
import { TorchError } from './errors.js';
import { closeFrame, exempt, openFrame } from './frames.js';
import { Tensor } from './tensor.js';

const nothing: ReadonlySet<unknown> = new Set();

/** Exempts a tensor from every scope: it lives until `dispose` or until nothing refers to it. Returns it. */
export function keep<T extends Tensor>(tensor: T): T {
  exempt(tensor);
  return tensor;
}

/**
 * Runs `fn` and frees every tensor made inside, except those in its result (a Tensor, or arrays, plain objects, Maps and
 * Sets of them) and those given to `keep`. Scopes nest: survivors belong to the scope around. If `fn` throws, all are
 * freed. `fn` must be synchronous; TorchError 'argument' otherwise.
 *
 * @example
 * const loss = scope(() => {
 *   const value = dispatch('mse_loss', dispatch('relu', x), target);
 *   value.backward();
 *   return value.item();
 * });
 */
export function scope<T>(fn: () => T): T {
  openFrame();
  let survivors = nothing;
  try {
    const result = fn();
    refusePromise(result, 'scope');
    const found = new Set<unknown>();
    collect(result, found);
    survivors = found;
    return result;
  } finally {
    closeFrame(survivors);
  }
}

/** A mode or a scope that ends when an async function reaches its first `await` would end too early. */
export function refusePromise(result: unknown, name: string): void {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return;
  // Whatever the refused function still does, its failure must not end the process.
  Promise.resolve(result).catch(() => undefined);
  throw new TorchError('argument', `${name} takes a synchronous function; await outside of it`, { op: name });
}

/** Adds to `found` every tensor (and container) reachable from `value`. */
function collect(value: unknown, found: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || found.has(value)) return;
  found.add(value);
  if (value instanceof Tensor) return;
  if (value instanceof Map) {
    for (const [key, item] of value) {
      collect(key, found);
      collect(item, found);
    }
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) collect(item, found);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) collect(Object.values(value), found);
  }
}
