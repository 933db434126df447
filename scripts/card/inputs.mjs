/** The slides and the data set of a check, made once when the first row asks for them. */
import { join } from 'node:path';

/** The same slides on every machine. */
const SEED = 7;

/** Side of the large slide, pixels at 4 µm; a processor that stands for a card gets a small one. */
const LARGE_SIDE = { cpu: 1000, other: 4000 };

const once = (make) => {
  let made;
  return () => {
    made ??= make();
    return made;
  };
};

/**
 * Describes the inputs: `slides()` three slides with labels, `data()` the data set that is prepared of them, `large()` one larger slide.
 * Each gives its path; where it cannot be made, every row that asks hears the same reason.
 */
export function createInputs({ ftu, folder, kind, say }) {
  const slides = once(async () => {
    say('making slides');
    const size = ['--width', 1024, '--height', 1024, '--microns-per-pixel', 2];
    await ftu('synth', '--count', 3, ...size, '--seed', SEED, '--out', 'slides');
    return join(folder, 'slides');
  });
  return {
    slides,
    data: once(async () => {
      await ftu('prepare', '--slides', await slides(), '--microns-per-pixel', 2, '--out', 'data');
      return join(folder, 'data');
    }),
    large: once(async () => {
      say('making a large slide');
      const side = LARGE_SIDE[kind] ?? LARGE_SIDE.other;
      const size = ['--width', side, '--height', side, '--microns-per-pixel', 4];
      await ftu('synth', '--count', 1, ...size, '--seed', SEED, '--out', 'large');
      return join(folder, 'large');
    }),
  };
}
