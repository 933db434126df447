/**
 * What the XML of a CZI says, by the names that OpenSlide gives it: members of a list by their identifiers, and nothing of which two would have one name.
 * Source: OpenSlide's description of the format.
 */
import { MAX_VALUE } from '../properties/properties.js';
import { visitXml } from '../tiff/vendors/visit-xml.js';
import { metadataXml } from './metadata.js';
import type { CziFile } from './segments.js';

/** Parts of the XML that describe the slide; others are settings of the software. */
const PARTS = /^ImageDocument\/Metadata\/(AttachmentInfos|DisplaySetting|Information|Scaling)(\/|$)/;
const PREFIX = 'zeiss';

interface Element {
  /** The last part of its name. */
  readonly own: string;
  /** Undefined where nothing tells it from others. */
  readonly name: string | undefined;
}

export async function cziProperties(file: CziFile): Promise<[string, string][]> {
  const xml = await metadataXml(file);
  const found: [string, string, element: string][] = [];
  const open: Element[] = [];
  const seen = new Set<string>();
  const twice = new Set<string>();
  const visitor = {
    open: (path: string, attributes: Readonly<Record<string, string>>): void => {
      if (!PARTS.test(path)) return;
      const element = named(path.slice(path.lastIndexOf('/') + 1), open.at(-1), attributes);
      open.push(element);
      const { name } = element;
      if (name === undefined) return;
      if (seen.has(name)) twice.add(name);
      seen.add(name);
      for (const [key, value] of Object.entries(attributes)) {
        if (value.trim() !== '') found.push([`${name}.${key.slice(key.indexOf(':') + 1)}`, value, name]);
      }
    },
    close: (path: string, text: string): void => {
      if (!PARTS.test(path)) return;
      const name = open.pop()?.name;
      if (name !== undefined && text !== '') found.push([name, text, name]);
    },
  };
  if (xml !== '') visitXml(file, xml, 'the metadata', visitor, MAX_VALUE + 1);
  const isClear = (element: string): boolean => {
    for (let end = element.length; end > 0; end = element.lastIndexOf('.', end - 1)) {
      if (twice.has(element.slice(0, end))) return false;
    }
    return true;
  };
  return found.filter(([, , element]) => isClear(element)).map(([name, text]) => [name, text]);
}

/** `Scenes` has members `Scene`, and `Items` of a scaling has `Distance`. */
function named(local: string, parent: Element | undefined, attributes: Readonly<Record<string, string>>): Element {
  const isMember = parent?.own === `${local}s` || (parent?.own === 'Items' && local === 'Distance');
  const own = isMember ? (attributes.Id ?? attributes.Name) : local;
  const above = parent === undefined ? PREFIX : parent.name;
  if (own === undefined || above === undefined) return { own: own ?? local, name: undefined };
  return { own, name: `${above}.${own}` };
}
