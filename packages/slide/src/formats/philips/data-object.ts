/**
 * The XML that Philips' scanners put into a TIFF: objects of attributes, of which some are lists of further objects. Names are those of DICOM and of
 * Philips. Entities of a DTD are not expanded by the parser.
 */
import { SaxesParser } from 'saxes';

export interface DataObject {
  /** Such as `DPUfsImport`, `DPScannedImage`, `PixelDataRepresentation`. */
  readonly type: string;
  /** Name of an attribute to its text, as it stands there. */
  readonly texts: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly DataObject[]>;
}

interface Growing extends DataObject {
  readonly texts: Map<string, string>;
  readonly lists: Map<string, Growing[]>;
}

/** Files have objects in objects in an object. */
const MAX_DEPTH = 16;

/** @returns undefined for a text that is not well-formed, or whose root is no `DataObject` */
export function parseDataObject(xml: string): DataObject | undefined {
  const parser = new SaxesParser();
  const objects: Growing[] = [];
  const attributes: string[] = [];
  let root: Growing | undefined;
  let text = '';
  let broken = false;
  parser.on('error', () => {
    broken = true;
  });
  parser.on('opentag', ({ name, attributes: stated }) => {
    text = '';
    if (name === 'Attribute') attributes.push(stated.Name ?? '');
    if (name !== 'DataObject') return;
    if (objects.length === MAX_DEPTH) broken = true;
    const object: Growing = { type: stated.ObjectType ?? '', texts: new Map(), lists: new Map() };
    const [parent, list] = [objects.at(-1), attributes.at(-1)];
    if (parent === undefined) root ??= object;
    else if (list !== undefined) {
      const siblings = parent.lists.get(list) ?? [];
      siblings.push(object);
      parent.lists.set(list, siblings);
    }
    objects.push(object);
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'DataObject') objects.pop();
    if (name !== 'Attribute') return;
    const attribute = attributes.pop() ?? '';
    const object = objects.at(-1);
    if (object !== undefined && !object.lists.has(attribute)) object.texts.set(attribute, text.trim());
    text = '';
  });
  parser.write(xml).close();
  return broken ? undefined : root;
}
