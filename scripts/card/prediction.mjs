/** Predictions by `ftu predict` with the starter model, on the card and on the processor. */
import { join } from 'node:path';

/** Greatest share of the labelled pixels that may differ. */
const BOUND = 0.001;

/** Predicts, and writes masks. @returns what `ftu predict` says of each slide; its seconds are without the program's start */
async function predict({ ftu, say }, slides, out, device, ...settings) {
  say(`predicting on ${device}`);
  const choice = ['--outputs', 'mask', '--device', device, ...settings];
  const { slides: predicted } = await ftu('predict', '--slides', slides, '--out', out, ...choice);
  return predicted;
}

const secondsOf = (slides) => slides.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1);
const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

/** Compares the labels of the same slides on the card and on the processor. */
export async function predictionRow(check, row) {
  const { folder, inputs, predictOn, kind } = check;
  row.bound = percent(BOUND);
  const slides = await inputs.slides();
  check.predictedOnCard = predict(check, slides, 'predictions-card', predictOn);
  const onCard = await check.predictedOnCard;
  row.onDevice = kind !== 'cpu';
  const onProcessor = await predict(check, slides, 'predictions-processor', 'cpu');
  // Only after the build is there a package that reads masks.
  const { countDifferences } = await import('./masks.mjs');
  const { different, labelled } = await countDifferences(
    join(folder, 'predictions-card/masks'),
    join(folder, 'predictions-processor/masks'),
  );
  if (labelled === 0) throw new Error('neither device finds anything on the slides, so that nothing is compared');
  const share = different / labelled;
  row.verdict = share <= BOUND ? 'ok' : 'FAILED';
  row.result = `${different} of ${labelled} labelled pixels differ (${percent(share)}); ${onCard.length} slides in ${secondsOf(onCard)} s on ${predictOn}, ${secondsOf(onProcessor)} s on the processor`;
}

/** Measures how long a larger slide takes on the card with four views of each tile. */
export async function largeSlideRow(check, row) {
  const { inputs, predictOn, kind } = check;
  // Where small slides fail, a large one need not be made.
  await check.predictedOnCard;
  const slides = await predict(check, await inputs.large(), 'predictions-large', predictOn, '--views', 'reference');
  row.onDevice = kind !== 'cpu';
  const [{ width, height, tiles }] = slides;
  row.verdict = 'measured';
  row.result = `${width} x ${height} pixels, ${tiles} tiles with their views: ${secondsOf(slides)} s on ${predictOn}`;
}
