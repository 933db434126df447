/** What others use of `mirax-cases.mjs`. */
export const soundMiraxes: readonly Map<string, Uint8Array>[];
export function malformedMirax(): AsyncGenerator<[name: string, files: Map<string, Uint8Array>]>;
export function lossyMiraxes(): AsyncGenerator<[name: string, files: Map<string, Uint8Array>]>;
