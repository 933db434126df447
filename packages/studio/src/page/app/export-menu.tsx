/** What can be taken along: the slide's objects for QuPath, and all slides as tables and masks in the work folder. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ExportChoice } from '../backend/backend.js';
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
  const downloads = slide === undefined ? [] : studio.backend.downloads(slide.id);
  const choices = studio.backend.exports.filter((choice) => choice.of === 'all' || slide !== undefined);
  const write = async (choice: ExportChoice): Promise<void> => {
    open.value = false;
    busy.value = true;
    studio.messages.say(choice.of === 'all' ? 'Exporting the slides.' : 'Exporting the slide.');
    try {
      studio.messages.notice(await choice.write(slide?.id ?? ''));
      studio.messages.say('');
    } catch (error) {
      studio.messages.problem(error, () => void write(choice));
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
          {downloads.map(({ label, address, ending }) => (
            <a
              key={label}
              role="menuitem"
              class="button"
              href={address}
              download={`${slide?.name}${ending}`}
              onClick={() => {
                open.value = false;
              }}
            >
              {label}
            </a>
          ))}
          {choices.map((choice) => (
            <button
              key={choice.label}
              type="button"
              role="menuitem"
              class="button"
              disabled={busy.value}
              onClick={() => void write(choice)}
            >
              {choice.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
