/**
 * The stack of open scopes. Apart from scope.ts because tensors register themselves here as they are made,
 * and scope.ts needs to know what a tensor is.
 */

interface Disposable {
  dispose(): void;
}

const stack: Disposable[][] = [];

/** Notes a new tensor in the innermost open scope, if there is one. */
export function track(tensor: Disposable): void {
  stack.at(-1)?.push(tensor);
}

export function openFrame(): void {
  stack.push([]);
}

/** Ends the innermost scope: what `survives` goes to the scope around it, what is `kept` stays, the rest is freed. */
export function closeFrame(survives: ReadonlySet<unknown>, kept: { has(tensor: object): boolean }): void {
  const frame = stack.pop() ?? [];
  const outer = stack.at(-1);
  for (const tensor of frame) {
    if (survives.has(tensor)) outer?.push(tensor);
    else if (!kept.has(tensor)) tensor.dispose();
  }
}
