/** The middle of the page: the slide in one pane or two, and what lies over it. */
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { SlideDetail } from '../../protocol/slides.js';
import { SwipeLine } from '../compare/swipe-line.js';
import { colourMark } from '../layers/colour-words.js';
import type { PaneSide } from '../layers/shown.js';
import { SlideWarnings } from '../slides/slide-warnings.js';
import type { Studio } from '../state/studio.js';
import { CameraControls } from './controls.js';
import { openPane } from './pane.js';
import { Magnification, ScaleBar } from './scale-bar.js';
import { StaticPicture } from './static-picture.js';

function PaneView({
  studio,
  slide,
  side,
  caption,
}: {
  readonly studio: Studio;
  readonly slide: SlideDetail;
  readonly side: PaneSide;
  readonly caption: string | undefined;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const seadragon = useRef<HTMLDivElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const navigator = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (frame.current === null || seadragon.current === null || overlay.current === null) return;
    return openPane({
      studio,
      slide,
      side,
      elements: {
        frame: frame.current,
        seadragon: seadragon.current,
        overlay: overlay.current,
        navigator: navigator.current ?? undefined,
      },
    });
    // The slide's layers may be read anew while it is open; another id is another slide.
  }, [studio, slide.id, side]);
  return (
    <div class="pane" data-side={side} ref={frame}>
      <div class="seadragon" ref={seadragon} />
      <canvas class="overlay" ref={overlay} />
      {side === 'main' && <div class="navigator" ref={navigator} id={`navigator-${slide.id}`} />}
      {caption !== undefined && <p class="caption">{caption}</p>}
    </div>
  );
}

export function Viewer({
  studio,
  Empty,
}: {
  readonly studio: Studio;
  /** Instead of a sentence where no slide is open. */
  readonly Empty?: ComponentType | undefined;
}) {
  const { slides, compare, layers } = studio;
  const slide = slides.detail.value;
  if (slide === undefined) return Empty === undefined ? <NoSlide studio={studio} /> : <Empty />;
  const compared = compare.compared.value;
  // Tiles in other colours are other tiles: the pane is opened anew, where it stood.
  const colours = slide.colours.kind === 'converted' ? layers.colours.value : 'srgb';
  const mark = colourMark(slide.colours, colours);
  const mode = compared === undefined ? 'off' : compare.mode.value;
  return (
    <section class="viewer" data-compare={mode} aria-label={`Slide ${slide.name}`}>
      <PaneView
        key={`${slide.id} ${colours}`}
        studio={studio}
        slide={slide}
        side="main"
        caption={mode === 'side' ? compared?.left.name : undefined}
      />
      {mode === 'side' && (
        <PaneView
          key={`${slide.id} ${colours} second`}
          studio={studio}
          slide={slide}
          side="second"
          caption={compared?.right.name}
        />
      )}
      {mode === 'swipe' && compared !== undefined && (
        <SwipeLine compare={compare} left={compared.left.name} right={compared.right.name} />
      )}
      <SlideWarnings key={`warnings of ${slide.id}`} slide={slide} />
      <div class="over-left">
        <Magnification studio={studio} slide={slide} />
        <ScaleBar studio={studio} slide={slide} />
        {mark !== undefined && <p class="colour-mark">{mark}</p>}
      </div>
      <StaticPicture key={`picture of ${slide.id}`} studio={studio} slide={slide} />
      <CameraControls studio={studio} />
    </section>
  );
}

function NoSlide({ studio }: { readonly studio: Studio }) {
  const { slides } = studio;
  const current = slides.slides.value.find(({ id }) => id === slides.current.value);
  const text =
    current?.problem !== undefined
      ? `This slide cannot be opened: ${current.problem}`
      : slides.slides.value.length === 0
        ? slides.loading.value
          ? 'Loading the slides.'
          : 'There are no slides.'
        : 'Opening the slide.';
  return (
    <section class="viewer empty" aria-label="Slide">
      <p class={current?.problem === undefined ? 'muted' : 'problem'}>{text}</p>
    </section>
  );
}
