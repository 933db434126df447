import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedWeights } from './published-weights.js';
import { createEncoder, encoderNames } from './registry.js';

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

describe('publishedWeights', () => {
  it.each(encoderNames())('knows where those of %s are, or that there are none', (name) => {
    const weights = publishedWeights(name);
    if (weights === undefined) return;
    expect(weights.id).toMatch(/^(smp-hub\/[\w-]+\.imagenet|timm\/\w+\.\w+)$/);
    expect(weights.revision).toMatch(/^([0-9a-f]{40}|main)$/);
  });

  it('has a repository of its own for every encoder', () => {
    const ids = encoderNames().map((name) => publishedWeights(name)?.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("takes the very weights of timm and of segmentation_models.pytorch's hub", () => {
    expect(publishedWeights('tu-tf_efficientnet_b4')).toEqual({
      id: 'timm/tf_efficientnet_b4.aa_in1k',
      revision: 'main',
    });
    expect(publishedWeights('tu-tf_efficientnet_lite0')?.id).toBe('timm/tf_efficientnet_lite0.in1k');
    expect(publishedWeights('timm-efficientnet-b0')?.id).toBe('smp-hub/timm-efficientnet-b0.imagenet');
    expect(publishedWeights('tu-convnext_tiny')?.id).toBe('timm/convnext_tiny.in12k_ft_in1k');
    expect(publishedWeights('mit_b2')?.revision).toBe('868ab6f13871dcf8c3d9f90ee4519403475b65ef');
    expect(publishedWeights('resnet18')?.id).toBe('smp-hub/resnet18.imagenet');
  });

  // What their `default_cfgs` and `pretrained_settings` say: Lite and V2-S were trained on -1..1, everything else on ImageNet's statistics.
  it.each(encoderNames())('%s is shown pictures as its weights were', (name) => {
    expect(createEncoder(name).normalisation).toEqual(/lite|v2_s$/.test(name) ? half : imagenet);
  });

  it('refuses a name that it does not know, instead of saying that there are none', () => {
    expect(() => publishedWeights('resnet19')).toThrow(/nothing is known .* did you mean "resnet18"/);
  });

  it('is what the docs list', () => {
    const docs = readFileSync(new URL('../../../../docs/models.md', import.meta.url), 'utf8');
    for (const name of encoderNames()) {
      const id = publishedWeights(name)?.id ?? '';
      const family = id.replace(/(efficientnet(?:v2)?[-_]b|lite)\d(?=\.)/, '$1N');
      expect(docs.includes(`\`${family}\``), `${name}: ${id}`).toBe(true);
    }
  });
});
