/** @returns what a layer of outlines says of itself: several sentences as one, or nothing */
export const layerNote = (notes: readonly string[]): { readonly note?: string } =>
  notes.length === 0 ? {} : { note: notes.join('; ') };
