/** What the page needs of a browser; where something is missing, one sentence says so before anything is loaded. */

/** A module with one SIMD instruction: `i8x16.splat`. */
const SIMD = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

const NEWER = 'Use a newer one: Chromium 108, Firefox 114, Safari 16.4 or later.';

/** @returns why the page cannot work here; undefined: it can */
export async function missingIn(scope: Window & typeof globalThis): Promise<string | undefined> {
  if (!scope.isSecureContext) {
    return 'A browser keeps no files for a page at an http: address. Open it over https:, or from this computer (http://localhost).';
  }
  if (typeof scope.WebAssembly !== 'object') {
    return 'This browser has no WebAssembly, or it is switched off: neither slides nor models can be read. Use another browser, or `ftu studio` on a computer that has ftuseg.';
  }
  if (!scope.WebAssembly.validate(SIMD)) {
    return `This browser's WebAssembly has no SIMD: a slide would take days. ${NEWER}`;
  }
  if (scope.navigator.locks === undefined || typeof scope.navigator.storage?.getDirectory !== 'function') {
    return `This browser keeps no files for a page (OPFS), so that corrections could be lost. ${NEWER}`;
  }
  try {
    await scope.navigator.storage.getDirectory();
  } catch {
    return 'This window may keep no files, as in private browsing: corrections would be lost. Open the page in a normal window.';
  }
  return undefined;
}

/** @returns whether WebGPU finds something to compute on: a browser may know it and have no such card */
export async function hasGraphicsCard(navigator: Navigator): Promise<boolean> {
  const gpu: unknown = Reflect.get(navigator, 'gpu');
  if (typeof gpu !== 'object' || gpu === null || !('requestAdapter' in gpu)) return false;
  if (typeof gpu.requestAdapter !== 'function') return false;
  const adapter: unknown = await gpu.requestAdapter().catch(() => null);
  return typeof adapter === 'object' && adapter !== null;
}
