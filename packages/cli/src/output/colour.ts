/** Colours on a terminal that wants them: https://no-color.org. */

export interface Painter {
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

const painted = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
const plain = (text: string): string => text;

/** Whether a stream gets colours: a terminal does, unless NO_COLOR holds anything or it is a dumb one. */
export const isColourful = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean =>
  isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';

export const createPainter = (colourful: boolean): Painter =>
  colourful ? { bold: painted(1), red: painted(31), yellow: painted(33) } : { bold: plain, red: plain, yellow: plain };
