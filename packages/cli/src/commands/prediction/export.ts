/** `ftu export`: a checkpoint becomes one ONNX file that is enough to predict. */
import { FtuError, parseJson, parseNumber } from '@ftuseg/core';
import { readRegularFile, writeFileAtomic } from '@ftuseg/files';
import {
  assertState,
  checkSchema,
  createEncoder,
  createModel,
  decoderNames,
  encoderNames,
  exportOnnx,
  layouts,
  type ModelCard,
  micronsSchema,
  modelCardSchema,
  parseModelCard,
  precisions,
  readSafetensors,
} from '@ftuseg/nn';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { file, outputFile, path, threads } from '../../parser/fields.js';
import { version } from '../../version.js';
import { checkInt8Options, inEightBits } from './export-int8.js';
import { checkpointPath } from './model-argument.js';

/** Three comma-separated numbers, or undefined where the flag was not given. */
function triple(flag: string, text: string | undefined): [number, number, number] | undefined {
  if (text === undefined) return undefined;
  const [r, g, b, ...rest] = text.split(',').map(parseNumber);
  if (r === undefined || g === undefined || b === undefined || rest.length > 0 || [r, g, b].some(Number.isNaN)) {
    throw new FtuError('bad-input', `takes three numbers such as 0.5,0.5,0.5, not "${text}"`, { subject: `--${flag}` });
  }
  return [r, g, b];
}

/** The card inside a checkpoint of our own; a file from elsewhere has none. @throws {FtuError} for one that cannot be read */
const embeddedCard = (metadata: Readonly<Record<string, string>>, path: string): ModelCard | undefined =>
  metadata.card === undefined
    ? undefined
    : parseModelCard(parseJson(metadata.card, 'the model card', { subject: path }), path);

/** The normalisation as flags give it. @throws {FtuError} for numbers that colours from 0 to 1 do not have */
function colourTriple(flag: 'mean' | 'std', text: string | undefined): [number, number, number] | undefined {
  const given = triple(flag, text);
  if (given === undefined) return undefined;
  const checked = checkSchema(modelCardSchema.shape[flag], given);
  if (checked.success) return given;
  throw new FtuError('bad-input', checked.problems[0].problem, { subject: `--${flag}` });
}

/** @throws {FtuError} for a name that is given twice */
function classesOf(text: string | undefined): string[] | undefined {
  const names = text?.split(',').map((name) => name.trim());
  const twice = names?.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new FtuError('bad-input', `names "${twice}" twice`, { subject: '--classes', hint: 'give each class a name' });
}

/** The scale that a person gives, else the checkpoint's. */
function scaleOf(
  given: { readonly micronsPerPixel?: number | undefined; readonly downsample?: number | undefined },
  known: ModelCard | undefined,
): Pick<ModelCard, 'micronsPerPixel' | 'downsample' | 'slideMicronsPerPixel'> {
  const { micronsPerPixel, downsample } = given;
  if (micronsPerPixel !== undefined && downsample !== undefined) {
    throw new FtuError('bad-input', 'the scale is given twice', {
      subject: '--downsample',
      hint: 'give either it or --microns-per-pixel',
    });
  }
  if (micronsPerPixel !== undefined || downsample !== undefined) {
    return { micronsPerPixel: micronsPerPixel ?? null, ...(downsample === undefined ? {} : { downsample }) };
  }
  return {
    micronsPerPixel: known?.micronsPerPixel ?? null,
    ...(known?.downsample === undefined ? {} : { downsample: known.downsample }),
    ...(known?.slideMicronsPerPixel === undefined ? {} : { slideMicronsPerPixel: known.slideMicronsPerPixel }),
  };
}

interface GivenInput {
  readonly micronsPerPixel?: number | undefined;
  readonly downsample?: number | undefined;
  readonly mean?: string | undefined;
  readonly std?: string | undefined;
  readonly threshold?: number | undefined;
}

/** What the checkpoint remembers of its training slides, and learnt of others, as long as they are shown to it and read as they were then. */
function memoryOf(
  { micronsPerPixel, downsample, mean, std, threshold }: GivenInput,
  known: ModelCard | undefined,
): Pick<ModelCard, 'appearance' | 'objectSizes' | 'calibration' | 'cascade'> {
  const { appearance, objectSizes, calibration, cascade } = known ?? {};
  if (micronsPerPixel !== undefined || downsample !== undefined) return {};
  const isSame = mean === undefined && std === undefined && threshold === undefined;
  return {
    ...(appearance === undefined ? {} : { appearance }),
    ...(objectSizes === undefined ? {} : { objectSizes }),
    ...(isSame && calibration !== undefined ? { calibration } : {}),
    ...(isSame && cascade !== undefined ? { cascade } : {}),
  };
}

export const exportModel = defineCommand({
  name: 'export',
  schema: z.object({
    out: outputFile('the ONNX file to write').meta({ placeholder: 'OUT' }),
    weights: file(
      "checkpoint with the names of segmentation_models.pytorch or of ftu train (.safetensors); 'starter': the model that comes with the program",
    ),
    decoder: z.string().optional().describe('see ftu decoders (default: as in the checkpoint)'),
    encoder: z.string().optional().describe('see ftu encoders (default: as in the checkpoint)'),
    layout: z
      .enum(layouts)
      .optional()
      .describe(
        "whose network: segmentation_models.pytorch's, or keras: that of segmentation_models for Keras (default: as in the checkpoint, else pytorch)",
      ),
    classes: z
      .string()
      .optional()
      .describe('names of the classes, comma-separated (default: as in the checkpoint, else glomerulus)'),
    tileSize: z
      .int()
      .min(32)
      .max(8192)
      .multipleOf(32)
      .optional()
      .describe('tile side in pixels (default: as in the checkpoint, else 256)'),
    micronsPerPixel: micronsSchema
      .optional()
      .describe('micrometres per pixel that the network was trained at (default: as in the checkpoint)'),
    downsample: z
      .number()
      .positive()
      .optional()
      .describe(
        'or level-0 pixels per pixel of its training tiles, 1 for native pixels (default: as in the checkpoint)',
      ),
    mean: z
      .string()
      .optional()
      .describe(
        'normalisation mean on 0..1 RGB (default: as in the checkpoint, else as published weights of the encoder expect)',
      ),
    std: z
      .string()
      .optional()
      .describe(
        'normalisation deviation (default: as in the checkpoint, else as published weights of the encoder expect)',
      ),
    threshold: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe('probability from which a pixel counts (default: as in the checkpoint, else 0.5)'),
    precision: z
      .enum([...precisions, 'int8'])
      .default('float32')
      .describe(
        'of the network inside; float16 halves the file and is faster on most accelerators, not on processors; int8 makes it a quarter and is about twice as fast on processors with VNNI or the like, and needs --calibrate',
      ),
    calibrate: path('for int8: slide table, folder or slide like those that the model will be shown')
      .optional()
      .meta({ placeholder: 'SLIDES' }),
    calibrationTiles: z
      .int()
      .min(1)
      .max(4096)
      .optional()
      .describe(
        'for int8: tiles of tissue to calibrate on; each slide gives an equal share of these, rounded up (default: 64)',
      ),
    seed: z.int().min(0).optional().describe('for int8: decides which tiles (default: 1)'),
    threads,
  }),
  positionals: ['out'],
  groups: {
    Inputs: ['weights'],
    Outputs: ['out', 'precision'],
    'What 8 bits are calibrated on': ['calibrate', 'calibrationTiles', 'seed'],
    Network: ['decoder', 'encoder', 'layout', 'classes'],
    'What it was trained on': ['tileSize', 'micronsPerPixel', 'downsample', 'mean', 'std', 'threshold'],
    Machine: ['threads'],
  },
  hints: {
    decoder: { placeholder: 'DECODER', values: decoderNames() },
    encoder: { placeholder: 'ENCODER', values: encoderNames() },
    classes: { placeholder: 'NAMES' },
    mean: { placeholder: 'R,G,B' },
    std: { placeholder: 'R,G,B' },
  },
  result: { path: 'the model file', bytes: 'its size', card: 'what the file says of the model' },
  examples: [
    'ftu export --weights run/checkpoint.safetensors model.onnx',
    'ftu export --decoder unet --encoder timm-efficientnet-b0 --weights weights.safetensors --microns-per-pixel 2 model.onnx',
    'ftu export --weights run/checkpoint.safetensors --precision int8 --calibrate slides.csv int8.onnx',
  ],
  async run(options, context) {
    checkInt8Options(options.precision, options);
    const weights = checkpointPath(options.weights);
    const { state, metadata } = readSafetensors(await readRegularFile(weights), weights);
    const known = embeddedCard(metadata, weights);
    const decoder = options.decoder ?? known?.decoder;
    const encoder = options.encoder ?? known?.encoder;
    if (decoder === undefined || encoder === undefined) {
      throw new FtuError('bad-input', 'the checkpoint does not say which network it is for', {
        subject: weights,
        hint: 'give --decoder and --encoder',
      });
    }
    const classes = classesOf(options.classes) ?? known?.classes ?? ['glomerulus'];
    const network = options.layout === undefined ? known?.options : { ...known?.options, layout: options.layout };
    const model = createModel({ decoder, encoder, classes: classes.length, ...network });
    assertState(model, state, { subject: weights });
    const { resize, icc, stainNormalisation } = known ?? {};
    const usual = createEncoder(encoder).normalisation;
    const card = parseModelCard({
      format: 1,
      name: known?.name ?? `${decoder}-${encoder}`,
      decoder,
      encoder,
      options: network,
      classes,
      tileSize: options.tileSize ?? known?.tileSize ?? 256,
      ...scaleOf(options, known),
      ...memoryOf(options, known),
      ...(resize === undefined ? {} : { resize }),
      ...(icc === undefined ? {} : { icc }),
      ...(stainNormalisation === undefined ? {} : { stainNormalisation }),
      mean: colourTriple('mean', options.mean) ?? known?.mean ?? [...usual.mean],
      std: colourTriple('std', options.std) ?? known?.std ?? [...usual.std],
      threshold: options.threshold ?? known?.threshold ?? 0.5,
      training: { ...known?.training, exportedBy: `ftuseg ${version}` },
    } satisfies z.input<typeof modelCardSchema>);
    if (card.micronsPerPixel === null && (card.downsample ?? null) === null) {
      throw new FtuError('bad-input', 'the checkpoint does not say at what scale the network was trained', {
        subject: weights,
        hint: 'give --microns-per-pixel, or --downsample (1: native pixels)',
      });
    }
    const { precision } = options;
    const float = exportOnnx(model, state, card, { precision: precision === 'int8' ? 'float32' : precision });
    const made = precision === 'int8' ? await inEightBits(float, options, context) : { onnx: float, card };
    await writeFileAtomic(options.out, made.onnx);
    context.print(
      `${options.out}: ${decoder} on ${encoder}, ${classes.join(', ')}, ${(made.onnx.length / 1e6).toFixed(1)} MB`,
    );
    return { path: options.out, bytes: made.onnx.length, card: made.card };
  },
});
