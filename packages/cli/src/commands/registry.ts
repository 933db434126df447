/**
 * Every command by what it is about. One is loaded when it is asked for: `ftu info` need not wait for the libraries of `ftu train`, and the
 * list of commands for none.
 */
import type { CommandDefinition, LoadedCommand } from '../parser/command.js';

interface RegisteredCommand {
  /** For the list of commands and for the shell's completion. */
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/** Headings of the help, and under each the commands by name. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, RegisteredCommand>>>> = {
  Slides: {
    info: {
      summary: "Show a slide's layout, levels, compression, micrometres per pixel and associated pictures.",
      load: async () => (await import('./slides/info.js')).info,
    },
    convert: {
      summary:
        'Write a slide, or each of a table or folder, as a tiled TIFF pyramid (.tif), OME-TIFF (.ome.tif), OME-Zarr (.ome.zarr, .ozx) or DICOM series.',
      load: async () => (await import('./slides/convert.js')).convert,
    },
    synth: {
      summary: 'Make synthetic kidney slides with the exact mask of every glomerulus.',
      load: async () => (await import('./slides/synth.js')).synth,
    },
  },
  Training: {
    prepare: {
      summary: 'Resample slides and their masks to the working resolution.',
      load: async () => (await import('./training/prepare.js')).prepare,
    },
    tiles: {
      summary: 'Export the tiles of a prepared data set as TFRecord files or PNG images.',
      load: async () => (await import('./training/tiles.js')).tiles,
    },
    train: {
      summary: 'Train a segmentation network on a prepared data set.',
      load: async () => (await import('./training/train.js')).train,
    },
    encoders: {
      summary: 'List encoders with their parameters and their published ImageNet weights.',
      load: async () => (await import('./training/encoders.js')).encoders,
    },
    decoders: {
      summary: 'List decoders with the parameters of the network that each makes.',
      load: async () => (await import('./training/decoders.js')).decoders,
    },
  },
  Prediction: {
    predict: {
      summary: 'Segment slides with one model or an ensemble: submission.csv, polygons, masks and pictures.',
      load: async () => (await import('./prediction/predict.js')).predict,
    },
    evaluate: {
      summary:
        'Score predictions against the truth: Dice and IoU by pixels; true positives, false negatives, F1 and panoptic quality by objects.',
      load: async () => (await import('./prediction/evaluate.js')).evaluate,
    },
    tune: {
      summary:
        'Find threshold, CRF, hole filling, least size and hysteresis with the best Dice on slides that no model was trained on.',
      load: async () => (await import('./prediction/tune.js')).tune,
    },
    calibrate: {
      summary:
        'Learn what probabilities are worth on slides that no model was trained on, and write it into the model file: a temperature for pixels, and for objects the probability of being what they are called.',
      load: async () => (await import('./prediction/calibrate.js')).calibrate,
    },
    dicom: {
      summary: 'Write a finished prediction of DICOM slides as DICOM: segmentations, reports, annotations.',
      load: async () => (await import('./prediction/dicom.js')).dicom,
    },
    export: {
      summary: 'Turn a checkpoint (safetensors) into a model file (ONNX) for ftu predict.',
      load: async () => (await import('./prediction/export.js')).exportModel,
    },
    models: {
      summary: 'List model files with network, classes, scale and parameters.',
      load: async () => (await import('./prediction/models.js')).models,
    },
  },
  Studio: {
    studio: {
      summary: 'Look at slides and predictions in the browser, correct and review them, train again.',
      load: async () => (await import('./studio/studio.js')).studio,
    },
  },
  Experiments: {
    run: {
      summary: 'Run an experiment from a recipe: folds, selection, pseudo-labels, a second stage, scores and a report.',
      load: async () => (await import('./experiment/run.js')).run,
    },
    unit: {
      summary:
        'Do one unit of a recipe (a slide, a fold, the rest of a step) in this process, for schedulers and queues.',
      load: async () => (await import('./experiment/unit.js')).unit,
    },
    worker: {
      summary: 'Do units of the runs that `ftu run --on redis://...` has queued, until it is stopped.',
      load: async () => (await import('./experiment/worker.js')).worker,
    },
    status: {
      summary:
        'Say how a run stands: units by state, attempts at work with their hosts, what is set aside, and its jobs in Slurm or its queue.',
      load: async () => (await import('./experiment/status.js')).status,
    },
    cancel: {
      summary: 'Take a run out of the queue of Slurm, or out of its queue on Redis. What is finished stays.',
      load: async () => (await import('./experiment/cancel.js')).cancel,
    },
    demo: {
      summary: 'Make or take slides, run an experiment on them, and write a report to look at.',
      load: async () => (await import('./experiment/demo.js')).demo,
    },
    publish: {
      summary: 'Package a run, files or ftu itself as a Kaggle data set, and upload it if the kaggle tool is set up.',
      load: async () => (await import('./experiment/publish.js')).publish,
    },
  },
  'This program': {
    doctor: {
      summary: 'Say what works on this machine and how to fix what does not.',
      load: async () => (await import('./program/doctor.js')).doctor,
    },
    completion: {
      summary: 'Print a script that makes a shell complete commands, options and values.',
      load: async () => (await import('./program/completion.js')).completion,
    },
  },
};

/** A command of the registry. */
export interface ListedCommand extends RegisteredCommand {
  readonly name: string;
  readonly heading: string;
}

export const listedCommands: readonly ListedCommand[] = Object.entries(commandGroups).flatMap(([heading, commands]) =>
  Object.entries(commands).map(([name, command]) => ({ ...command, heading, name })),
);

/** All commands, for what describes the program. */
export const loadCommands = (): Promise<LoadedCommand[]> =>
  Promise.all(listedCommands.map(async ({ summary, load }) => ({ summary, definition: await load() })));
