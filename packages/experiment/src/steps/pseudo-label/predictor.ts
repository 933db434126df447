/** Probabilities of slides, each by its own models. Those of the last slide stay loaded: most slides have the same. */
import type { Raster } from '@ftuseg/core';
import { closeModels, type PredictSettings, type WeightedModel } from '@ftuseg/infer';
import type { Slide, SlideRow } from '@ftuseg/slide';
import type { RunContext } from '../../step-kind/step-kind.js';
import { loadChosen, probabilityAt } from '../shared/load-models.js';
import { type ChosenModel, modelsDigest } from '../shared/models.js';

export class Predictor {
  #loaded: readonly WeightedModel[] = [];
  #names = '';

  constructor(
    readonly context: Pick<RunContext, 'device' | 'threads' | 'note' | 'signal'>,
    readonly settings: PredictSettings,
  ) {}

  async #models(chosen: readonly ChosenModel[]): Promise<readonly WeightedModel[]> {
    const names = JSON.stringify(modelsDigest(chosen));
    if (names === this.#names) return this.#loaded;
    await this.close();
    this.#loaded = await loadChosen(this.context, chosen);
    this.#names = names;
    return this.#loaded;
  }

  /** Height x width x classes. */
  async probability(
    at: { readonly row: SlideRow; readonly slide: Slide },
    chosen: readonly ChosenModel[],
    size: { readonly width: number; readonly height: number },
  ): Promise<Raster<Float32Array>> {
    return probabilityAt(at, await this.#models(chosen), this.settings, size, this.context.signal);
  }

  async close(): Promise<void> {
    await closeModels(this.#loaded);
    this.#loaded = [];
    this.#names = '';
  }
}
