/** OpenSeadragon as one pane uses it: camera, gestures and navigator; tiles are drawn below our own canvas. */
import OpenSeadragon from 'openseadragon';
import type { SlideDetail, TileColours } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import type { View } from '../state/address.js';
import type { Box } from '../state/camera.js';
import { CalmFrames } from './calm-frames.js';
import { cameraOf, type Viewport, viewOf } from './camera.js';
import { DeepZoom } from './deep-zoom.js';
import { slideDrawers } from './drawers.js';

/** Screen pixels that a pixel of the slide may have: enough to move a vertex within it. */
const MAX_PIXEL_RATIO = 40;
const SECONDS = 0.35;

export interface SeadragonOptions {
  readonly element: HTMLElement;
  /** Of the overview; undefined: none. */
  readonly navigator: HTMLElement | undefined;
  readonly slide: SlideDetail;
  readonly backend: Backend;
  readonly colours: TileColours;
  /** Where the slide is looked at first; undefined: the whole of it. */
  readonly view: View | undefined;
  /** No movement that was not asked for. */
  readonly still: boolean;
  readonly failed: (tile: string) => void;
}

export interface Seadragon {
  readonly viewer: OpenSeadragon.Viewer;
  /** Of the next frame; undefined until the slide is open. */
  readonly viewport: () => Viewport | undefined;
  readonly camera: () => ReturnType<typeof cameraOf> | undefined;
  readonly view: () => View | undefined;
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly show: (view: View, immediately: boolean) => void;
  readonly fit: (box: Box) => void;
  /** CSS pixels, as the screen shows them. */
  readonly panBy: (right: number, down: number) => void;
  readonly close: () => void;
}

/** OpenSeadragon styles one rule for touch by a `style` element, which the content security policy refuses; ours is in the style sheet. */
function refuseInlineStyle(): void {
  if (document.querySelector('style[data-openseadragon-mobile-css]') !== null) return;
  // It is found by the name of the element alone; of another namespace it is no style, and the policy has nothing to say to it.
  const marker = document.createElementNS('urn:ftuseg', 'style');
  marker.setAttribute('data-openseadragon-mobile-css', 'ours');
  document.head.append(marker);
}

/** What a person does before anything moves. */
const STIRRING = ['pointerdown', 'pointermove', 'pointerup', 'wheel', 'keydown', 'keyup', 'resize'];

let frames: CalmFrames | undefined;

/** OpenSeadragon's frames, of all panes together: one may follow another. */
function calmFrames(): CalmFrames {
  if (frames !== undefined) return frames;
  frames = new CalmFrames(window);
  for (const name of STIRRING) addEventListener(name, frames.stir, { capture: true, passive: true });
  Object.assign(OpenSeadragon, { requestAnimationFrame: frames.request, cancelAnimationFrame: frames.cancel });
  return frames;
}

export function openSeadragon(options: SeadragonOptions): Seadragon {
  const { element, navigator, slide, backend, still } = options;
  refuseInlineStyle();
  const { stir } = calmFrames();
  stir();
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: slideDrawers(),
    prefixUrl: '',
    showNavigationControl: false,
    keyboardNavEnabled: false,
    ...(navigator === undefined
      ? { showNavigator: false }
      : { showNavigator: true, navigatorElement: navigator, navigatorDrawer: 'canvas' }),
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: !still },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, pinchRotate: false, flickEnabled: !still },
    gestureSettingsPen: { clickToZoom: false, dblClickToZoom: true },
    animationTime: still ? 0 : SECONDS,
    blendTime: 0,
    maxZoomPixelRatio: MAX_PIXEL_RATIO,
    minZoomImageRatio: 0.7,
    visibilityRatio: 0.2,
    // What one looks at keeps its size when a panel opens.
    preserveImageSizeOnResize: true,
    zoomPerScroll: 1.25,
    imageLoaderLimit: 8,
    maxImageCacheCount: 400,
    tileRetryMax: 2,
    tileRetryDelay: 1500,
  });
  // It has the focus while the slide is moved by keys.
  viewer.canvas.setAttribute('role', 'application');
  viewer.canvas.setAttribute(
    'aria-label',
    `Slide ${slide.name}. Arrow keys move it, plus and minus zoom. The tab Objects lists what is on it.`,
  );
  viewer.addHandler('update-viewport', stir);
  viewer.addHandler('tile-load-failed', ({ tile }) => options.failed(`${tile.level}/${tile.x}_${tile.y}`));

  const viewport = (): Viewport | undefined => {
    if (!viewer.isOpen()) return undefined;
    const { viewport: now } = viewer;
    const centre = now.getCenter(true);
    const { width, height } = now.getBoundsNoRotate(true);
    return {
      centre: { x: centre.x, y: centre.y },
      width,
      height,
      rotation: now.getRotation(true),
      flipped: now.getFlip(),
    };
  };
  const canvas = (): HTMLCanvasElement | undefined => {
    const drawn: unknown = viewer.drawer?.canvas;
    return drawn instanceof HTMLCanvasElement ? drawn : undefined;
  };
  const camera = (): ReturnType<typeof cameraOf> | undefined => {
    const [now, drawn] = [viewport(), canvas()];
    return now === undefined || drawn === undefined ? undefined : cameraOf(now, drawn, slide.width);
  };
  const cssWidth = (): number => viewer.viewport.getContainerSize().x;
  const show = (view: View, immediately: boolean): void => {
    if (!viewer.isOpen()) return;
    stir();
    const { viewport: now } = viewer;
    if (now.getFlip() !== view.flipped) now.setFlip(view.flipped);
    // The shortest way round.
    const turn = ((((view.rotation - now.getRotation()) % 360) + 540) % 360) - 180;
    if (turn !== 0) now.rotateBy(turn, undefined, immediately);
    now.zoomTo((view.zoom * slide.width) / cssWidth(), undefined, immediately);
    now.panTo(new OpenSeadragon.Point(view.x / slide.width, view.y / slide.width), immediately);
  };
  const fit = ({ x, y, width, height }: Box): void => {
    stir();
    const scale = 1 / slide.width;
    viewer.viewport.fitBoundsWithConstraints(
      new OpenSeadragon.Rect(x * scale, y * scale, width * scale, height * scale),
      still,
    );
  };
  const panBy = (right: number, down: number): void => {
    stir();
    const { viewport: now } = viewer;
    const pixels = new OpenSeadragon.Point(now.getFlip() ? -right : right, down);
    now.panBy(now.deltaPointsFromPixels(pixels), still).applyConstraints(still);
  };
  viewer.addOnceHandler('open', () => {
    if (options.view !== undefined) show(options.view, true);
  });
  viewer.open({ tileSource: new DeepZoom(slide, backend, options.colours) });
  return {
    viewer,
    viewport,
    canvas,
    camera,
    view: () => {
      const now = viewport();
      return now === undefined ? undefined : viewOf(now, cssWidth(), slide.width);
    },
    show,
    fit,
    panBy,
    close: () => viewer.destroy(),
  };
}
