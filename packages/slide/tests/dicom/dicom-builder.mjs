/**
 * Writes DICOM files element by element, the unusual and the wrong ones too: both forms of representation, defined and undefined lengths, frames in one
 * or several items, with each kind of table or none. Independent of the reader. Source: PS3.5, chapter 7 and annex A; PS3.10, chapter 7.
 */

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT', 'UV', 'SV']);
const UNDEFINED = 0xffffffff;
const SIZES = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

const lengthOf = (parts) => parts.reduce((sum, { length }) => sum + length, 0);

export const concat = (parts) => {
  const out = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** The lowest byte first. */
const number = (bytes, value) => {
  const out = new Uint8Array(bytes);
  for (let i = 0, rest = value; i < bytes; i++, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
};

const tagBytes = (tag) => Uint8Array.of(tag >>> 16, tag >>> 24, tag, tag >>> 8);
const even = (bytes, fill) => (bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(fill)]));

function valueBytes(vr, value) {
  if (value instanceof Uint8Array) return even(value, 0);
  if (SIZES[vr] !== undefined) {
    const view = new DataView(new ArrayBuffer(SIZES[vr] * value.length));
    value.forEach((number, i) => {
      const at = i * SIZES[vr];
      if (vr === 'US') view.setUint16(at, number, true);
      else if (vr === 'SS') view.setInt16(at, number, true);
      else if (vr === 'UL') view.setUint32(at, number, true);
      else if (vr === 'SL') view.setInt32(at, number, true);
      else if (vr === 'FL') view.setFloat32(at, number, true);
      else view.setFloat64(at, number, true);
    });
    return new Uint8Array(view.buffer);
  }
  return even(Buffer.from(String(value), 'latin1'), vr === 'UI' ? 0 : 32);
}

const headers = new Map();

/** Made once for all elements that are alike: a slide's header may have a hundred thousand. */
function header(tag, vr, length, isExplicit) {
  const key = `${tag} ${isExplicit ? vr : ''} ${length}`;
  const known = headers.get(key) ?? newHeader(tag, vr, length, isExplicit);
  headers.set(key, known);
  return known;
}

function newHeader(tag, vr, length, isExplicit) {
  const isLong = !isExplicit || LONG.has(vr);
  const out = Buffer.alloc(isExplicit && isLong ? 12 : 8);
  out.writeUInt16LE(tag >>> 16, 0);
  out.writeUInt16LE(tag & 0xffff, 2);
  if (isExplicit) out.write(vr, 4, 'latin1');
  if (isLong) out.writeUInt32LE(length, out.length - 4);
  else out.writeUInt16LE(length & 0xffff, 6);
  return out;
}

const item = (bytes) => concat([tagBytes(0xfffee000), number(4, bytes.length), bytes]);
const SEQUENCE_END = concat([tagBytes(0xfffee0dd), number(4, 0)]);
const ITEM_END = concat([tagBytes(0xfffee00d), number(4, 0)]);
const OPEN_ITEM = concat([tagBytes(0xfffee000), number(4, UNDEFINED)]);

/** The pieces of encoded elements, one after the other. */
function piecesOf(elements, form) {
  const { isExplicit, isOpen } = form;
  const out = [];
  for (const [tag, vr, value] of elements) {
    if (vr !== 'SQ') {
      const bytes = valueBytes(vr, value);
      out.push(header(tag, vr, bytes.length, isExplicit), bytes);
      continue;
    }
    const items = [];
    for (const element of value) {
      const inner = piecesOf(element, form);
      items.push(isOpen ? OPEN_ITEM : header(0xfffee000, '', lengthOf(inner), false));
      for (const piece of inner) items.push(piece);
      if (isOpen) items.push(ITEM_END);
    }
    out.push(header(tag, vr, isOpen ? UNDEFINED : lengthOf(items), isExplicit));
    for (const piece of items) out.push(piece);
    if (isOpen) out.push(SEQUENCE_END);
  }
  return out;
}

/**
 * @param elements tag, representation and value: text, numbers, bytes, or for SQ a list of such lists
 * @param form `isExplicit`: representations are written; `isOpen`: sequences and items have undefined lengths
 */
export const encode = (elements, form) => concat(piecesOf(elements, form));

/** Pixel data in items. @param frames pieces of each frame @param table `basic`, `extended`, `none` */
function encapsulate(frames, table) {
  const padded = frames.map((pieces) => pieces.map((piece) => even(piece, 0)));
  const starts = [];
  let at = 0;
  for (const pieces of padded) {
    starts.push(at);
    for (const { length } of pieces) at += 8 + length;
  }
  const basic = table === 'basic' ? concat(starts.map((start) => number(4, start))) : new Uint8Array(0);
  const extended =
    table === 'extended'
      ? [
          [0x7fe00001, 'OV', concat(starts.map((start) => number(8, start)))],
          [0x7fe00002, 'OV', concat(frames.map((pieces) => number(8, pieces[0].length)))],
        ]
      : [];
  const items = concat([item(basic), ...padded.flat().map(item), SEQUENCE_END]);
  return { extended, items };
}

/**
 * A whole file.
 * @param options `syntax` UID; `elements` of the data set, in order; `frames` pieces of each frame, or `pixels` in one piece; `table`; `isOpen`
 */
export function buildDicom({ syntax, elements, frames, pixels, table = 'basic', isOpen = false, sopClass }) {
  const form = { isExplicit: syntax !== '1.2.840.10008.1.2', isOpen };
  const meta = encode(
    [
      [0x00020001, 'OB', Uint8Array.of(0, 1)],
      [0x00020002, 'UI', sopClass ?? '1.2.840.10008.5.1.4.1.1.77.1.6'],
      [0x00020003, 'UI', '1.2.3.4'],
      [0x00020010, 'UI', syntax],
      [0x00020012, 'UI', '1.2.3.4.5'],
    ],
    { isExplicit: true, isOpen: false },
  );
  const length = encode([[0x00020000, 'UL', [meta.length]]], { isExplicit: true, isOpen: false });
  const start = [new Uint8Array(128), Uint8Array.of(0x44, 0x49, 0x43, 0x4d), length, meta];
  if (frames === undefined) {
    const data = pixels === undefined ? [] : [[0x7fe00010, 'OB', pixels]];
    return concat([...start, encode([...elements, ...data], form)]);
  }
  const { extended, items } = encapsulate(frames, table);
  return concat([
    ...start,
    encode([...elements, ...extended], form),
    header(0x7fe00010, 'OB', UNDEFINED, form.isExplicit),
    items,
  ]);
}
