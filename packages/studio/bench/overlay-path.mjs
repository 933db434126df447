/** How the benches move: over the slide at every level from all of it to its pixels; and how they measure what a page takes. */

/** @returns cameras in order; at those that say `settle` the picture is waited for */
export function cameraPath(side, width, height) {
  const path = [];
  const least = height / side;
  for (let scale = least; scale <= 4; scale *= 2) {
    const [centreX, centreY] = [side * 0.37, side * 0.61];
    const reach = Math.min(side * 0.3, (0.7 * width) / scale);
    const add = (x, y, zoom, settle) => {
      const camera = { a: zoom, b: 0, c: 0, d: zoom, e: width / 2 - zoom * x, f: height / 2 - zoom * y };
      path.push({ camera, x, y, scale: zoom, settle });
    };
    add(centreX, centreY, scale, true);
    for (let i = 1; i <= 12; i++) {
      const angle = (2 * Math.PI * i) / 12;
      add(centreX + reach * Math.sin(angle), centreY + reach * (1 - Math.cos(angle)), scale, false);
    }
    for (let i = 1; i < 6; i++) add(centreX, centreY, scale * 2 ** (i / 6), false);
  }
  return path;
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** What the page says it takes, workers and buffers included (Chromium's headless shell does not), and V8's heap. */
export async function memoryOf(browser) {
  await browser.send('HeapProfiler.collectGarbage');
  await browser.send('Performance.enable');
  const { metrics } = await browser.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  const measured = await browser.evaluate(`Promise.race([
    performance.measureUserAgentSpecificMemory().then(({ bytes }) => bytes, () => 0),
    new Promise((done) => setTimeout(done, 90000, 0)),
  ])`);
  const megabytes = (octets) => `${(octets / 2 ** 20).toFixed(0)} MB`;
  const all = measured === 0 ? 'not measured' : megabytes(measured);
  return `V8's heap ${megabytes(heap)}, the page with its buffers and workers ${all}`;
}

/**
 * Begins to trace the main thread.
 * @returns ends it, and says how long its longest task had a processor: on a busy machine tasks also wait for one
 */
export async function traceTasks(browser) {
  const events = [];
  const ended = new Promise((resolve) => browser.on('Tracing.tracingComplete', resolve));
  browser.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: ['toplevel'] };
  await browser.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  return async () => {
    await browser.send('Tracing.end');
    await ended;
    const main = events.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
    const tasks = events.filter(({ pid, tid, tdur }) => pid === main?.pid && tid === main?.tid && tdur !== undefined);
    return Math.max(0, ...tasks.map(({ tdur }) => tdur / 1000));
  };
}
