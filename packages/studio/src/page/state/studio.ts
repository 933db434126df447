/** The page's whole state in one place: what the components read, and what they may ask for. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { MapLayer, OutlineLayer } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import type { Overlay } from '../overlay/overlay.js';
import type { ToolContext } from '../tools/tool.js';
import { formatAddress, parseAddress } from './address.js';
import type { Appearance } from './appearance.js';
import { type CameraState, createCamera } from './camera.js';
import { type CompareState, createCompare } from './compare.js';
import type { Connection } from './connection.js';
import { createDocument, type DocumentState } from './correct/document.js';
import { createGeometry, type GeometryState } from './correct/geometry.js';
import { createLayers, type LayerSettings, type LayersState } from './layers.js';
import type { Messages } from './messages.js';
import { createObjects, type ObjectsState } from './objects.js';
import type { Preferences } from './preferences.js';
import { createSelection, type SelectionState } from './selection.js';
import { createSlides, type SlidesState } from './slides.js';
import { createTools, type ToolsState } from './tools.js';

export interface Studio {
  readonly backend: Backend;
  readonly messages: Messages;
  readonly connection: Connection;
  readonly appearance: Appearance;
  readonly slides: SlidesState;
  readonly camera: CameraState;
  readonly layers: LayersState;
  readonly compare: CompareState;
  readonly selection: SelectionState;
  readonly tools: ToolsState;
  readonly document: DocumentState;
  readonly objects: ObjectsState;
  readonly geometry: GeometryState;
  /** Of the open slide; undefined: none is open. */
  readonly context: Signal<ToolContext | undefined>;
  /** What is sought in the list of slides. */
  readonly search: Signal<string>;
  /** The main pane's; undefined: no pane is open, or the browser has no WebGL2. */
  readonly overlay: Signal<Overlay | undefined>;
  /** @throws why nothing can be drawn, such as in a browser without WebGL2 */
  readonly makeOverlay: (canvas: HTMLCanvasElement) => Overlay;
  /** Why nothing can be drawn over the slide; undefined: it can. */
  readonly noGraphics: Signal<string | undefined>;
  /** The layer that edits are drawn over. */
  readonly correctedLayer: ReadonlySignal<OutlineLayer | undefined>;
  readonly openSlide: (slide: string) => void;
  /** Shows an object with some of what is around it. */
  readonly goToObject: (id: string) => void;
  /** Follows an address that was typed or chosen from the history. */
  readonly goToAddress: (fragment: string) => void;
  /** How a layer is shown before anybody changed it: what is corrected is seen, a map's slider stands at the prediction's threshold. */
  readonly firstSettings: (layer: OutlineLayer | MapLayer) => Partial<LayerSettings>;
}

export interface StudioOptions {
  readonly backend: Backend;
  readonly messages: Messages;
  readonly connection: Connection;
  readonly preferences: Preferences;
  readonly appearance: Appearance;
  readonly makeOverlay: (canvas: HTMLCanvasElement) => Overlay;
  /** Of the address's fragment. */
  readonly location: { readonly read: () => string; readonly write: (fragment: string) => void };
}

const NO_LAYERS: readonly OutlineLayer[] = [];

export function createStudio(options: StudioOptions): Studio {
  const { backend, messages, connection, preferences, appearance, location } = options;
  const slides = createSlides(backend, messages);
  const camera = createCamera();
  const outlines = computed(() => slides.detail.value?.outlines ?? NO_LAYERS);
  const correctedLayer = computed(
    () =>
      outlines.value.find(({ kind }) => kind === 'corrected') ??
      outlines.value.find(
        ({ kind, prediction }) => kind === 'prediction' && prediction === slides.session.value?.corrects,
      ),
  );
  const selection = createSelection(backend, slides.current);
  const document = createDocument({ backend, messages, connection, slides });
  const objects = createObjects({ backend, messages, slides, layer: correctedLayer, document });
  const tools = createTools(preferences);
  const overlay = signal<Overlay | undefined>(undefined);
  const geometry = createGeometry({ overlay, layer: correctedLayer, rows: objects.rows, changed: document.changed });

  const correctedId = computed(() => correctedLayer.value?.id);
  effect(() => {
    // Objects of another prediction are others.
    void correctedId.value;
    selection.clear();
  });
  effect(() => {
    const classes = slides.session.value?.classes ?? [];
    if (tools.activeClass.peek() === '') tools.activeClass.value = classes[0]?.name ?? '';
  });
  let writing: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const address = { slide: slides.current.value, view: camera.view.value };
    if (address.slide === undefined || address.view === undefined) return;
    clearTimeout(writing);
    // Browsers refuse a page that changes its address with every frame.
    writing = setTimeout(() => location.write(formatAddress(address)), 250);
  });
  const openSlide = (slide: string): void => {
    if (slides.current.peek() === slide && slides.detail.peek() !== undefined) return;
    clearTimeout(writing);
    // What was said is of the slide that is left.
    messages.say('');
    selection.clear();
    camera.forget();
    const { slide: addressed, view } = parseAddress(location.read());
    if (addressed === slide && view !== undefined) camera.moved(view, 'address');
    else location.write(formatAddress({ slide }));
    void slides.open(slide);
  };
  const goToObject = (id: string): void => {
    const rows = objects.rows.peek();
    const row = rows?.find(id) ?? -1;
    if (rows === undefined || row < 0) return;
    const { x, y, width, height } = rows.at(row).box;
    // A crumb is shown with what is around it, not as a few blurred pixels.
    const side = Math.max(2.2 * width, 2.2 * height, MIN_SHOWN);
    camera.pane.peek()?.fit({ x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side });
  };
  let resting: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const [view, over, rows] = [camera.view.value, overlay.value, objects.rows.value];
    clearTimeout(resting);
    if (view === undefined || over === undefined || rows === undefined) return;
    resting = setTimeout(() => {
      const box = camera.pane.peek()?.box();
      if (box !== undefined) geometry.readAhead(box);
    }, 150);
  });
  effect(() => {
    void geometry.need(selection.ids.value);
  });

  return {
    backend,
    messages,
    connection,
    appearance,
    slides,
    camera,
    layers: createLayers(preferences),
    compare: createCompare(outlines),
    selection,
    tools,
    document,
    objects,
    search: signal(''),
    geometry,
    context: signal(undefined),
    overlay,
    makeOverlay: options.makeOverlay,
    noGraphics: signal(undefined),
    correctedLayer,
    openSlide,
    goToObject,
    goToAddress: (fragment) => {
      const { slide, view } = parseAddress(fragment);
      if (slide === undefined) return;
      if (slide !== slides.current.peek()) openSlide(slide);
      else if (view !== undefined) camera.moved(view, 'address');
    },
    firstSettings: (layer) => {
      if (layer === correctedLayer.value) return { visible: true };
      if (!('class' in layer) || layer.kind !== 'probability') return {};
      const prediction = slides.session.value?.predictions.find(({ id }) => id === layer.prediction);
      const threshold = prediction?.thresholds[layer.class];
      return threshold === undefined ? {} : { threshold };
    },
  };
}

/** Level-0 pixels that are seen at least when an object is shown. */
const MIN_SHOWN = 400;

/** Opens the slide of the address, or the first that can be opened. */
export async function startStudio(studio: Studio, fragment: string): Promise<void> {
  await studio.slides.refresh();
  const { slide } = parseAddress(fragment);
  const all = studio.slides.slides.value;
  const first = all.find(({ id }) => id === slide) ?? all.find(({ problem }) => problem === undefined) ?? all[0];
  if (first !== undefined) studio.openSlide(first.id);
}
