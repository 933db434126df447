/**
 * What is no class: `annotated` areas are labelled completely and nothing is known outside them, of `ignore` areas nothing is known, `background` is
 * known to be no object.
 */
export const areaKinds = ['annotated', 'ignore', 'background'] as const;
export type AreaKind = (typeof areaKinds)[number];
