/** What can be taken along: the slide's objects for QuPath, and all slides as tables and masks in the work folder. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Studio } from '../state/studio.js';
import { Icon } from './icons.js';

export function ExportMenu({ studio }: { readonly studio: Studio }) {
  const open = useSignal(false);
  const busy = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const slide = studio.slides.detail.value;

  useEffect(() => {
    const outside = (event: Event): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) !== true) open.value = false;
    };
    window.addEventListener('pointerdown', outside);
    return () => window.removeEventListener('pointerdown', outside);
  }, []);
  const key = (event: KeyboardEvent): void => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = items.findIndex((item) => item.matches(':focus'));
    if (event.key === 'Escape') {
      open.value = false;
      button.current?.focus();
    } else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const exportAll = async (): Promise<void> => {
    open.value = false;
    busy.value = true;
    studio.messages.say('Exporting the slides.');
    try {
      studio.messages.notice(await studio.backend.exportSlides());
      studio.messages.say('');
    } catch (error) {
      studio.messages.problem(error, () => void exportAll());
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="menu" ref={menu}>
      <button
        ref={button}
        type="button"
        class="button icon-button"
        aria-label="Export"
        title="Export"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onKeyDown={key}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="download" />
      </button>
      {open.value && (
        <div class="menu-list" role="menu" aria-label="Export" tabIndex={-1} onKeyDown={key}>
          {slide !== undefined && (
            <a
              role="menuitem"
              class="button"
              href={studio.backend.correctedGeoJson(slide.id)}
              download={`${slide.name}.geojson`}
              onClick={() => {
                open.value = false;
              }}
            >
              This slide as GeoJSON for QuPath
            </a>
          )}
          <button type="button" role="menuitem" class="button" disabled={busy.value} onClick={() => void exportAll()}>
            All slides: masks, GeoJSON, slide table
          </button>
        </div>
      )}
    </div>
  );
}
