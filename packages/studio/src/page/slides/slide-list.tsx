/** The slides of the session: thumbnail, what was found, and what is wrong with it. */
import type { ComponentType } from 'preact';
import type { SlideSummary } from '../../protocol/slides.js';
import { sentence } from '../backend/requests.js';
import type { Studio } from '../state/studio.js';
import { countText, diceText, sizeText } from './words.js';

function SlideItem({ studio, slide }: { readonly studio: Studio; readonly slide: SlideSummary }) {
  const isCurrent = studio.slides.current.value === slide.id;
  const open = (): void => {
    studio.openSlide(slide.id);
    studio.appearance.drawer.value = 'none';
  };
  const dice = diceText(slide.dice);
  return (
    <li>
      <button type="button" class="slide-item" aria-current={isCurrent ? 'true' : undefined} onClick={open}>
        {slide.problem === undefined || slide.awaited === true ? (
          <img src={studio.backend.thumbnail(slide.id)} alt="" loading="lazy" width="64" height="64" />
        ) : (
          <span class="no-thumbnail" aria-hidden="true">
            !
          </span>
        )}
        <span class="slide-words">
          <span class="slide-name">{slide.name}</span>
          {slide.problem === undefined ? (
            <>
              <span class="muted">{countText(slide)}</span>
              <span class="muted">{sizeText(slide)}</span>
              {dice !== undefined && <span class="muted">{dice}</span>}
            </>
          ) : (
            <span class={slide.awaited === true ? 'warning' : 'problem'}>{sentence(slide.problem)}</span>
          )}
          {slide.warnings?.map((warning) => (
            <span key={warning} class="warning">
              {sentence(warning)}
            </span>
          ))}
        </span>
      </button>
    </li>
  );
}

/** From so many slides on, they can be searched. */
const MIN_SEARCHED = 8;

export function SlideList({
  studio,
  Tools,
}: {
  readonly studio: Studio;
  /** What opens slides, in a page that does so itself. */
  readonly Tools?: ComponentType | undefined;
}) {
  const { slides, search } = studio;
  const all = slides.slides.value;
  const wanted = search.value.trim().toLowerCase();
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const unopened = all.filter(({ problem, awaited }) => problem !== undefined && awaited !== true).length;
  return (
    <nav class="panel slides" aria-label="Slides" data-open={studio.appearance.drawer.value === 'slides'}>
      <header class="panel-head">
        <h2>Slides</h2>
        <span class="muted">
          {all.length}
          {unopened > 0 && `, ${unopened} cannot be opened`}
        </span>
      </header>
      {Tools !== undefined && <Tools />}
      {all.length >= MIN_SEARCHED && (
        <input
          type="search"
          class="slide-search"
          placeholder="Find a slide"
          aria-label="Find a slide"
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
      )}
      <ul class="slide-items">
        {found.map((slide) => (
          <SlideItem key={slide.id} studio={studio} slide={slide} />
        ))}
      </ul>
      {found.length === 0 && all.length > 0 && <p class="panel-note muted">No slide has this in its name.</p>}
    </nav>
  );
}
