/** Texts and attributes of an XML by where they stand, for makers whose XML OpenSlide does not read: `ome.Image.Pixels.PhysicalSizeX`. */
import type { ByteSource } from '../../source/byte-source.js';
import { visitXml } from '../tiff/vendors/visit-xml.js';
import { MAX_VALUE } from './properties.js';

/**
 * Below the root, each element is one part of a name; those after the first of a name have their number: `Channel`, `Channel[1]`.
 * @param where for messages: `page 0`
 * @throws {SlideError} `bad-input` for what is not well-formed
 */
export function xmlProperties(
  file: { readonly source: ByteSource },
  xml: string,
  where: string,
  prefix: string,
): [string, string][] {
  const found: [string, string][] = [];
  const open: { readonly name: string; readonly counts: Map<string, number> }[] = [];
  visitXml(
    file,
    xml,
    where,
    {
      open: (path, attributes) => {
        const parent = open.at(-1);
        const own = path.slice(path.lastIndexOf('/') + 1);
        const count = parent?.counts.get(own) ?? 0;
        parent?.counts.set(own, count + 1);
        const name = parent === undefined ? prefix : `${parent.name}.${own}${count === 0 ? '' : `[${count}]`}`;
        open.push({ name, counts: new Map() });
        for (const [key, value] of Object.entries(attributes)) {
          if (!/^xmlns(:|$)/.test(key)) found.push([`${name}.${key.slice(key.indexOf(':') + 1)}`, value]);
        }
      },
      close: (_, text) => {
        const element = open.pop();
        if (element !== undefined && text !== '') found.push([element.name, text]);
      },
    },
    MAX_VALUE + 1,
  );
  return found;
}
