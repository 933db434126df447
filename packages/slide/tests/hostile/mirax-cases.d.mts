/** What tests of TypeScript use of `mirax-cases.mjs`. */
export function lossyMiraxes(): AsyncGenerator<[name: string, files: Map<string, Uint8Array>]>;
