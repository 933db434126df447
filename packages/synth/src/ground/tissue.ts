/**
 * Where tissue is: one piece that fills most of the slide, or the cores of a needle biopsy with glass between them.
 * Both are signed distances in micrometres, positive inside, before the edge is frayed.
 */
import type { Random } from '@ftuseg/core';
import type { SlideSize } from './area.js';
import { hashUnit, type ValueNoise } from './noise.js';

export type Shape = (x: number, y: number) => number;

/** A rounded box. One to four sides show background; on the others the tissue runs out of the picture. */
export function drawPiece(random: Random, size: SlideSize): Shape {
  const small = Math.min(size.width, size.height);
  const order = random.shuffle([0, 1, 2, 3]);
  const shown = 1 + random.int(4);
  const margin = [0, 0, 0, 0].map((_, side) =>
    order.indexOf(side) < shown ? random.uniform(0.03, 0.11) * small : -0.4 * small,
  );
  const [left = 0, top = 0, right = 0, bottom = 0] = margin;
  const centreX = (left + size.width - right) / 2;
  const centreY = (top + size.height - bottom) / 2;
  const corner = small * random.uniform(0.1, 0.35);
  const halfX = (size.width - left - right) / 2 - corner;
  const halfY = (size.height - top - bottom) / 2 - corner;
  return (x, y) => {
    const qx = Math.abs(x - centreX) - halfX;
    const qy = Math.abs(y - centreY) - halfY;
    const ox = Math.max(qx, 0);
    const oy = Math.max(qy, 0);
    return corner - Math.sqrt(ox * ox + oy * oy) - Math.min(Math.max(qx, qy), 0);
  };
}

/** Parallel, slightly bent strips, each with ends of its own, and crumbs beside them. */
export function drawCores(random: Random, seed: number, noise: ValueNoise): Shape {
  const angle = random.uniform(0, 2 * Math.PI);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const pitch = random.uniform(800, 1700);
  const offset = random.uniform(0, pitch);
  const bend = random.uniform(30, 160);
  return (x, y) => {
    const along = x * cos + y * sin;
    const across = y * cos - x * sin + offset + bend * noise.at(along / 1400 + 3.3, 8.1);
    const core = Math.floor(across / pitch);
    const half = pitch * (0.21 + 0.18 * hashUnit(seed, core, 1)) + 28 * noise.at(along / 260, core * 7 + 0.5);
    const side = half - Math.abs(across - (core + 0.5) * pitch);
    const length = 2500 + 6000 * hashUnit(seed, core, 2);
    const place = along / length + hashUnit(seed, core, 3);
    const end = length * (0.5 - Math.abs(place - Math.floor(place) - 0.5)) - 130;
    // Rounded where the end of a core meets its sides.
    const [low, high] = [Math.min(side, end), Math.max(side, end)];
    const inside = high < 120 ? low - (120 - high) ** 2 / 480 : low;
    const crumb = 42 * (noise.at(x / 75 + 6.1, y / 75 + 2.7) + 0.5 * noise.at(x / 24, y / 24 + 9) - 1.12);
    return inside > 0 ? inside : Math.max(inside, crumb, -500);
  };
}
