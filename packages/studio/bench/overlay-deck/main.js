/** The same objects in deck.gl's PolygonLayer, with the same camera moves. */
import { Deck, OrthographicView } from '@deck.gl/core';
import { PolygonLayer } from '@deck.gl/layers';
import { ringOf } from '../overlay-objects.mjs';

const longest = { milliseconds: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest.milliseconds = Math.max(longest.milliseconds, duration);
}).observe({ type: 'longtask' });

let deck;

function loaded(count, side) {
  return new Promise((resolve, reject) => {
    const data = Array.from({ length: count }, (_, i) => {
      const ring = ringOf(i, count, side);
      return Array.from({ length: ring.length / 2 }, (_, k) => [ring[2 * k], ring[2 * k + 1]]);
    });
    const layer = new PolygonLayer({
      id: 'objects',
      data,
      getPolygon: (polygon) => polygon,
      filled: true,
      stroked: true,
      getFillColor: [220, 0, 0, 90],
      getLineColor: [220, 0, 0],
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      pickable: true,
    });
    deck = new Deck({
      canvas: 'canvas',
      width: 1440,
      height: 900,
      useDevicePixels: false,
      views: new OrthographicView({ flipY: true }),
      viewState: { target: [side / 2, side / 2, 0], zoom: Math.log2(900 / side) },
      layers: [layer],
      onAfterRender: () => {
        if (layer.isLoaded) resolve();
      },
      onError: reject,
    });
  });
}

globalThis.deckBench = {
  async load(count, side) {
    const started = performance.now();
    await loaded(count, side);
    const milliseconds = performance.now() - started;
    longest.milliseconds = 0;
    return milliseconds;
  },
  /** Draws one frame of a camera. @returns milliseconds */
  async frame(x, y, scale) {
    const started = performance.now();
    await new Promise((resolve) => {
      deck.setProps({ viewState: { target: [x, y, 0], zoom: Math.log2(scale) }, onAfterRender: resolve });
    });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - started;
  },
  pick(x, y) {
    const started = performance.now();
    deck.pickObject({ x, y });
    return performance.now() - started;
  },
  longest: () => longest.milliseconds,
};
