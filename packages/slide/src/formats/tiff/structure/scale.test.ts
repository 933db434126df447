/** What files say of the size of their pixels: both sides, every unit, numbers as they are written all over the world. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages, stripPage, type Tags, text } from '../../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../../open-slide.node.js';
import { writePyramid } from '../../../pyramid/write-pyramid.node.js';
import type { Slide } from '../../../slide.js';
import { aperioMicrons } from '../vendors/aperio.js';
import { parseOme } from '../vendors/ome/parse-ome.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-scale-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ome = (attributes: string) =>
  parseOme(`<?xml version="1.0"?><OME><Image><Pixels SizeX="9" SizeY="9" ${attributes}/></Image></OME>`)?.[0]?.scale;

describe('OME-XML', () => {
  it.each([
    ['PhysicalSizeX="0.25" PhysicalSizeY="0.5"', { x: 0.25, y: 0.5 }],
    ['PhysicalSizeX="0.25" PhysicalSizeY="0.25"', 0.25],
    ['PhysicalSizeX="0.25"', 0.25],
    ['PhysicalSizeY="0.25"', 0.25],
    ['PhysicalSizeX="250" PhysicalSizeXUnit="nm" PhysicalSizeY="0.5"', { x: 0.25, y: 0.5 }],
    ['PhysicalSizeX="2.5e-4" PhysicalSizeXUnit="mm" PhysicalSizeY="5E-4" PhysicalSizeYUnit="mm"', { x: 0.25, y: 0.5 }],
    ['PhysicalSizeX="0,25" PhysicalSizeXUnit="\u00b5m"', 0.25],
    ['PhysicalSizeX="0.25" PhysicalSizeXUnit="\u03bcm"', 0.25],
    ['PhysicalSizeX="0.001" PhysicalSizeXUnit="cm"', 10],
    ['PhysicalSizeX="0.001" PhysicalSizeXUnit="in"', 25.4],
  ])('%s', (attributes, scale) => {
    const found = ome(attributes);
    if (typeof scale === 'number') expect(found).toBeCloseTo(scale, 12);
    else expect(found).toEqual({ x: expect.closeTo(scale.x, 12), y: expect.closeTo(scale.y, 12) });
  });

  it.each([
    'PhysicalSizeX="0.25abc"',
    'PhysicalSizeX="0.25.1"',
    'PhysicalSizeX="0"',
    'PhysicalSizeX="-0.25"',
    'PhysicalSizeX="0.25" PhysicalSizeXUnit="pixel"',
    'PhysicalSizeX="0.25" PhysicalSizeXUnit="reference frame"',
    'PhysicalSizeX="0.25" PhysicalSizeY="half"',
    'SizeC="3"',
  ])('is unknown by %s', (attributes) => {
    expect(ome(attributes)).toBeUndefined();
  });
});

it.each([
  ['Aperio v12|AppMag = 40|MPP = 0.2520', 0.252],
  ['Aperio v12|MPP = 0,2520|AppMag = 40', 0.252],
  ['Aperio v12|MPP=2.5e-1', 0.25],
  ['Aperio v12|MPP = 0.25abc', undefined],
  ['Aperio v12|MPP = 0.25.1|AppMag = 40', undefined],
  ['Aperio v12|MPP = 0', undefined],
  ['Aperio v12|XMPP = 0.25', undefined],
])('%s', (description, microns) => {
  expect(aperioMicrons(description)).toBe(microns);
});

const white = raster(64, 64, 3, new Uint8Array(64 * 64 * 3).fill(255));
const size = { width: 64, height: 64, channels: 3 } as const;

/** What a slide says, which it still does once it is closed. */
async function closed(path: string): Promise<Slide> {
  const slide = await openSlide(path);
  await slide.close();
  return slide;
}

it('comes back from a pyramid with both sides', async () => {
  const path = join(folder, 'sides.tif');
  await writePyramid(path, { ...size, micronsPerPixel: { x: 0.25, y: 0.5 } }, [white]);
  const slide = await closed(path);
  expect(slide.pixelSize).toEqual({ x: expect.closeTo(0.25, 6), y: expect.closeTo(0.5, 6) });
  expect(slide.micronsPerPixel).toBeCloseTo(Math.sqrt(0.125), 6);
  const square = join(folder, 'square.tif');
  await writePyramid(square, { ...size, micronsPerPixel: 0.25 }, [white]);
  expect((await closed(square)).pixelSize).toBeUndefined();
});

it('is read from OME-XML before the tags', async () => {
  const path = join(folder, 'ome.tif');
  const description = '<OME><Image><Pixels PhysicalSizeX="0.5" PhysicalSizeY="1"/></Image></OME>';
  await writePyramid(path, { ...size, micronsPerPixel: 3, description }, [white]);
  expect((await closed(path)).pixelSize).toEqual({ x: 0.5, y: 1 });
});

it.each([72, 96, 300, 720])('says that %d dpi are for printing', async (dpi) => {
  const path = join(folder, `${dpi}.tif`);
  const perMillimetre = dpi / 25.4;
  await sharp(white.data, { raw: { width: 64, height: 64, channels: 3 } })
    .tiff({ xres: perMillimetre, yres: perMillimetre, resolutionUnit: 'inch' })
    .toFile(path);
  const slide = await closed(path);
  expect(slide.micronsPerPixel).toBeUndefined();
  expect(slide.info.scaleNote).toBe(`the file says ${dpi} dpi, a resolution for screens and printers`);
});

describe('a resolution in the unit of ImageJ', () => {
  const withTags = async (perUnit: number, unit: number | undefined, description: string): Promise<Slide> => {
    const path = join(folder, 'imagej.tif');
    const density = [5, [[Math.round(1000 * perUnit), 1000]]] as const;
    const tags: Tags = { 270: [2, text(description)], 282: density, 283: density };
    const page = stripPage(white, unit === undefined ? tags : { ...tags, 296: [3, [unit]] });
    await writeFile(path, buildPages([page]));
    return closed(path);
  };

  it.each([
    ['\\u00B5m', 4, 0.25],
    ['micron', 2, 0.5],
    ['um', 2, 0.5],
    ['mm', 4000, 0.25],
    ['cm', 40_000, 0.25],
    ['inch', 50_800, 0.5],
  ])('%s is read where the tag names none', async (unit, perUnit, microns) => {
    for (const tag of [1, undefined]) {
      const slide = await withTags(perUnit, tag, `ImageJ=1.53t\nimages=1\nunit=${unit}\nspacing=1\n`);
      expect(slide.micronsPerPixel).toBeCloseTo(microns, 9);
      expect(slide.info.micronsPerPixelFrom).toBe('unit of ImageJ, resolution tags');
    }
  });

  it('counts less than the tag', async () => {
    expect((await withTags(20_000, 3, 'ImageJ=1.53t\nunit=mm\n')).micronsPerPixel).toBeCloseTo(0.5);
  });

  it.each([
    ['', 2, 'the file says 2 pixels per unit, and names no unit'],
    ['ImageJ=1.53t\nunit=cells\n', 3, 'the file says 3 pixels per "cells", which is no unit of length'],
    ['ImageJ=1.53t\nunit=inch\n', 72, 'the file says 72 dpi, a resolution for screens and printers'],
    ['', 1, undefined],
  ])('is noted where it cannot be used: %j', async (description, perUnit, note) => {
    const slide = await withTags(perUnit, 1, description);
    expect([slide.micronsPerPixel, slide.info.scaleNote]).toEqual([undefined, note]);
  });
});
