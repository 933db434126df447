import { describe, expect, it } from 'vitest';
import { encoderNames } from './encoders/registry.js';
import { createModel, type ModelSpec } from './model.js';
import { type Shape, ShapeOps, summarise } from './shape-ops.js';

const model = (encoder: string, classes = 1) => createModel({ decoder: 'unet', encoder, classes });

/** timm's published parameter counts without the classifier (features x 1000 weights, 1000 biases). */
const published: Readonly<Record<string, number>> = {
  'timm-efficientnet-b0': 5_288_548 - 1280 * 1000 - 1000,
  'timm-efficientnet-b1': 7_794_184 - 1280 * 1000 - 1000,
  'timm-efficientnet-b2': 9_109_994 - 1408 * 1000 - 1000,
  'timm-efficientnet-b3': 12_233_232 - 1536 * 1000 - 1000,
  'timm-efficientnet-b4': 19_341_616 - 1792 * 1000 - 1000,
  'timm-efficientnet-b5': 30_389_784 - 2048 * 1000 - 1000,
  'timm-efficientnet-b6': 43_040_704 - 2304 * 1000 - 1000,
  'timm-efficientnet-b7': 66_347_960 - 2560 * 1000 - 1000,
  'timm-tf_efficientnet_lite0': 4_652_008 - 1280 * 1000 - 1000,
  'timm-tf_efficientnet_lite1': 5_416_680 - 1280 * 1000 - 1000,
  'timm-tf_efficientnet_lite2': 6_092_072 - 1280 * 1000 - 1000,
  'timm-tf_efficientnet_lite3': 8_197_096 - 1280 * 1000 - 1000,
  'timm-tf_efficientnet_lite4': 13_006_568 - 1280 * 1000 - 1000,
  resnet18: 11_689_512 - 512 * 1000 - 1000,
  resnet34: 21_797_672 - 512 * 1000 - 1000,
  resnet50: 25_557_032 - 2048 * 1000 - 1000,
  se_resnext50_32x4d: 27_559_896 - 2048 * 1000 - 1000,
  se_resnext101_32x4d: 48_955_416 - 2048 * 1000 - 1000,
};

describe('createModel', () => {
  it.each(encoderNames())('builds a Unet on %s that keeps the size of its input', (encoder) => {
    const unet = model(encoder, 2);
    expect(summarise(unet, [2, 3, 64, 96]).output).toEqual([2, 2, 64, 96]);
    const names = unet.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(Object.entries(published))('%s has as many encoder parameters as published', (encoder, count) => {
    const sizes = model(encoder)
      .parameters.filter(({ name, role }) => name.startsWith('encoder.') && role === 'parameter')
      .map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
  });

  it('knows 26 EfficientNets in two paddings, five of the second version, a small one for tests, residual networks, a ConvNeXt and two Mix Transformers', () => {
    expect(encoderNames()).toHaveLength(26 + 5 + 1 + 5 + 1 + 2);
    expect(encoderNames().filter((name) => name.startsWith('tu-'))).toHaveLength(13 + 5 + 1 + 1);
    expect(encoderNames('keras')).toHaveLength(8);
  });

  it.each([
    [{ decoder: 'unet', encoder: 'timm-eficientnet-b0', classes: 1 }, /did you mean "timm-efficientnet-b0"/],
    [{ decoder: 'unet', encoder: 'tu-tf_efficientnet_lit0', classes: 1 }, /did you mean "tu-tf_efficientnet_lite0"/],
    [
      { decoder: 'Unett', encoder: 'timm-efficientnet-b0', classes: 1 },
      /there is no decoder "Unett"; did you mean "unet"/,
    ],
    [{ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 0 }, /positive integer, not 0/],
    [{ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1.5 }, /positive integer, not 1.5/],
    [{ decoder: 'fnp', encoder: 'resnet18', classes: 1 }, /did you mean "fpn"/],
    [{ decoder: 'unet', encoder: 'resnet19', classes: 1 }, /did you mean "resnet18"/],
    [{ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1, dropPathRate: 1 }, /below 1, not 1/],
    [
      { decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1, layout: 'keras' },
      /^encoder: the layout keras has no encoder "timm-efficientnet-b0"; use tu-tf_efficientnet_b0 to tu-tf_efficientnet_b7, or the layout pytorch$/,
    ],
    [
      { decoder: 'unet', encoder: 'tu-tf_efficientnet_lite0', classes: 1, layout: 'keras' },
      /the layout keras has no encoder "tu-tf_efficientnet_lite0"; use tu-tf_efficientnet_b0 to/,
    ],
    [
      { decoder: 'unet', encoder: 'resnet18', classes: 1, layout: 'keras' },
      /the layout keras has no encoder "resnet18"/,
    ],
    [
      { decoder: 'unet3plus', encoder: 'tu-tf_efficientnet_b0', classes: 1, layout: 'keras' },
      /^decoder: the layout keras has no decoder "unet3plus"; use fpn, linknet, unet, or the layout pytorch$/,
    ],
    [
      { decoder: 'fpn', encoder: 'tu-tf_efficientnet_b0', classes: 1, layout: 'keras', attention: 'scse' },
      /^attention: the layout keras has no place for attention gates; leave attention out, or use the layout pytorch$/,
    ],
  ] satisfies readonly (readonly [ModelSpec, RegExp])[])('refuses %o', (spec, message) => {
    expect(() => createModel(spec)).toThrow(message);
  });
});

describe('summarise', () => {
  it('counts the multiply-adds that the paper gives', () => {
    const ops = new ShapeOps();
    model('timm-efficientnet-b0').encoder.features<Shape>(ops, [1, 3, 224, 224]);
    // Tan & Le 2019: 0.39 billion, of which head and classifier are 0.021.
    expect(ops.multiplyAdds / 1e9).toBeCloseTo(0.366, 2);
    const whole = model('timm-efficientnet-b0');
    const one = summarise(whole, [1, 3, 64, 64]).multiplyAdds;
    expect(summarise(whole, [2, 3, 64, 64]).multiplyAdds).toBe(2 * one);
  });

  it('says what to pad to', () => {
    const unet = model('timm-efficientnet-b0');
    expect(() => summarise(unet, [1, 3, 250, 257])).toThrow(
      'an input of 250 x 257 pixels is not a multiple of 32; pad it to 256 x 288',
    );
    expect(() => summarise(unet, [1, 3, 0, 32])).toThrow('pad it to 32 x 32');
    expect(() => summarise(unet, [1, 4, 32, 32])).toThrow(/input channels of encoder\.conv_stem/);
  });
});
