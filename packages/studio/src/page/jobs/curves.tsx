/** Curves of a training while it learns: the loss of its images, and the Dice of slides that it does not learn from. */
import type { EpochPoint } from '../../jobs/curves.js';
import { type CurvePoint, curveShape, describeCurve, HEIGHT, WIDTH } from './curve-shape.js';

interface CurveOptions {
  readonly name: string;
  readonly kind: 'loss' | 'dice';
  readonly points: readonly CurvePoint[];
  readonly epochs: number;
  readonly high?: number | undefined;
}

function Curve({ name, kind, points, epochs, high }: CurveOptions) {
  const shape = curveShape(points, epochs, high);
  const words = describeCurve(name, points, epochs);
  const last = shape.points.at(-1);
  return (
    <figure class="curve">
      <figcaption>{words}</figcaption>
      <svg viewBox={`-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`} role="img" aria-label={words} data-kind={kind}>
        <path class="curve-frame" d={`M0 0V${HEIGHT}H${WIDTH}`} />
        <path class="curve-line" d={shape.path} />
        {last !== undefined && <circle class="curve-now" cx={last.x} cy={last.y} r="3" />}
      </svg>
      <div class="curve-axis muted" aria-hidden="true">
        <span>
          {shape.low} to {shape.high}
        </span>
        <span>epoch 1 to {epochs}</span>
      </div>
    </figure>
  );
}

function CurveTable({ history }: { readonly history: readonly EpochPoint[] }) {
  return (
    <details class="curve-table">
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Loss</th>
            <th scope="col">Validation Dice</th>
          </tr>
        </thead>
        <tbody>
          {history.map(({ epoch, loss, validationDice, best }) => (
            <tr key={epoch}>
              <th scope="row">{epoch}</th>
              <td>{loss.toFixed(3)}</td>
              <td>
                {validationDice === undefined ? 'not validated' : validationDice.toFixed(3)}
                {validationDice !== undefined && best && ' (best so far)'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export function Curves({ history }: { readonly history: readonly EpochPoint[] }) {
  const epochs = history.at(-1)?.epochs ?? 1;
  const dice = history.flatMap(({ epoch, validationDice }) =>
    validationDice === undefined ? [] : [{ epoch, value: validationDice }],
  );
  if (history.length === 0) return null;
  return (
    <div class="curves">
      <Curve
        name="Loss"
        kind="loss"
        points={history.map(({ epoch, loss }) => ({ epoch, value: loss }))}
        epochs={epochs}
      />
      {dice.length > 0 && <Curve name="Validation Dice" kind="dice" points={dice} epochs={epochs} high={1} />}
      <CurveTable history={history} />
    </div>
  );
}
