/** Types of small-recipe.mjs, for tests. */
interface Recipe {
  readonly slides: Readonly<Record<string, { readonly table: string; readonly where?: string }>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly steps?: Readonly<Record<string, unknown>>;
}

export function smallRecipe(recipe: Recipe): string;
export function fourSlides(seed: number): Recipe['slides'];
