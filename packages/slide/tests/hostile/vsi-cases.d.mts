/** What tests of TypeScript use of `vsi-cases.mjs`. */
export function lossyVsis(): AsyncGenerator<[name: string, files: Map<string, Uint8Array>]>;
