/** Models as people name them on the command line, alone or as an ensemble. */
import { parseNumber } from '@ftuseg/core';
import type { ModelFile } from '@ftuseg/infer';

/**
 * @example
 * modelAndWeight('unet.onnx=2'); // { path: 'unet.onnx', weight: 2 }
 */
export function modelAndWeight(text: string): ModelFile {
  const at = text.lastIndexOf('=');
  const weight = at < 0 ? Number.NaN : parseNumber(text.slice(at + 1));
  return Number.isNaN(weight) ? { path: text, weight: 1 } : { path: text.slice(0, at), weight };
}
