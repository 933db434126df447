/** The side: layers, objects, review and jobs, one in front. */
import { useRef } from 'preact/hooks';
import { LayersPanel } from '../layers/layers-panel.js';
import { ObjectCard } from '../objects/card.js';
import { ObjectsPanel } from '../objects/objects-panel.js';
import { type SideTab, sideTabs } from '../state/appearance.js';
import { goToReview } from './actions.js';
import type { App } from './app-context.js';

const labels: Readonly<Record<SideTab, string>> = {
  layers: 'Layers',
  objects: 'Objects',
  review: 'Review',
  jobs: 'Jobs',
};

export function Side({ app }: { readonly app: App }) {
  const { studio } = app;
  const { tab, drawer } = studio.appearance;
  const list = useRef<HTMLDivElement>(null);
  const shown = sideTabs.filter((one) => app.panels[one] !== undefined || one === 'layers' || one === 'objects');
  const now = shown.includes(tab.value) ? tab.value : 'layers';
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = shown[(shown.indexOf(now) + step + shown.length) % shown.length];
    if (next === undefined) return;
    tab.value = next;
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  const Panel = app.panels[now];
  return (
    <aside class="panel side" aria-label="Panels" data-open={drawer.value === 'side'}>
      <div class="tabs" role="tablist" aria-label="Panels" ref={list} onKeyDown={key}>
        {shown.map((one) => (
          <button
            key={one}
            id={`tab-${one}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={one === now}
            aria-controls="side-panel"
            tabIndex={one === now ? 0 : -1}
            onClick={({ detail }) => {
              // The review's keys act at once after a click; who uses the keyboard stays among the tabs.
              if (one === 'review' && detail > 0) goToReview(studio);
              else tab.value = one;
            }}
          >
            {app.labels?.[one] ?? labels[one]}
          </button>
        ))}
      </div>
      <div class="side-panel" id="side-panel" role="tabpanel" aria-labelledby={`tab-${now}`} tabIndex={-1}>
        {now === 'layers' && <LayersPanel studio={studio} />}
        {now === 'objects' && <ObjectsPanel studio={studio} />}
        {Panel !== undefined && <Panel />}
      </div>
      {Panel === undefined && <ObjectCard studio={studio} />}
    </aside>
  );
}
