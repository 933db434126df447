/**
 * Tells whether a JPEG stream holds all of its samples, by walking its entropy-coded data without computing a pixel. Decoders that are not
 * ours fill with grey what is missing; the verdict is the native decoder's: a missing end and a bad code are damage, a few bytes of padding are not.
 * Source: ITU-T T.81, annexes B, F and G; what counts as harmless is in native/jpeg.c.
 */
import { BitReader } from './jpeg-bits.js';
import type { Component } from './jpeg-component.js';
import { ProgressiveScan } from './jpeg-progressive.js';
import { huffmanTables, type Lookup } from './jpeg-tables.js';

/** Bytes that writers leave behind a scan to fill a word. */
const MAX_PADDING = 16;
/** A stream of thousands of empty scans takes minutes to decode and a few kilobytes to store. */
const MAX_SCANS = 200;

interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

interface ScanComponent {
  readonly component: Component;
  readonly dc: Lookup | undefined;
  readonly ac: Lookup | undefined;
}

const word = (data: Uint8Array, at: number): number => (data[at] as number) * 256 + (data[at + 1] as number);

/** A stream that holds all of its samples. */
export interface WalkedJpeg {
  /** Bytes that belong to nothing, in order: what writers fill words with. */
  readonly padding: readonly Padding[];
  /** Whether the end marker is there. */
  readonly ended: boolean;
}

export interface Padding {
  readonly from: number;
  /** Behind its last byte. */
  readonly to: number;
}

/**
 * @param data a complete stream, from its start marker
 * @returns undefined for a stream that it cannot walk: with arithmetic coding, or of other than 8 bits
 * @throws {Error} with the reason, for a stream of which samples are missing or do not fit
 */
export function checkScans(data: Uint8Array): WalkedJpeg | undefined {
  const padding: Padding[] = [];
  const tables = new Map<number, Lookup>();
  let frame: Frame | undefined;
  let interval = 0;
  let scans = 0;
  for (let at = 2; ; ) {
    const found = nextMarker(data, at);
    if (scans > 0 && found.skipped > MAX_PADDING) throw new Error(`${found.skipped} bytes of it belong to no block`);
    if (found.skipped > 0) padding.push({ from: at, to: found.before });
    const { marker } = found;
    if (marker === 0xd9 || marker === undefined) {
      if (frame === undefined || scans === 0) throw new Error('it ends before its samples');
      checkEnd(frame, scans, marker === undefined);
      return { padding, ended: marker === 0xd9 };
    }
    at = found.at;
    if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) continue;
    if (at + 2 > data.length) throw new Error('it ends early');
    const length = word(data, at);
    const body = data.subarray(at + 2, at + length);
    at += length;
    if (marker === 0xc4) huffmanTables(body, tables);
    else if (marker === 0xdd) interval = word(body, 0);
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      frame = frameOf(body, marker === 0xc2);
      if (frame === undefined) return undefined;
    } else if (marker > 0xc2 && marker <= 0xcf && marker !== 0xcc && marker !== 0xc8) return undefined;
    else if (marker === 0xda) {
      if (frame === undefined) throw new Error('its samples come before its frame');
      if (++scans > MAX_SCANS) throw new Error(`it has more than ${MAX_SCANS} scans`);
      at = walkScan({ data, at, header: body, interval, padding }, frame, tables);
    }
  }
}

/** The next marker and where its segment starts; skips fill bytes, and counts what is neither. */
function nextMarker(
  data: Uint8Array,
  from: number,
): { marker: number | undefined; at: number; before: number; skipped: number } {
  let skipped = 0;
  for (let at = from; at < data.length; at++) {
    if (data[at] !== 0xff) {
      skipped++;
      continue;
    }
    while (data[at] === 0xff) at++;
    const marker = data[at];
    if (marker === undefined) break;
    if (marker !== 0) return { marker, at: at + 1, before: at - 1, skipped };
    skipped += 2;
  }
  return { marker: undefined, at: data.length, before: data.length, skipped };
}

/** undefined for frames that are not checked: of 12 bits, or of a height that comes later */
function frameOf(body: Uint8Array, progressive: boolean): Frame | undefined {
  const [height, width, count] = [word(body, 1), word(body, 3), body[5] ?? 0];
  if (body[0] !== 8 || height === 0 || width === 0) return undefined;
  const components = Array.from({ length: count }, (_, i): Component => {
    const [id = 0, sampling = 0] = [body[6 + 3 * i], body[7 + 3 * i]];
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) throw new Error('its sampling factors are impossible');
    return { id, across, down, missing: new Int8Array(64).fill(-1), nonZero: undefined };
  });
  return { progressive, width, height, components };
}

function checkEnd({ progressive, components }: Frame, scans: number, unmarked: boolean): void {
  // Without the end marker nobody knows whether further scans are missing.
  const oneScan = scans === 1 && !progressive && components.every(({ missing }) => missing[0] === 0);
  if (unmarked && !oneScan) {
    throw new Error('it ends early');
  }
  if (!progressive) return;
  for (const { missing } of components) {
    if (missing[0] !== 0 || missing.some((bits) => bits > 0)) throw new Error('it ends before its last scan');
  }
}

interface Scan {
  readonly data: Uint8Array;
  /** Where its samples begin. */
  readonly at: number;
  readonly header: Uint8Array;
  /** Units between two restart markers; 0: there are none. */
  readonly interval: number;
  /** Gets what stands before restart markers. */
  readonly padding: Padding[];
}

/** Reads the samples of one scan; returns where the next marker may be. */
function walkScan(scan: Scan, frame: Frame, tables: ReadonlyMap<number, Lookup>): number {
  const { data, at, header, interval } = scan;
  const count = header[0] ?? 0;
  const parts = Array.from({ length: count }, (_, i): ScanComponent => {
    const component = frame.components.find(({ id }) => id === header[1 + 2 * i]);
    if (component === undefined) throw new Error('a scan names a component that the frame does not have');
    const selector = header[2 + 2 * i] ?? 0;
    return { component, dc: tables.get(selector >> 4), ac: tables.get(16 + (selector & 15)) };
  });
  const [first] = parts;
  if (first === undefined) throw new Error('a scan has no components');
  const [most, tallest] = ['across' as const, 'down' as const].map((axis) =>
    Math.max(...frame.components.map((component) => component[axis])),
  );
  const [unitWidth, unitHeight] = [8 * (most ?? 1), 8 * (tallest ?? 1)];
  const alone = parts.length === 1;
  const unitsAcross = alone
    ? Math.ceil(Math.ceil((frame.width * first.component.across * 8) / unitWidth) / 8)
    : Math.ceil(frame.width / unitWidth);
  const unitsDown = alone
    ? Math.ceil(Math.ceil((frame.height * first.component.down * 8) / unitHeight) / 8)
    : Math.ceil(frame.height / unitHeight);
  const bits = new BitReader(data, at);
  const units = unitsAcross * unitsDown;
  const progress = frame.progressive ? new ProgressiveScan(bits, header.subarray(1 + 2 * count), units) : undefined;
  for (const { component } of parts) {
    if (progress === undefined) component.missing.fill(0);
    else progress.begin(component);
  }
  for (let unit = 0; unit < units; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      restart(bits, scan, unit / interval - 1);
      progress?.restart();
    }
    for (const { component, dc, ac } of parts) {
      const blocks = alone ? 1 : component.across * component.down;
      for (let block = 0; block < blocks; block++) {
        if (progress !== undefined) progress.block(component, unit, dc, ac);
        else sequentialBlock(bits, dc, ac);
      }
    }
  }
  return bits.end();
}

function restart(bits: BitReader, { data, padding }: Scan, number: number): void {
  const at = bits.end();
  const found = nextMarker(data, at);
  if (found.skipped > 0) padding.push({ from: at, to: found.before });
  if (found.skipped > MAX_PADDING) throw new Error(`${found.skipped} bytes of it belong to no block`);
  if (found.marker !== 0xd0 + (number & 7)) throw new Error('a restart marker is missing');
  bits.moveTo(found.at);
}

function sequentialBlock(bits: BitReader, dc: Lookup | undefined, ac: Lookup | undefined): void {
  if (dc === undefined || ac === undefined) throw new Error('a Huffman table is missing');
  bits.skip(bits.symbol(dc));
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac);
    const size = symbol & 15;
    if (size !== 0) {
      k += symbol >> 4;
      bits.skip(size);
    } else if (symbol === 0xf0) k += 15;
    else break;
  }
}
