/** Without WebGL2 nothing is drawn over the slide: the picture that the prediction painted is shown instead. */
import { useSignal } from '@preact/signals';
import type { SlideDetail } from '../../protocol/slides.js';
import type { Studio } from '../state/studio.js';

export function StaticPicture({ studio, slide }: { readonly studio: Studio; readonly slide: SlideDetail }) {
  const isMissing = useSignal(false);
  if (studio.noGraphics.value === undefined) return null;
  return (
    <aside class="static-picture" aria-label="Picture of the prediction">
      <p>{studio.noGraphics.value}</p>
      {isMissing.value ? (
        <p class="muted">No prediction painted a picture of this slide.</p>
      ) : (
        <a href={studio.backend.overlayPicture(slide.id)} target="_blank" rel="noreferrer">
          <img
            key={slide.id}
            src={studio.backend.overlayPicture(slide.id)}
            alt={`Slide ${slide.name} with the outlines of the prediction`}
            onError={() => {
              isMissing.value = true;
            }}
          />
        </a>
      )}
    </aside>
  );
}
