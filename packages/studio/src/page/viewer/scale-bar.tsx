/** What lies over the slide's lower edge: scale bar, magnification and its steps. */
import type { SlideDetail } from '../../protocol/slides.js';
import type { Studio } from '../state/studio.js';
import { MAGNIFICATIONS, magnificationOf, magnificationText, percentText, scaleBar, zoomOf } from './scale.js';

/** The pixels' size along the screen's horizontal; turned by a quarter it is the other side's. */
export function pixelSizeAcross({ pixelSize }: SlideDetail, rotation: number): number | undefined {
  if (pixelSize === undefined) return undefined;
  const angle = (rotation * Math.PI) / 180;
  return Math.hypot(pixelSize.x * Math.cos(angle), pixelSize.y * Math.sin(angle));
}

export function ScaleBar({ studio, slide }: { readonly studio: Studio; readonly slide: SlideDetail }) {
  const view = studio.camera.view.value;
  if (view === undefined) return null;
  const { pixels, label } = scaleBar(view.zoom, pixelSizeAcross(slide, view.rotation));
  return (
    <div class="scale-bar" role="img" aria-label={`Scale bar: ${label}`}>
      <span>{label}</span>
      <div style={{ width: `${pixels}px` }} />
    </div>
  );
}

export function Magnification({ studio, slide }: { readonly studio: Studio; readonly slide: SlideDetail }) {
  const view = studio.camera.view.value;
  if (view === undefined) return null;
  const microns = slide.pixelSize === undefined ? undefined : Math.sqrt(slide.pixelSize.x * slide.pixelSize.y);
  const magnification = magnificationOf(view.zoom, microns);
  const text = magnification === undefined ? percentText(view.zoom) : magnificationText(magnification);
  const steps =
    microns === undefined
      ? [0.25, 0.5, 1, 2].map((zoom) => ({ zoom, text: percentText(zoom) }))
      : MAGNIFICATIONS.map((step) => ({ zoom: zoomOf(step, microns), text: magnificationText(step) }));
  const choose = (event: Event): void => {
    if (!(event.currentTarget instanceof HTMLSelectElement)) return;
    const zoom = Number(event.currentTarget.value);
    if (zoom > 0) studio.camera.pane.value?.zoomTo(zoom);
  };
  return (
    <select class="magnification" aria-label="Magnification" value="now" onChange={choose}>
      <option value="now">{text}</option>
      {steps.map((step) => (
        <option key={step.text} value={step.zoom}>
          {step.text}
        </option>
      ))}
    </select>
  );
}
