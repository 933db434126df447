/**
 * The XML that Philips' scanners put into a TIFF: objects of attributes, of which some are lists of further objects. Names are those of DICOM and of
 * Philips.
 */
import type { TiffFile } from '../../structure/file.js';
import { visitXml } from '../visit-xml.js';

export interface DataObject {
  /** Name of an attribute to its text, as it stands there. */
  readonly texts: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly DataObject[]>;
}

interface Growing extends DataObject {
  readonly texts: Map<string, string>;
  readonly lists: Map<string, Growing[]>;
}

const grow = (): Growing => ({ texts: new Map(), lists: new Map() });

/**
 * @param maxText letters of an attribute that are kept: pictures are attributes as well
 * @returns the root; empty where it is no `DataObject`
 * @throws {SlideError} `bad-input` for what is not well-formed
 */
export function parseDataObject(file: TiffFile, xml: string, maxText?: number): DataObject {
  const objects: Growing[] = [];
  const attributes: string[] = [];
  let root: Growing | undefined;
  const visitor = {
    open: (path: string, { Name = '' }: Readonly<Record<string, string>>): void => {
      if (path.endsWith('Attribute')) attributes.push(Name);
      if (!path.endsWith('DataObject')) return;
      const object = grow();
      const [parent, list] = [objects.at(-1), attributes.at(-1)];
      if (parent === undefined) root ??= object;
      else if (list !== undefined) {
        const siblings = parent.lists.get(list) ?? [];
        siblings.push(object);
        parent.lists.set(list, siblings);
      }
      objects.push(object);
    },
    close: (path: string, text: string): void => {
      if (path.endsWith('DataObject')) objects.pop();
      if (!path.endsWith('Attribute')) return;
      const attribute = attributes.pop() ?? '';
      const object = objects.at(-1);
      if (object !== undefined && !object.lists.has(attribute)) object.texts.set(attribute, text);
    },
  };
  visitXml(file, xml, 'page 0', visitor, maxText);
  return root ?? grow();
}
