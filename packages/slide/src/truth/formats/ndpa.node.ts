/**
 * Hamamatsu's NDPA, which NDP.view writes beside an NDPI: outlines in nanometres from the centre of the glass, so that the slide must say where it lies on it.
 * The maker has published no description; positions are as QuPath's scripts and others read them.
 */
import { openSlide } from '../../open-slide.node.js';
import { SlideError } from '../../slide-error.js';
import { bareShape, ellipseRing, ringShape, type Shape } from '../placing/shape.js';
import type { AnnotatedSlide, AnnotationFormat } from './format.js';
import { headText, readBytes, xmlText } from './read-text.node.js';
import { nameOrNothing, visitXml } from './xml.js';

/** Where the middle of the scan lies, nanometres from that of the glass, and how large a pixel is. */
interface Glass {
  readonly x: number;
  readonly y: number;
  readonly nanometresX: number;
  readonly nanometresY: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

async function glassOf({ id, image }: AnnotatedSlide, subject: string): Promise<Glass> {
  const slide = await openSlide(image);
  try {
    const properties = (await slide.readProperties?.()) ?? {};
    const [x, y] = ['X', 'Y'].map((axis) => Number(properties[`hamamatsu.${axis}OffsetFromSlideCentre`]));
    const { width, height, micronsPerPixel } = slide;
    const size = slide.pixelSize ?? { x: micronsPerPixel, y: micronsPerPixel };
    if (x !== undefined && y !== undefined && Number.isFinite(x + y) && size.x !== undefined && size.y !== undefined) {
      return { x, y, nanometresX: size.x * 1000, nanometresY: size.y * 1000, width, height };
    }
  } finally {
    await slide.close();
  }
  throw new SlideError(
    'bad-input',
    `NDPA counts from the middle of the glass, and slide ${id} does not say where on the glass it lies, or its scale`,
    { subject, hint: 'give the NDPI itself as the picture, or export the annotations as GeoJSON from QuPath' },
  );
}

/** What is drawn in one view: texts of its elements by their names, and its points. */
interface View {
  readonly id: string;
  /** Attributes of the annotation. */
  type: string;
  displayName: string;
  /** Outside the annotation, and inside of it, where x and y are a circle's. */
  readonly texts: Map<string, string>;
  readonly drawn: Map<string, string>;
  readonly x: number[];
  readonly y: number[];
}

function shapeOf(view: View, glass: Glass, subject: string): Shape {
  const number = (text: string | undefined, what: string): number => {
    const value = Number(text?.trim() || Number.NaN);
    if (Number.isFinite(value)) return value;
    const found = text === undefined ? 'is missing' : `is ${JSON.stringify(text)}`;
    throw new SlideError('bad-input', `annotation ${view.id}: ${what} ${found}, not a number`, { subject });
  };
  const unit = view.texts.get('coordformat')?.trim();
  if (unit !== undefined && unit !== 'nanometers') {
    throw new SlideError('unsupported', `annotation ${view.id} is in ${unit}, not in nanometers`, { subject });
  }
  const name = nameOrNothing(view.texts.get('title'));
  const acrossOf = (x: number): number => (x - glass.x) / glass.nanometresX + glass.width / 2;
  const downOf = (y: number): number => (y - glass.y) / glass.nanometresY + glass.height / 2;
  if (view.type === 'circle') {
    const [x, y] = [number(view.drawn.get('x'), 'its centre'), number(view.drawn.get('y'), 'its centre')];
    const radius = number(view.drawn.get('radius'), 'its radius');
    return ringShape(name, ellipseRing(acrossOf(x), downOf(y), radius / glass.nanometresX, radius / glass.nanometresY));
  }
  if (view.type === 'pin' || view.type === 'pointer') return bareShape(name, 'points');
  if (view.x.length === 0) return bareShape(name, view.type === 'linearmeasure' ? 'lines' : 'without geometry');
  const isOpen = view.drawn.get('closed')?.trim() === '0' && !/rectangle/i.test(view.displayName);
  if (isOpen) return bareShape(name, 'lines');
  return ringShape(name, Float64Array.from(view.x.flatMap((x, i) => [acrossOf(x), downOf(view.y[i] ?? 0)])));
}

/** The views of a file, in their order; those without an annotation are none. */
function viewsOf(text: string, subject: string): View[] {
  const views: View[] = [];
  let view: View | undefined;
  /** Names of the elements that are open inside the view. */
  const inside: string[] = [];
  let content = '';
  visitXml(text, subject, {
    open(element, attributes) {
      content = '';
      if (element === 'ndpviewstate') {
        const id = attributes.id ?? String(views.length + 1);
        view = { id, type: '', displayName: '', texts: new Map(), drawn: new Map(), x: [], y: [] };
        inside.length = 0;
        return;
      }
      inside.push(element);
      if (element !== 'annotation' || view === undefined) return;
      view.type = attributes.type ?? '';
      view.displayName = attributes.displayname ?? '';
      views.push(view);
    },
    text(found) {
      content += found;
    },
    close(element) {
      if (element === 'ndpviewstate') view = undefined;
      else inside.pop();
      if (view === undefined) return;
      const around = inside.at(-1);
      if (around === 'point' && (element === 'x' || element === 'y')) {
        const value = Number(content.trim() || Number.NaN);
        if (!Number.isFinite(value)) {
          const problem = `annotation ${view.id}: a point needs a number ${element} and has ${JSON.stringify(content)}`;
          throw new SlideError('bad-input', problem, { subject });
        }
        view[element].push(value);
      } else if (around === 'annotation') view.drawn.set(element, content);
      else if (around === undefined) view.texts.set(element, content);
      content = '';
    },
  });
  return views;
}

export const ndpa: AnnotationFormat = {
  name: 'Hamamatsu NDPA',
  closed: true,
  recognises: ({ xmlRoot, bytes }) => xmlRoot === 'annotations' && headText(bytes).includes('<ndpviewstate'),
  async *read(path, slide) {
    const views = viewsOf(xmlText(await readBytes(path), path), path);
    const glass = await glassOf(slide, path);
    for (const view of views) {
      if (view.x.length !== view.y.length) {
        throw new SlideError('bad-input', `annotation ${view.id}: a point has one coordinate`, { subject: path });
      }
      yield shapeOf(view, glass, path);
    }
  },
};
