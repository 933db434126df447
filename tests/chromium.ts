/** A headless Chromium over the DevTools protocol's pipe: the little of it that tests of pages take, without a package for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const SHELL = 'chromium-headless-shell';
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The first of Chromium's names on the PATH; undefined: none is installed.
 * @param measures whether what a page takes is to be asked: the shell without the windows around a page starts in half the time, but does not tell it
 */
export const findChromium = (measures = false): string | undefined =>
  (measures ? [...WHOLE, SHELL] : [SHELL, ...WHOLE]).find((name) =>
    (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name))),
  );

const message = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.output<typeof message>;

/** What Chromium tells of a document; each navigation has a loader of its own. */
const lifecycle = z.object({ loaderId: z.string(), name: z.string() });

/** `webgpu` has WebGL as well. */
export type Graphics = 'none' | 'webgl' | 'webgpu';

// Composed by plain code: the shaders of pages alone cost SwiftShader three seconds of a processor at each start.
const webgl = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing'];
const drawing: Readonly<Record<Graphics, readonly string[]>> = {
  none: ['--disable-gpu'],
  webgl,
  webgpu: [...webgl, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'],
};

/** What Chromium answers where the document of an expression is gone. */
const NAVIGATED = /Inspected target navigated or closed|Execution context was destroyed|Cannot find context/;

/** One tab. Every call waits for the browser's answer, however slow the machine. */
export class Chromium {
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  /** Loaders of documents that have loaded. */
  readonly #loaded = new Set<string>();
  readonly #awaited = new Map<string, () => void>();
  readonly #events = new Map<string, (params: unknown) => void>();
  #sent = 0;
  #session: string | undefined;
  #ended: Error | undefined;

  private constructor(
    readonly child: ChildProcess,
    readonly commands: Writable,
    readonly profile: string,
  ) {}

  /** @param graphics what is emulated on the processor (SwiftShader) */
  static async launch(binary: string, graphics: Graphics = 'none'): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'ftuseg-chromium-'));
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--disable-gpu-rasterization',
      '--disable-features=PreloadTopChromeWebUI',
      ...drawing[graphics],
    ];
    const child = spawn(binary, [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      // A group of its own, see `close`.
      detached: true,
    });
    const [commands, answers] = [child.stdio[3], child.stdio[4]];
    if (!(commands instanceof Writable) || !(answers instanceof Readable)) throw new Error('Chromium has no pipe');
    const browser = new Chromium(child, commands, profile);
    child.on('exit', () => browser.#fail(new Error('Chromium ended')));
    // Its end says the same.
    commands.on('error', () => undefined);
    browser.#listen(answers);
    const targets = z.object({ targetInfos: z.array(z.object({ targetId: z.string(), type: z.string() })) });
    const { targetInfos } = targets.parse(await browser.send('Target.getTargets'));
    const page = targetInfos.find(({ type }) => type === 'page');
    const attached = await browser.send('Target.attachToTarget', { targetId: page?.targetId, flatten: true });
    browser.#session = z.object({ sessionId: z.string() }).parse(attached).sessionId;
    await browser.send('Page.enable');
    await browser.send('Page.setLifecycleEventsEnabled', { enabled: true });
    return browser;
  }

  #listen(answers: Readable): void {
    let rest = '';
    answers.setEncoding('utf8');
    answers.on('data', (chunk: string) => {
      // Messages end with a zero byte.
      const parts = (rest + chunk).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#receive(message.parse(JSON.parse(part)));
    });
  }

  /** What the browser tells of itself, such as `Tracing.dataCollected`. */
  on(method: string, listener: (params: unknown) => void): void {
    this.#events.set(method, listener);
  }

  #receive({ id, method, params, result, error }: Message): void {
    this.#events.get(method ?? '')?.(params);
    if (method === 'Page.lifecycleEvent') {
      const { loaderId, name } = lifecycle.parse(params);
      if (name === 'load') {
        this.#loaded.add(loaderId);
        this.#awaited.get(loaderId)?.();
      }
    }
    const caller = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) caller?.resolve(result);
    else caller?.reject(new Error(error.message));
  }

  #fail(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** A command of the protocol, and what it returns. */
  send(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.commands.write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    });
  }

  /** Returns when that very document has loaded: the empty one that a new browser has may still be loading. */
  async open(url: string): Promise<void> {
    const navigation = z.object({ loaderId: z.string().optional(), errorText: z.string().optional() });
    const { loaderId, errorText } = navigation.parse(await this.send('Page.navigate', { url }));
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
    // Another place in the same document loads nothing.
    if (loaderId === undefined || this.#loaded.has(loaderId)) return;
    await new Promise<void>((resolve) => this.#awaited.set(loaderId, resolve));
  }

  /**
   * A window of that many CSS pixels; `dark` as the system would ask for it. With less motion a machine without a graphics card draws what is tested, and
   * nothing between.
   */
  async look(
    width: number,
    height: number,
    scheme: 'light' | 'dark' = 'light',
    motion: 'reduce' | 'no-preference' = 'reduce',
  ): Promise<void> {
    const mobile = width < 600;
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile });
    const features = [
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: motion },
    ];
    await this.send('Emulation.setEmulatedMedia', { features });
  }

  /** The value of an expression in the page; promises are awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    const reply = z
      .object({ result: z.object({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() })
      .parse(answer);
    if (reply.exceptionDetails !== undefined) throw new Error(`${expression} failed: ${JSON.stringify(reply)}`);
    return reply.result.value;
  }

  /** As `evaluate`, for what only looks: undefined where the page gave way to another meanwhile, as the page does that takes the address's token. */
  async peek(expression: string): Promise<unknown> {
    try {
      return await this.evaluate(expression);
    } catch (error) {
      if (error instanceof Error && NAVIGATED.test(error.message)) return undefined;
      throw error;
    }
  }

  /** @param held 1 Alt, 2 Ctrl, 4 Command, 8 Shift, added up */
  async press(key: string, held = 0): Promise<void> {
    const text = key === 'Enter' ? { text: '\r' } : {};
    const known: Readonly<Record<string, number>> = { Enter: 13, Escape: 27, ArrowLeft: 37, ArrowRight: 39 };
    const windowsVirtualKeyCode = known[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase().charCodeAt(0) : 0);
    const code = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
    const event = { key, code, windowsVirtualKeyCode, modifiers: held };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /** The left button goes down at the first place, CSS pixels of the window, moves over the others, and up at the last; at one place it clicks. */
  async drag(places: readonly (readonly [x: number, y: number])[], held = 0): Promise<void> {
    const mouse = (type: string, [x, y]: readonly [number, number], buttons: number): Promise<unknown> =>
      this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons, clickCount: 1, modifiers: held });
    const [first, last] = [places[0], places.at(-1)];
    if (first === undefined || last === undefined) return;
    await mouse('mouseMoved', first, 0);
    await mouse('mousePressed', first, 1);
    for (const place of places.slice(1)) await mouse('mouseMoved', place, 1);
    await mouse('mouseReleased', last, 0);
  }

  /** A PNG of the window, or of the whole page. */
  async screenshot(extent: 'window' | 'page'): Promise<Buffer> {
    return this.#data('Page.captureScreenshot', { format: 'png', captureBeyondViewport: extent === 'page' });
  }

  /** The page on A4. */
  async pdf(): Promise<Buffer> {
    return this.#data('Page.printToPDF', {
      preferCSSPageSize: true,
      printBackground: false,
      paperWidth: 8.27,
      paperHeight: 11.69,
    });
  }

  async #data(method: string, params: Readonly<Record<string, unknown>>): Promise<Buffer> {
    const answer = z.object({ data: z.string() }).parse(await this.send(method, params));
    return Buffer.from(answer.data, 'base64');
  }

  /** Its helpers outlive it by a moment, in which they would write their caches' indices into the profile again. */
  #endGroup(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  async close(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
    const ended = isOver ? undefined : new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
    this.#endGroup();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
