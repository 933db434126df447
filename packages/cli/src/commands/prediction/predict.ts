/** `ftu predict`: slides in; a submission, polygons, masks and pictures out. */
import { refuseUnitsAtWork } from '@ftuseg/experiment';
import {
  calibrationNote,
  checkPredictSettings,
  closeModels,
  devices,
  estimateTable,
  failureChoices,
  loadModel,
  loadModels,
  mayShare,
  outlineChoices,
  predictionNotes,
  predictTable,
  type SegmentationModel,
  usualOutputs,
} from '@ftuseg/infer';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { file, folder, path, threads, where } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { sbatchField } from '../experiment/engines/engine-options.js';
import { predictionRun } from '../experiment/run-place.js';
import { readSettings } from '../settings.js';
import { modelFiles, modelPath } from './model-argument.js';
import { formatEstimates } from './predict/predict-estimate.js';
import { refuseAlone, submitPrediction } from './predict/predict-on.js';
import { reportPredictions } from './predict/predict-report.js';
import { listedRows, noteClasses, outputsOf, readTarget } from './predict/prediction-inputs.js';
import { contentsOfRun } from './predict/run-contents.js';
import { estimateChoices, rowsWithScales } from './predict/scale-estimates.js';
import { PREDICTION_MACHINE, predictionGroups, predictionHints, predictionSettings } from './prediction-options.js';

const schema = z.object({
  model: z.array(z.string()).min(1).optional().meta({
    placeholder: 'FILE[=WEIGHT]',
    description:
      'model file from ftu train or ftu export, or OWNER/NAME on the Hugging Face hub; repeated for an ensemble (default: the starter model)',
  }),
  cascade: file(
    'coarse network of ftu calibrate --cascade, which looks at all tissue first: the models look only where it may have seen something',
  ).optional(),
  slides: path("slide table (CSV), folder of slides, or Kaggle's folder or its test/"),
  out: folder('folder to write'),
  where,
  settings: file('settings from a YAML or JSON file, such as those of ftu tune; options win').optional(),
  outputs: z
    .string()
    .default('all')
    .meta({
      placeholder: 'NAMES',
      description: `what to write besides submission and summary: ${usualOutputs.join(', ')}, disagreement (of an ensemble), dicom-seg, dicom-sr, dicom-ann (of DICOM slides), all (but those four) or none`,
    }),
  outlines: z
    .enum(outlineChoices)
    .optional()
    .describe(
      'in GeoJSON and DICOM: simplified (few corners, for editing, within a distance that the file states) or exact (the mask again) (default: simplified)',
    ),
  overwrite: z
    .boolean()
    .default(false)
    .describe('predict again what an earlier run has finished, and remove results of slides that are not in the table'),
  onFailure: z
    .enum(failureChoices)
    .optional()
    .describe(
      'a slide that cannot be predicted: withhold the submission, or leave its line empty (default: withhold; empty with --max-hours)',
    ),
  maxHours: z
    .number()
    .positive()
    .optional()
    .describe('end in time: with fewer views, then scales, then models, where all of them would take longer'),
  dryRun: z.boolean().default(false).describe('say how many tiles, how much memory and about how long, and stop'),
  estimateScale: z
    .enum(estimateChoices)
    .optional()
    .describe(
      'for slides that do not state their scale: estimate it from the size of what is found, say it and stop (ask), or go on with it (accept)',
    ),
  ...predictionSettings,
  stainTarget: file(
    'with --stain-normalisation: slide or picture to measure, or JSON with the numbers such as dataset.json (default: published colours)',
  ).optional(),
  on: z
    .enum(['slurm'])
    .optional()
    .describe('hand the slides to a scheduler and end; slurm: as an array of jobs, see `ftu status`'),
  sbatch: sbatchField,
  device: z.enum(devices).default('cpu').describe('where the networks run'),
  threads,
});

export const predict = defineCommand({
  name: 'predict',
  schema,
  groups: {
    Inputs: ['model', 'cascade', 'slides', 'where', 'settings', 'estimateScale'],
    Outputs: ['out', 'outputs', 'outlines', 'overwrite', 'onFailure', 'dryRun'],
    ...predictionGroups,
    'What the network sees': [...predictionGroups['What the network sees'], 'stainTarget'],
    Machine: ['on', 'sbatch', ...PREDICTION_MACHINE, 'maxHours'],
  },
  hints: predictionHints,
  result: {
    out: 'the folder',
    slides: 'each slide as in predictions.json: id, status, size, tiles, files, warnings',
    kept: 'how many were there from an earlier run',
    failed: 'slides that could not be predicted',
    submissions: 'the files of run-length codes',
    scales: 'with --estimate-scale, the estimate of each slide without a scale; with ask nothing else is there',
    estimates: 'with --dry-run, for each slide tiles, bytes and seconds; nothing else is there then',
    submission: 'with --on, as of `ftu run --on`; only `out` is there besides',
  },
  examples: [
    'ftu predict --slides slides.csv --out predictions',
    'ftu predict --model run/model.onnx --slides slides.csv --out predictions',
    'ftu predict --model unet.onnx=2 --model fpn.onnx --views reference --crf reference --slides slides.csv --out predictions',
    'ftu predict --cascade coarse.onnx --model run/model.onnx --slides slides.csv --out predictions',
    'ftu predict --model model.onnx --slides hubmap/test --out working --outputs none --max-hours 8.5',
    'ftu predict --model model.onnx --slides slides.csv --out predictions --on slurm --sbatch "-p cpu -c 4 -t 8:00:00" --threads 4',
  ],
  async run(options, context) {
    const {
      model,
      cascade,
      slides,
      out,
      where: filter,
      settings: path,
      outputs,
      outlines,
      overwrite,
      onFailure,
      ...more
    } = options;
    const { estimateScale, on, sbatch, ...others } = more;
    const { maxHours, dryRun, device, threads: threadCount, ...given } = others;
    if (on !== undefined) refuseAlone(options);
    else if (sbatch !== undefined) throw new UsageError('--sbatch would do nothing without `--on slurm`');
    else if (dryRun && (maxHours !== undefined || onFailure !== undefined || outlines !== undefined)) {
      throw new UsageError('--max-hours, --on-failure and --outlines have no say in --dry-run, which predicts nothing');
    }
    if (dryRun && cascade !== undefined) {
      throw new UsageError('--cascade has no say in --dry-run, which counts the tiles of all of a slide');
    }
    const startedAt = performance.now() / 1000;
    const settings: Record<string, unknown> = path === undefined ? {} : await readSettings(path);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) settings[name] = value;
    // The target is a file still.
    checkPredictSettings({ ...settings, stainTarget: undefined });
    const tolerant = (onFailure ?? (maxHours === undefined ? 'withhold' : 'empty')) === 'empty';
    const listed = await listedRows({ slides, where: filter, tolerant }, context);
    const wanted = outputsOf(outputs);
    const files = await modelFiles(model, context);
    const machine = { device, threads: threadCount };
    if (on !== undefined) {
      const coarse = cascade === undefined ? undefined : await modelPath(cascade, context);
      const asked = {
        sbatch: sbatch ?? '',
        models: files,
        cascade: coarse,
        slides,
        where: filter,
        rows: listed,
        settings,
      };
      return submitPrediction({ ...asked, ...machine, out, outputs: wanted, outlines, dryRun }, context);
    }
    const load = { ...machine, onNote: context.note };
    // With a time limit models may be left out, and the limit is kept by the time of each.
    const share = maxHours === undefined && mayShare(settings);
    const models = await loadModels(files, { ...load, share });
    let coarse: SegmentationModel | undefined;
    const releaseModels = (): Promise<void> => closeModels(models, coarse);
    try {
      if (cascade !== undefined) coarse = await loadModel(await modelPath(cascade, context), load);
      await readTarget(settings, models, context.signal);
      for (const note of predictionNotes(models, settings)) context.note(note);
      const asked = { rows: listed, models, settings };
      const estimated = estimateScale === undefined ? undefined : await rowsWithScales(estimateScale, asked, context);
      const rows = estimated === undefined ? listed : estimated.rows;
      const scales = estimated === undefined ? {} : { scales: estimated.estimates };
      if (rows === undefined) return scales;
      if (dryRun) {
        const estimates = await estimateTable(rows, models, settings);
        context.print(formatEstimates(estimates));
        return { estimates, ...scales };
      }
      await noteClasses(models, slides, context);
      // The folder would get results of both.
      await refuseUnitsAtWork(predictionRun(out));
      const summary = await predictTable(rows, models, {
        ...settings,
        cascade: coarse,
        out,
        outputs: wanted,
        outlines,
        overwrite,
        onFailure,
        contentOf: await contentsOfRun(out, context),
        releaseModels,
        signal: context.signal,
        onNote: context.note,
        budget: maxHours === undefined ? undefined : { seconds: maxHours * 3600, startedAt },
        onProgress: ({ text }) => context.progress(text),
      });
      if (wanted.includes('objects')) context.print(calibrationNote(models));
      reportPredictions(summary, { out, rows: rows.length }, context);
      const { slides: predicted, kept, failed, submissions } = summary;
      return { out, slides: predicted, kept, failed, submissions, ...scales };
    } finally {
      await releaseModels();
    }
  },
});
