/** Whether the truth that models are calibrated on names their classes. */
import { FtuError } from '@ftuseg/core';
import type { ClassMap } from '@ftuseg/slide';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';

/** @throws {FtuError} `bad-input` where it names others */
export function requireClasses(models: readonly WeightedModel[], { names }: ClassMap): void {
  const found = ensembleOf(models).classes;
  if (found.length === names.length && found.every((name, c) => name === names[c])) return;
  throw new FtuError('bad-input', `the model knows ${found.join(', ')}, the classes are ${names.join(', ')}`, {
    subject: 'classes',
    hint: 'name the classes as the model does',
  });
}
