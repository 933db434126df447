/** Starts the studio: a server on this machine for a page in its browser. */
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type FolderLock, lockFolder } from '@ftuseg/files';
import type { Hono } from 'hono';
import { allowedHosts, inAddress, isLoopback } from './access/hosts.js';
import { makeKeys } from './access/keys.js';
import { readTokenFile } from './access/token-file.js';
import { studioApp } from './app.js';
import { editRoutes } from './edits/edit-routes.js';
import { openInput } from './input/open-input.js';
import { jobRoutes } from './jobs/routes.js';
import { listen } from './listen.js';
import { mapLayersOf, mapRoutes } from './maps/routes.js';
import { measureRoutes } from './measures/routes.js';
import { outlineLayersOf, outlineRoutes } from './outlines/outline-routes.js';
import { builtPage, pageRoutes } from './page/page-files.js';
import type { ReadPrediction } from './predictions/open-prediction.js';
import { reviewRoutes } from './review/routes.js';
import { overlayPictureRoutes } from './slides/overlay-picture.js';
import { scoreSlides } from './slides/scores.js';
import { slideRoutes } from './slides/slide-routes.js';
import { Summaries } from './slides/summaries.js';
import { openContext } from './studio-context.js';
import { iiifRoutes } from './tiles/iiif-routes.js';
import { tileRoutes } from './tiles/tile-routes.js';
import { TileStore } from './tiles/tile-store.js';

export interface StudioOptions {
  /** A slide table, a slide, a folder of slides, of a prediction, of a run or of the demo; undefined: the slides of `predictions`. */
  readonly input: string | undefined;
  /** Folders of `ftu predict`; corrections begin from the first. */
  readonly predictions?: readonly string[] | undefined;
  /** Model files that the page offers for predictions. */
  readonly models?: readonly string[] | undefined;
  /** Where corrections, the review and jobs are kept; beside what is opened if unset. */
  readonly work?: string | undefined;
  /** 0 or unset: any that is free. */
  readonly port?: number | undefined;
  /** Where it listens; this machine alone if unset. Others need `tokenFile`. */
  readonly host?: string | undefined;
  /** A file with the secret of those who come over the network, which only its owner may read. */
  readonly tokenFile?: string | undefined;
  /** Serve label and macro pictures, on which patients' names may stand. */
  readonly showLabels?: boolean | undefined;
  /** Bytes of tiles that are held at most; 256 MiB if unset. */
  readonly cacheBytes?: number | undefined;
  /** The program and first arguments that start `ftu`, for trainings and predictions. */
  readonly ftu: readonly string[];
  readonly version: string;
  readonly signal: AbortSignal;
  /** Told in sentences what a person should know. */
  readonly onNote: (sentence: string) => void;
  /** Told of the address for one more browser, after a token was used. */
  readonly onAddress?: ((address: string) => void) | undefined;
  /** How long a client may take to send the header of a request; 10 s if unset. */
  readonly headersMilliseconds?: number | undefined;
  /** Folder of the built page; that of the package if unset. */
  readonly page?: string | undefined;
}

export interface Studio {
  /** With a token that works once. */
  readonly address: string;
  readonly port: number;
  /** Absolute. */
  readonly workFolder: string;
  /** Aborted when the work folder is another's. */
  readonly lost: AbortSignal;
  readonly close: () => Promise<void>;
}

function checkHost({ host = '127.0.0.1', tokenFile }: StudioOptions): string {
  if (!isLoopback(host) && tokenFile === undefined) {
    throw new FtuError('bad-input', `--host ${host} opens the studio to the network, and needs --token-file`, {
      hint: 'a tunnel needs neither: `ssh -L 8000:localhost:PORT this-machine`',
    });
  }
  return host;
}

/** Slides often lie where nobody may write. */
const lockWork = (folder: string, signal: AbortSignal): Promise<FolderLock> =>
  lockFolder(folder, { signal }).catch((cause: unknown) => {
    if (!(cause instanceof FtuError) || cause.code === 'cancelled') throw cause;
    throw new FtuError(cause.code, cause.problem, {
      subject: folder,
      hint: 'give another folder for corrections with --work',
      cause,
    });
  });

/**
 * @throws FtuError as `openInput`; `bad-input` for a host without a token file; `unavailable` while another has the work folder or the port
 * @example
 * const studio = await startStudio({ input: 'slides.csv', ftu: ['ftu'], version, signal, onNote: console.log });
 */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { predictions = [], models = [], onNote, version, ftu, showLabels = false } = options;
  const host = checkHost(options);
  const lasting = options.tokenFile === undefined ? undefined : await readTokenFile(options.tokenFile);
  const page = await pageRoutes(options.page ?? builtPage());
  const input = await openInput({ input: options.input, predictions, onNote });
  const workFolder = resolve(options.work ?? input.workFolder);
  const lock = await lockWork(workFolder, options.signal);
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, lock.lost, ended.signal]);
  const undo: (() => Promise<void>)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    ended.abort();
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const dice = new Map(input.dice);
    let scoring = new AbortController();
    const score = (prediction: ReadPrediction | undefined): void => {
      scoring.abort();
      const mine = new AbortController();
      scoring = mine;
      dice.clear();
      if (prediction === undefined) return;
      scoreSlides({
        rows: input.rows,
        prediction,
        signal: AbortSignal.any([signal, mine.signal]),
        // The thread may have said it before it heard that it is over.
        onDice: (row, value) => {
          if (!mine.signal.aborted) dice.set(row, value);
        },
        onNote,
      });
    };
    const {
      context,
      corrected,
      close: closeSlides,
    } = await openContext({
      input,
      version,
      workFolder,
      ftu,
      models,
      signal,
      onNote,
      onCorrected: score,
    });
    undo.push(closeSlides);
    const tiles = new TileStore(options.cacheBytes);
    const summaries = new Summaries({
      context,
      reported: ({ row }) => corrected()?.reported.get(row.id),
      dice: ({ row }) => dice.get(row.id),
    });
    const groups: Hono[] = [
      slideRoutes({
        context,
        tiles,
        summaries,
        outlines: (slide) => outlineLayersOf(context, slide),
        maps: (slide) => mapLayersOf(context, slide),
        showLabels,
      }),
      overlayPictureRoutes(context),
      tileRoutes(context, tiles),
      iiifRoutes(context, tiles),
      editRoutes(context),
      mapRoutes(context),
      outlineRoutes(context),
      measureRoutes(context),
      reviewRoutes(context),
      jobRoutes(context),
      page,
    ];
    let port = 0;
    const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
    const addressOf = (token: string): string => `http://${inAddress(shown)}:${port}/?token=${token}`;
    const keys = makeKeys(lasting, (token) => options.onAddress?.(addressOf(token)));
    const app = studioApp({
      hosts: allowedHosts(host),
      signIn: { keys, cookie: () => `ftu-studio-${port}`, form: lasting !== undefined },
      groups,
      onError: (error) => onNote(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
    });
    const server = await listen({
      host,
      port: options.port ?? 0,
      headersMilliseconds: options.headersMilliseconds,
      fetch: (request) => app.fetch(request),
    });
    port = server.port;
    undo.push(server.close);
    if (input.dice.size === 0) score(corrected());
    return { address: addressOf(keys.token()), port, workFolder, lost: lock.lost, close };
  } catch (error) {
    await close();
    throw error;
  }
}
