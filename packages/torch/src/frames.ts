/**
 * Who frees which tensor: the open scopes, or, for tensors that no scope owns, the garbage collector.
 * Apart from scope.ts because tensors register themselves here as they are made.
 */
import { type Handle, native } from './native.js';

interface Disposable {
  readonly disposed: boolean;
  dispose(): void;
}

interface Owned {
  readonly tensor: Disposable;
  readonly handle: Handle;
}

const stack: Owned[][] = [];
/** V8 hears of what scopes hold when the outermost one closes (see handle.cc). */
let holding = false;
const kept = new WeakSet<Disposable>();
const collector = new FinalizationRegistry<Handle>((handle) => native().release(handle));

/** Leaves a tensor to the garbage collector. Dearer than a scope, so only tensors that outlive theirs get here. */
function guard({ tensor, handle }: Owned): void {
  if (!tensor.disposed) collector.register(tensor, handle, tensor);
}

/** The tensor is freed: its handle may be another tensor's from now on. */
export function unguard(tensor: Disposable): void {
  collector.unregister(tensor);
}

/** Hands a new tensor to the innermost open scope. */
export function track(tensor: Disposable, handle: Handle): void {
  const owned = { tensor, handle };
  const frame = stack.at(-1);
  if (frame === undefined) {
    guard(owned);
    return;
  }
  frame.push(owned);
  if (!holding) native().holdReports(true);
  holding = true;
}

/** Exempts a tensor from the scopes that are open. */
export function exempt(tensor: Disposable): void {
  kept.add(tensor);
}

export function openFrame(): void {
  stack.push([]);
}

/** Ends the innermost scope: what survives goes to the scope around it, what is kept stays, the rest is freed. */
export function closeFrame(survivors: ReadonlySet<unknown>): void {
  const frame = stack.pop() ?? [];
  const outer = stack.at(-1);
  for (const owned of frame) {
    if (kept.has(owned.tensor)) guard(owned);
    else if (!survivors.has(owned.tensor)) owned.tensor.dispose();
    else if (outer === undefined) guard(owned);
    else outer.push(owned);
  }
  if (outer === undefined && holding) {
    native().holdReports(false);
    holding = false;
  }
}
