/** Networks by name, with what each costs: what `ftu encoders` and `ftu decoders` print. */
import { createModel, decoderRunsOn, summarise } from '@ftuseg/nn';

/** Side of the tile for which multiply-adds are counted, pixels. */
const TILE = 256;
/** Network around a part that is listed. */
export const USUAL = { decoder: 'unet', encoder: 'timm-efficientnet-b0' } as const;

export interface Cost {
  readonly parameters: number | null;
  /** Of one tile of 256 x 256 pixels. */
  readonly multiplyAdds: number | null;
}

/** What a whole network costs; null where there is no such network. */
export function costOf(decoder: string, encoder: string): Cost {
  if (!decoderRunsOn(decoder, encoder)) return { parameters: null, multiplyAdds: null };
  const model = createModel({ decoder, encoder, classes: 1 });
  const { parameters, multiplyAdds } = summarise(model, [1, 3, TILE, TILE]);
  return { parameters, multiplyAdds };
}

/** Columns as wide as what is in them; the first is of names, the others of numbers and words. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const millions = (count: number | null): string => (count === null ? 'none' : `${(count / 1e6).toFixed(1)} M`);
export const billions = (count: number | null): string => (count === null ? '' : `${(count / 1e9).toFixed(2)} G`);
