/** The tab of objects: the slide as a whole, the selected one, and all of them. */
import { Disagreements } from '../disagreements/disagreements.js';
import { numberText } from '../slides/words.js';
import type { Studio } from '../state/studio.js';
import { ObjectsSummary } from './summary.js';
import { ObjectTable } from './table.js';

export function ObjectsPanel({ studio }: { readonly studio: Studio }) {
  const { objects, slides } = studio;
  if (slides.detail.value === undefined) return <p class="panel-note muted">Open a slide to see its objects.</p>;
  const classes = objects.rows.value?.classes ?? [];
  return (
    <div class="panel-body objects">
      <Disagreements studio={studio} />
      <details class="group" open>
        <summary>This slide</summary>
        <ObjectsSummary studio={studio} />
      </details>
      <section class="group table-group" aria-labelledby="objects-title">
        <header class="group-head">
          <h3 id="objects-title">All objects ({numberText(objects.order.value.length)})</h3>
          <select
            aria-label="Class of the objects in the table"
            value={objects.className.value ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              objects.className.value = value === '' ? undefined : value;
            }}
          >
            <option value="">all classes</option>
            {classes.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </header>
        <ObjectTable studio={studio} />
      </section>
    </div>
  );
}
