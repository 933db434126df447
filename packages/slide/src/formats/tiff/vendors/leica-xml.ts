/** What Leica's XML says: the glass, the scans on it, and the pages of each. Source: OpenSlide's description of the format. */
import { damaged, type TiffFile } from '../structure/file.js';
import { type Attributes, numberIn, visitXml, wholeIn } from './visit-xml.js';

/** One level of a scan. */
export interface LeicaDimension {
  /** Number of its page. */
  readonly ifd: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface LeicaImage {
  /** Where the scan lies on the glass, nanometres. */
  readonly view: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Of the focal plane 0, from the largest on. */
  readonly dimensions: readonly LeicaDimension[];
  readonly otherPlanes: boolean;
  readonly illumination: string;
  /** Magnification; undefined where it is none. */
  readonly objective: number | undefined;
}

export interface LeicaGlass {
  /** Nanometres. */
  readonly width: number;
  readonly height: number;
  readonly images: readonly LeicaImage[];
}

/** Scans, and levels of one: more than any glass has. */
const MAX_LISTED = 1000;
const WHERE = 'page 0, tag ImageDescription (270)';
const IMAGE = 'scn/collection/image';

interface Draft {
  view?: LeicaImage['view'];
  dimensions: LeicaDimension[];
  otherPlanes: boolean;
  illumination: string;
  objective?: number;
}

/** @throws {SlideError} `bad-input` for XML without what placing needs */
export function parseScn(file: TiffFile, xml: string): LeicaGlass {
  let glass: Pick<LeicaGlass, 'width' | 'height'> | undefined;
  const drafts: Draft[] = [];
  const size = (attributes: Attributes) => ({
    width: wholeIn(file, attributes, 'sizeX', WHERE, 1),
    height: wholeIn(file, attributes, 'sizeY', WHERE, 1),
  });
  const full = (count: number, what: string): void => {
    if (count >= MAX_LISTED) throw damaged(file, WHERE, `its XML lists more than ${MAX_LISTED} ${what}`);
  };
  visitXml(file, xml, WHERE, {
    open: (path, attributes) => {
      if (path === 'scn/collection') {
        if (glass !== undefined) throw damaged(file, WHERE, 'its XML describes two collections');
        glass = size(attributes);
      }
      if (path === IMAGE) {
        full(drafts.length, 'scans');
        drafts.push({ dimensions: [], otherPlanes: false, illumination: '' });
      }
      const draft = drafts.at(-1);
      if (draft === undefined) return;
      if (path === `${IMAGE}/view`) {
        const at = (name: string) => numberIn(file, attributes, name, WHERE);
        draft.view = { ...size(attributes), x: at('offsetX'), y: at('offsetY') };
      }
      if (path !== `${IMAGE}/pixels/dimension`) return;
      if ((attributes.z ?? '0') !== '0') draft.otherPlanes = true;
      else {
        full(draft.dimensions.length, 'pages of one scan');
        draft.dimensions.push({ ifd: wholeIn(file, attributes, 'ifd', WHERE), ...size(attributes) });
      }
    },
    close: (path, text) => {
      const draft = drafts.at(-1);
      if (draft === undefined) return;
      if (path === `${IMAGE}/scanSettings/illuminationSettings/illuminationSource`) draft.illumination = text;
      const objective = path === `${IMAGE}/scanSettings/objectiveSettings/objective` ? Number(text) : 0;
      if (objective > 0) draft.objective = objective;
    },
  });
  if (glass === undefined) throw damaged(file, WHERE, 'its XML describes no collection');
  const images = drafts.map(({ view, dimensions, objective, ...draft }) => {
    if (view === undefined) throw damaged(file, WHERE, 'its XML does not say where a scan lies');
    const sorted = dimensions.toSorted((a, b) => b.width - a.width);
    return { ...draft, view, dimensions: sorted, objective };
  });
  return { ...glass, images };
}
