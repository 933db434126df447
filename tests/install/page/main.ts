/** A user's page without @types/node: opens TIFFs and pictures of every compression that needs a library, and shows digests of their pixels. */
import { resizeArea } from '@ftuseg/core';
import { planSlide } from '@ftuseg/infer/browser';
import { encoderNames } from '@ftuseg/nn';
import { blobSource, browserRuntime, openPicture, openTiffSlide, type Slide } from '@ftuseg/slide/browser';

async function digest(slide: Slide): Promise<string> {
  const { width, height } = slide;
  const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', data.slice()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function open(name: string): Promise<Slide> {
  const source = blobSource(await (await fetch(`/${name}`)).blob(), name);
  return name.endsWith('.tif') ? openTiffSlide(source, browserRuntime) : openPicture(source);
}

async function report(): Promise<Record<string, string | number>> {
  const names = [
    ...['slide.tif', 'jpeg.tif', 'jpeg2000.tif', 'webp.tif', 'zstd.tif'],
    ...['picture.png', 'picture.jpg', 'turned.jpg', 'picture.webp'],
  ];
  const digests = await Promise.all(names.map(async (name) => [name, await digest(await open(name))] as const));
  const used = [resizeArea, planSlide, encoderNames].length;
  return { ...Object.fromEntries(digests), used };
}

report().then(
  (found) => {
    document.title = JSON.stringify(found);
  },
  (error: unknown) => {
    document.title = JSON.stringify({ error: String(error) });
  },
);
