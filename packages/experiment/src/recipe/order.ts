/** Steps in an order in which each comes after those that it builds on; otherwise as the recipe has them. */
import { kindOf } from '../step-kind/kind-of.js';
import type { RecipeFile } from '../step-kind/step-kind.js';

/**
 * @throws {FtuError} `bad-input` for steps that wait for each other in a circle, naming them
 * @example
 * orderOf(file); // ['data', 'stage1', 'chosen1', 'report']
 */
export function orderOf(file: RecipeFile): string[] {
  const { recipe } = file;
  const order: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    const step = recipe.steps[name];
    if (step === undefined) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' -> ');
      throw file.fail(['steps', name], `steps wait for each other in a circle: ${circle}`);
    }
    path.push(name);
    for (const reference of kindOf(file, step).references(step, recipe)) visit(reference.name);
    path.pop();
    done.add(name);
    order.push(name);
  };
  for (const name of Object.keys(recipe.steps)) visit(name);
  return order;
}
