/** deck.gl's PolygonLayer with the same camera moves: with few objects first, and with more as long as it draws them in seconds. */
import { memoryOf, quantile } from './overlay-path.mjs';

/** Of the camera's moves: it draws all objects in every frame, which a processor alone does slowly. */
const EVERY = 6;

/** Until a number of objects is given up, how long frames and picks are measured, and a frame after which more are not tried, milliseconds. */
const PATIENCE = 180_000;
const MEASURED = 60_000;
const SLOW = 5_000;

/** Numbers that are tried before all of them. */
const FEWER = [2_000, 10_000, 50_000, 250_000];

async function attempt({ Chromium, binary, address, count, side, path, view }) {
  const browser = await Chromium.launch(binary, 'webgl');
  try {
    await browser.look(...view);
    await browser.open(address);
    const asked = (expression) => {
      const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error('it took too long')).unref());
      return Promise.race([browser.evaluate(expression), late]);
    };
    const milliseconds = await asked(`deckBench.load(${count}, ${side})`);
    console.log(`deck.gl: ${count} objects, first picture after ${(milliseconds / 1000).toFixed(1)} s`);
    const frames = await asked(`(async () => {
      const times = [];
      const until = performance.now() + ${MEASURED};
      for (const { x, y, scale } of ${JSON.stringify(path.filter((_, i) => i % EVERY === 0))}) {
        if (performance.now() < until) times.push(await deckBench.frame(x, y, scale));
      }
      return times;
    })()`);
    const [median, slowest] = [0.5, 0.99].map((share) => quantile(frames, share));
    console.log(`deck.gl: ${frames.length} frames, ${median.toFixed(1)} ms median, ${slowest.toFixed(1)} ms at 99 %`);
    console.log(`deck.gl: longest task after loading ${(await asked('deckBench.longest()')).toFixed(0)} ms`);
    const picks = await asked(`(async () => {
      const times = [];
      const until = performance.now() + ${MEASURED};
      for (let i = 0; i < 100 && performance.now() < until; i++) {
        times.push(deckBench.pick((i * 137) % ${view[0]}, (i * 89) % ${view[1]}));
      }
      return times;
    })()`);
    const times = [0.5, 0.99].map((share) => quantile(picks, share).toFixed(2));
    console.log(`deck.gl: ${picks.length} picks, ${times[0]} ms median, ${times[1]} ms at 99 %`);
    console.log(`deck.gl: ${await memoryOf(browser)}`);
    return median < SLOW;
  } catch (error) {
    console.log(`deck.gl: ${count} objects fail: ${String(error.message).slice(0, 200)}`);
    return false;
  } finally {
    await browser.close();
  }
}

/** With ever more objects, up to all of them or the first number that deck.gl does not take, or takes seconds for. */
export async function measureDeck(options) {
  for (const count of [...FEWER.filter((fewer) => fewer < options.count), options.count]) {
    if (!(await attempt({ ...options, count }))) return;
  }
}
