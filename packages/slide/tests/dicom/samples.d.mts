/** Types of `samples.mjs`. */
export const samples: Readonly<Record<string, Uint8Array>>;
