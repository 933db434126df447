/** What the demo runs: made slides in a few minutes, or real ones with a whole centre held out. */

export interface DemoPlan {
  readonly title: string;
  readonly summary: string;
  /** What a reader must know before believing the score. */
  readonly cautions: readonly string[];
  /** Slide table of training and test slides. */
  readonly slides: string;
  /** Row filters in the syntax of `--where`. */
  readonly trainOn: string;
  readonly testOn: string;
  readonly micronsPerPixel: number;
  readonly tile: number;
  /** Settings of `ftu train`, as in its configuration file. */
  readonly training: Readonly<Record<string, unknown>>;
}

/** Three synthetic slides to learn from, the fourth to be tested on. */
export function syntheticPlan(slides: string, heldOut: string): DemoPlan {
  return {
    title: 'A network that has seen three kidneys meets a fourth',
    summary:
      'Four synthetic PAS slides with exact truth. A small Unet learned from three of them, from random weights; the scores and pictures below are of the fourth, which it never saw.',
    cautions: [
      'The slides are synthetic: the score shows that every part works, not how well real kidneys are segmented.',
      'One slide was tested on, and one network was trained: there is no interval, and another seed scores otherwise.',
    ],
    slides,
    trainOn: `id!=${heldOut}`,
    testOn: `id=${heldOut}`,
    micronsPerPixel: 6,
    tile: 128,
    training: {
      split: 'none',
      encoder: 'tu-tf_efficientnet_lite0',
      batchSize: 8,
      epochs: 16,
      samplesPerEpoch: 320,
      seed: 7,
      ema: 0.98,
      maxMinutes: 8,
      set: [
        // Random weights have far to go, and four slides of one scanner differ in stain more than in scale.
        'optimiser.learningRate=0.003',
        'augment.zoom=1.1',
        'augment.rotationChance=0',
        'augment.stainScale=0.25',
      ],
    },
  };
}

/** Real regions: everything outside `testOn` trains. */
export function realPlan(
  slides: string,
  trainOn: string,
  testOn: string,
  encoderWeights: string | undefined,
): DemoPlan {
  return {
    title: 'Glomeruli in slides of a hospital never seen',
    summary: `Trained on the rows with ${trainOn} of ${slides}, tested on ${testOn}. Nothing was chosen on the test slides.`,
    cautions: [
      'One network from one seed: the interval tells slides drawn by chance, not trainings.',
      'Annotators miss glomeruli too: some false alarms may be none. Look at the pictures.',
    ],
    slides,
    trainOn,
    testOn,
    micronsPerPixel: 2.7,
    tile: 256,
    training: {
      split: 'none',
      encoder: 'tu-tf_efficientnet_lite0',
      ...(encoderWeights === undefined ? {} : { encoderWeights }),
      batchSize: 8,
      epochs: 24,
      samplesPerEpoch: 400,
      seed: 1,
      ema: 0.995,
      maxMinutes: 36,
      set: [
        // Learned features are worth keeping where the slides are few and the test comes from elsewhere.
        'optimiser.encoderFactor=0.3',
        // Every centre, and so every stain, is seen equally often.
        `sampling.balanceBy=${/^[^=!]+/.exec(testOn)?.[0] ?? 'centre'}`,
        // The scale of these regions is an estimate, and another hospital's stain is anyone's guess.
        'augment.zoom=1.4',
        'augment.stainScale=0.3',
        'augment.saturation=0.4',
      ],
    },
  };
}
