/** Pictures that NDPI tests know: something like tissue, with colours that differ at every border, and smaller ones of it. */

/** RGB of soft blobs and fine lines. */
export function tissue(width, height, seed = 0) {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin((x + 3 * seed) / 17) * Math.cos(y / 13) + Math.sin((x * 0.7 + y) / 41);
      const line = (x + 2 * y + seed) % 61 < 5 ? -70 : 0;
      const at = 3 * (y * width + x);
      data[at] = 200 + 40 * wave + line;
      data[at + 1] = Math.max(0, 120 + 55 * Math.sin(x / 29 + wave) + line);
      data[at + 2] = 170 + 45 * Math.cos(y / 23 - wave) + line / 2;
    }
  }
  return { width, height, channels: 3, data };
}

/** A picture `factor` times as small, each pixel the mean of those that it stands for. */
export function shrink({ width, height, data }, factor) {
  const [columns, rows] = [Math.floor(width / factor), Math.floor(height / factor)];
  const out = new Uint8Array(3 * columns * rows);
  for (let i = 0; i < out.length; i++) {
    const c = i % 3;
    const x = (((i - c) / 3) % columns) * factor;
    const y = Math.floor(i / 3 / columns) * factor;
    let sum = 0;
    for (let row = y; row < y + factor; row++) {
      for (let column = x; column < x + factor; column++) sum += data[3 * (row * width + column) + c];
    }
    out[i] = Math.round(sum / factor / factor);
  }
  return { width: columns, height: rows, channels: 3, data: out };
}
