/** The view as a PNG with its scale bar, named by the slide: for a report or a letter. */
import type { SlideDetail } from '../../protocol/slides.js';
import type { View } from '../state/address.js';
import { scaleBar } from '../viewer/scale.js';

/** A name that every file system takes. */
export function snapshotName(slide: string, view: View): string {
  const plain = slide.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+/, '') || 'slide';
  return `${plain.slice(0, 100)}_x${Math.round(view.x)}_y${Math.round(view.y)}.png`;
}

const MARGIN = 16;
const BAR = 4;

/**
 * Draws the scale bar into the lower left corner, on white so that it is seen on any tissue.
 *
 * @param ratio device pixels per CSS pixel
 * @param micrometresPerPixel across the screen; undefined: the bar counts pixels
 */
export function drawScaleBar(
  picture: HTMLCanvasElement,
  view: View,
  micrometresPerPixel: number | undefined,
  ratio: number,
): void {
  const context = picture.getContext('2d');
  if (context === null) return;
  const bar = scaleBar(view.zoom, micrometresPerPixel, Math.min(160, picture.width / ratio / 3));
  context.save();
  context.scale(ratio, ratio);
  context.font = '600 13px system-ui, sans-serif';
  const width = Math.max(bar.pixels, context.measureText(bar.label).width);
  const bottom = picture.height / ratio - MARGIN;
  context.fillStyle = 'rgb(255 255 255 / 85%)';
  context.fillRect(MARGIN - 8, bottom - 30, width + 16, 38);
  context.fillStyle = '#101418';
  context.fillRect(MARGIN, bottom - BAR, bar.pixels, BAR);
  context.fillText(bar.label, MARGIN, bottom - BAR - 6);
  context.restore();
}

/** @throws {Error} if the browser cannot make a PNG of it */
export function pngOf(picture: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) =>
        blob === null ? reject(new Error('This browser could not make a picture of the view.')) : resolve(blob),
      'image/png',
    );
  });
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export interface SnapshotOptions {
  readonly picture: HTMLCanvasElement;
  readonly slide: SlideDetail;
  readonly view: View;
  readonly micrometresPerPixel: number | undefined;
  /** CSS pixels that the view is wide. */
  readonly cssWidth: number;
}

/** @returns the file's name */
export async function saveSnapshot(options: SnapshotOptions): Promise<string> {
  const { picture, slide, view, micrometresPerPixel, cssWidth } = options;
  drawScaleBar(picture, view, micrometresPerPixel, picture.width / Math.max(1, cssWidth));
  const name = snapshotName(slide.name, view);
  download(await pngOf(picture), name);
  return name;
}
