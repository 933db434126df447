/**
 * What tissue is made of, beside nuclei: PAS shows sugar and nuclei only, other stains tell cytoplasm from collagen, membrane and blood.
 * Amounts are about 1 where a structure is dense, and 0 where nothing is.
 */
export interface Matter {
  /** Epithelium, muscle, the bodies of all cells. */
  cytoplasm: number;
  /** Basement membranes, mesangial matrix, elastic layers. */
  membrane: number;
  /** Fibres of the interstitium, of vessel sheaths and of scars. */
  collagen: number;
  /** What fills lumens without cells: casts, plasma, hyaline. */
  protein: number;
  /** Red blood cells. */
  blood: number;
}

export type MatterName = keyof Matter;

/** The order in which `PlateBuffers.matter` keeps the five amounts of a pixel. */
export const matterNames: readonly MatterName[] = ['cytoplasm', 'membrane', 'collagen', 'protein', 'blood'];
export const MATTERS = matterNames.length;

export const newMatter = (): Matter => ({ cytoplasm: 0, membrane: 0, collagen: 0, protein: 0, blood: 0 });

/** Leaves `keep` (0..1) of all that is there. */
export function thin(matter: Matter, keep: number): void {
  matter.cytoplasm *= keep;
  matter.membrane *= keep;
  matter.collagen *= keep;
  matter.protein *= keep;
  matter.blood *= keep;
}

/** Replaces `share` (0..1) of what is there by `amount` of one thing; all amounts of the one thing are added up. */
export function lay(matter: Matter, name: MatterName, amount: number, share: number): void {
  if (share <= 0) return;
  thin(matter, 1 - share);
  matter[name] += amount * share;
}

/** Blends into the pixel at index `at`; the former content stays where `share` is less than 1. */
export function writeMatter(into: Float32Array, at: number, matter: Matter, share: number): void {
  const keep = 1 - share;
  const first = at * MATTERS;
  into[first] = (into[first] as number) * keep + matter.cytoplasm * share;
  into[first + 1] = (into[first + 1] as number) * keep + matter.membrane * share;
  into[first + 2] = (into[first + 2] as number) * keep + matter.collagen * share;
  into[first + 3] = (into[first + 3] as number) * keep + matter.protein * share;
  into[first + 4] = (into[first + 4] as number) * keep + matter.blood * share;
}

/** Leaves `keep` (0..1) of all that the pixel at index `at` has. */
export function thinPixel(into: Float32Array, at: number, keep: number): void {
  for (let k = at * MATTERS; k < (at + 1) * MATTERS; k++) into[k] = (into[k] as number) * keep;
}
