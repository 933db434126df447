/** Every command by what it is about. One is loaded when it is asked for: `ftu info` need not wait for the libraries of `ftu train`. */
import type { CommandDefinition } from '../parser/command.js';

type Load = () => Promise<CommandDefinition>;

/** Headings of the help, and under each the commands by name. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  Slides: {
    info: async () => (await import('./slides/info.js')).info,
    convert: async () => (await import('./slides/convert.js')).convert,
    synth: async () => (await import('./slides/synth.js')).synth,
  },
  Training: {
    prepare: async () => (await import('./training/prepare.js')).prepare,
    tiles: async () => (await import('./training/tiles.js')).tiles,
    train: async () => (await import('./training/train.js')).train,
    encoders: async () => (await import('./training/encoders.js')).encoders,
    decoders: async () => (await import('./training/decoders.js')).decoders,
  },
  Prediction: {
    predict: async () => (await import('./prediction/predict.js')).predict,
    evaluate: async () => (await import('./prediction/evaluate.js')).evaluate,
    tune: async () => (await import('./prediction/tune.js')).tune,
    calibrate: async () => (await import('./prediction/calibrate.js')).calibrate,
    export: async () => (await import('./prediction/export.js')).exportModel,
    models: async () => (await import('./prediction/models.js')).models,
  },
  Studio: {
    studio: async () => (await import('./studio/studio.js')).studio,
  },
  Experiments: {
    run: async () => (await import('./experiment/run.js')).run,
    unit: async () => (await import('./experiment/unit.js')).unit,
    status: async () => (await import('./experiment/status.js')).status,
    cancel: async () => (await import('./experiment/cancel.js')).cancel,
    demo: async () => (await import('./experiment/demo.js')).demo,
    publish: async () => (await import('./experiment/publish.js')).publish,
  },
  'This program': {
    doctor: async () => (await import('./program/doctor.js')).doctor,
    completion: async () => (await import('./program/completion.js')).completion,
  },
};

export interface LoadedCommand {
  readonly heading: string;
  readonly definition: CommandDefinition;
}

/** @param name undefined, or one that no command has: all commands */
export async function loadCommands(name?: string): Promise<LoadedCommand[]> {
  const all = Object.entries(commandGroups).flatMap(([heading, commands]) =>
    Object.entries(commands).map(([one, load]) => ({ heading, one, load })),
  );
  const wanted = all.filter(({ one }) => one === name);
  return Promise.all(
    (wanted.length > 0 ? wanted : all).map(async ({ heading, load }) => ({ heading, definition: await load() })),
  );
}
