// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot leave out the rows that are not seen
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid keeps the focus and names the active row (aria-activedescendant)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are heard by the grid
/** Every object as a row, and with the keyboard or a screen reader the way through the slide: only the rows that are seen are there. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { numberText } from '../slides/words.js';
import type { Studio } from '../state/studio.js';
import type { ObjectRow, SortColumn } from './rows.js';
import { ROW_HEIGHT, scrollToRow, tableWindow } from './window.js';
import { probabilityText } from './words.js';

const columns: readonly { readonly column: SortColumn; readonly label: string; readonly title: string }[] = [
  { column: 'number', label: '#', title: 'Number' },
  { column: 'class', label: 'Class', title: 'Class' },
  { column: 'area', label: 'Area', title: 'Area' },
  { column: 'probability', label: 'Prob.', title: 'Mean probability' },
  { column: 'x', label: 'x', title: 'Left to right' },
  { column: 'y', label: 'y', title: 'Top to bottom' },
];

function Cells({ studio, row, number }: { readonly studio: Studio; readonly row: ObjectRow; readonly number: number }) {
  const size = studio.slides.detail.value?.pixelSize;
  const { x, y, width, height } = row.box;
  const cells: readonly string[] = [
    numberText(number + 1),
    row.edited ? `${row.class} (edited)` : row.class,
    numberText(Math.round(size === undefined ? row.area : row.area * size.x * size.y)),
    row.probability === undefined ? '–' : probabilityText(row.probability),
    numberText(Math.round(x + width / 2)),
    numberText(Math.round(y + height / 2)),
  ];
  return (
    <>
      {cells.map((text, i) => (
        <span key={columns[i]?.column} role="gridcell" aria-colindex={i + 1} title={i === 1 ? text : undefined}>
          {text}
        </span>
      ))}
    </>
  );
}

function Heads({ studio }: { readonly studio: Studio }) {
  const { sorting } = studio.objects;
  const areaUnit = studio.slides.detail.value?.pixelSize === undefined ? 'px²' : 'µm²';
  const press = (column: SortColumn): void => {
    const now = sorting.value;
    sorting.value = { column, descending: now.column === column && !now.descending };
  };
  return (
    <div role="row" class="table-row table-head" aria-rowindex={1}>
      {columns.map(({ column, label, title }, i) => {
        const isSorted = sorting.value.column === column;
        const direction = sorting.value.descending ? 'descending' : 'ascending';
        return (
          <span key={column} role="columnheader" aria-colindex={i + 1} aria-sort={isSorted ? direction : 'none'}>
            <button type="button" class="button" title={`Sort by ${title.toLowerCase()}`} onClick={() => press(column)}>
              {column === 'area' ? areaUnit : label}
              <span class="visually-hidden"> {title.toLowerCase()}, sort</span>
              <span aria-hidden="true">{isSorted ? (sorting.value.descending ? ' ↓' : ' ↑') : ''}</span>
            </button>
          </span>
        );
      })}
    </div>
  );
}

export function ObjectTable({ studio }: { readonly studio: Studio }) {
  const { objects, selection } = studio;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const viewport = useSignal(280);
  const active = useSignal(0);
  const rows = objects.rows.value;
  const order = objects.order.value;
  const count = order.length;

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      viewport.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [rows === undefined]);
  const reveal = (row: number): void => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scrollToRow(row, count, element.scrollTop, viewport.value);
    scrollTop.value = element.scrollTop;
  };
  // What is selected on the slide is shown in the table.
  const [only] = selection.ids.value.size === 1 ? selection.ids.value : [];
  useEffect(() => {
    const row = only === undefined || rows === undefined ? -1 : rows.find(only);
    const place = row < 0 ? -1 : order.indexOf(row);
    if (place < 0 || place === active.value) return;
    active.value = place;
    reveal(place);
  }, [only, order]);

  if (rows === undefined) return <p class="muted">No objects are listed for this slide.</p>;
  const at = Math.min(active.value, Math.max(0, count - 1));
  const idAt = (place: number): string | undefined => {
    const row = order[place];
    return row === undefined ? undefined : rows.at(row).id;
  };
  const choose = (place: number, go: boolean): void => {
    const id = idAt(place);
    if (id === undefined) return;
    active.value = place;
    selection.select([id]);
    if (go) studio.goToObject(id);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(viewport.value / ROW_HEIGHT) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[
      event.key
    ];
    if (to !== undefined) {
      active.value = Math.min(Math.max(0, to), Math.max(0, count - 1));
      reveal(active.value);
    } else if (event.key === 'Enter' || event.key === ' ') choose(at, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const { height, first, end, top } = tableWindow(count, scrollTop.value, viewport.value);
  const seen = Array.from(order.subarray(first, end), (row, i) => ({ place: first + i, row: rows.at(row) }));
  return (
    <div class="table-frame">
      <div
        class="table"
        role="grid"
        tabIndex={0}
        aria-label="Objects of this slide. Enter goes to the object."
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-activedescendant={count > 0 ? `object-row-${at}` : undefined}
        onKeyDown={key}
      >
        <Heads studio={studio} />
        <div
          class="table-scroll"
          role="rowgroup"
          ref={scroller}
          onScroll={(event) => {
            scrollTop.value = event.currentTarget.scrollTop;
          }}
        >
          <div class="table-space" role="presentation" style={{ height: `${height}px` }}>
            {seen.map(({ place, row }, i) => (
              <div
                key={row.id}
                id={`object-row-${place}`}
                role="row"
                class="table-row"
                aria-rowindex={place + 2}
                aria-selected={selection.ids.value.has(row.id)}
                data-active={place === at ? 'true' : undefined}
                style={{ transform: `translateY(${top + i * ROW_HEIGHT}px)` }}
                onClick={() => choose(place, false)}
                onDblClick={() => choose(place, true)}
              >
                <Cells studio={studio} row={row} number={order[place] ?? place} />
              </div>
            ))}
          </div>
        </div>
      </div>
      {count === 0 && <p class="muted">There are no such objects.</p>}
    </div>
  );
}
