/**
 * Which of three channels are red, green and blue, by what a file says of them. Fluorescence is not made into something that looks like a stain: its
 * channels are often coloured red, green and blue as well, so that names count before colours.
 */

export interface StatedChannel {
  /** As `RRGGBB`, in capitals; undefined where none is stated. */
  readonly colour: string | undefined;
  /** Empty where none is stated. */
  readonly name: string;
  /** It has a dye, a wavelength, or light that excites. */
  readonly isFluorescence: boolean;
}

export type Three = readonly [number, number, number];

export type FoundChannels =
  /** Those of red, green and blue. */
  | { readonly channels: Three; readonly note: string | undefined }
  /** Why they are not the colours of a picture: what follows "channels". */
  | { readonly refusal: string };

const PRIMARIES = ['FF0000', '00FF00', '0000FF'];
/** Letters of a name. */
const MAX_NAME = 60;
/** A word of its own: not the first letter of "Rhodamine". */
const COLOUR_WORD = /(?<![\p{L}\p{N}])(?:(r|red)|(g|green)|(b|blue))(?![\p{L}\p{N}])/iu;

/**
 * @param stated three channels; fewer where the file leaves some out
 * @param bits of a sample: channels of more than 8 that nothing is said of are seldom a stain
 */
export function findChannels(stated: readonly StatedChannel[], bits: number): FoundChannels {
  if (stated.some(({ isFluorescence }) => isFluorescence)) return { refusal: ' of fluorescence' };
  const names = stated.map(({ name }) => name.replace(/\p{C}/gu, ' ').trim().slice(0, MAX_NAME));
  const byName = orderOf(wordsIn(names));
  if (byName === undefined && tellApart(names)) {
    return { refusal: ` that are called ${names.map((name) => name || 'nothing').join(', ')}` };
  }
  const colours = stated.map(({ colour }) => colour);
  const byColour = orderOf(colours.map((colour) => PRIMARIES.indexOf(colour ?? '')));
  const areColoured = colours.some((colour) => colour !== undefined);
  const contradict = byName !== undefined && byColour?.join() !== byName.join();
  if (areColoured && (byColour === undefined || contradict)) {
    const called = contradict && byColour !== undefined ? ` that are called ${names.join(', ')} and` : ' that are';
    return { refusal: `${called} coloured ${colours.map((colour) => colour ?? 'not at all').join(', ')}` };
  }
  const found = byColour ?? byName;
  if (found !== undefined) return { channels: found, note: undefined };
  if (bits !== 8) return { refusal: `, unless the file says that ${bits}-bit channels are red, green and blue` };
  return {
    channels: [0, 1, 2],
    note: 'nothing says what its three channels are: they are taken as red, green and blue',
  };
}

/** @param primaries of each channel, 0 to 2, and -1 for none */
function orderOf(primaries: readonly number[]): Three | undefined {
  const [red, green, blue] = [0, 1, 2].map((primary) => primaries.indexOf(primary));
  const isWhole = primaries.length === 3 && Math.min(red ?? -1, green ?? -1, blue ?? -1) >= 0;
  return isWhole ? [red ?? 0, green ?? 1, blue ?? 2] : undefined;
}

/** The primary that each name says, where they say nothing else: `Red`, `brightfield (R)`; not `FITC green` beside `DAPI blue`. */
function wordsIn(names: readonly string[]): number[] {
  const words = names.map((name) => COLOUR_WORD.exec(name));
  const others = new Set(names.map((name) => name.replace(COLOUR_WORD, '').toLowerCase()));
  return others.size > 1 ? [] : words.map((word) => (word?.slice(1) ?? []).findIndex((part) => part !== undefined));
}

/** Names that differ by more than a number that counts them, as `Channel 0`, `Channel 1` do and `Cy3`, `Cy5` do not. */
function tellApart(names: readonly string[]): boolean {
  if (new Set(names.map((name) => name.toLowerCase())).size <= 1) return false;
  const parts = names.map((name) => /^(.*?)(\d+)$/s.exec(name));
  const [first] = parts;
  return parts.some((part, i) => part?.[1] !== first?.[1] || Number(part?.[2]) !== Number(first?.[2]) + i);
}
