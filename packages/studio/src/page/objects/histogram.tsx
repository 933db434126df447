/** How large the objects are: bars that one can see, and the same in a sentence. */
import type { Histogram } from '../../measures/histogram.js';
import { numberText } from '../slides/words.js';

const [WIDTH, HEIGHT] = [280, 72];

/** The bars as one path, in a box of `WIDTH` x `HEIGHT`. */
export function barsPath(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  const gap = Math.min(1, width * 0.15);
  return counts
    .map((count, i) => {
      if (count === 0) return '';
      // One object among many thousands is still seen.
      const height = Math.max(1.5, (count / most) * HEIGHT);
      const x = (i * width).toFixed(2);
      return `M${x} ${HEIGHT}v${(-height).toFixed(2)}h${(width - gap).toFixed(2)}V${HEIGHT}z`;
    })
    .join('');
}

export function describe(name: string, { values, mean, median }: Histogram, unit: string): string {
  if (values === 0 || mean === undefined || median === undefined) return `No areas of ${name}`;
  const text = (value: number): string => `${numberText(Math.round(value))} ${unit}`;
  return `Areas of ${numberText(values)} ${name}: mean ${text(mean)}, median ${text(median)}`;
}

export function AreaHistogram({
  name,
  histogram,
  unit,
  colour,
}: {
  readonly name: string;
  readonly histogram: Histogram;
  readonly unit: 'um2' | 'px';
  readonly colour: string;
}) {
  const unitText = unit === 'um2' ? 'µm²' : 'px²';
  const words = describe(name, histogram, unitText);
  if (histogram.values === 0) return null;
  const last = histogram.counts.length * histogram.step;
  return (
    <figure class="histogram">
      <figcaption>{words}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        style={{ '--colour': colour }}
      >
        <path d={barsPath(histogram.counts)} />
      </svg>
      <div class="histogram-axis muted" aria-hidden="true">
        <span>0</span>
        <span>{numberText(last / 2)}</span>
        <span>
          {numberText(last)} {unitText}
        </span>
      </div>
    </figure>
  );
}
