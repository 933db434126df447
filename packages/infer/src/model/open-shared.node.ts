/** Finds the models of an ensemble that have an encoder in common, and opens one network for them. */
import type { ModelFileContent } from '@ftuseg/folders';
import { joinNetworks, type ModelCard } from '@ftuseg/nn';
import { createNodeSession } from '../session/session.node.js';
import type { SegmentationModel } from './model.js';
import type { LoadModelOptions } from './model.node.js';
import { type SharedNetwork, sessionOfOne } from './shared-network.js';

export interface ReadModel {
  readonly path: string;
  readonly file: ModelFileContent;
}

/** The same for models that are shown the same tiles. */
const viewOf = ({
  tileSize,
  micronsPerPixel,
  downsample,
  resize,
  icc,
  stainNormalisation,
  mean,
  std,
}: ModelCard): string =>
  JSON.stringify([tileSize, micronsPerPixel, downsample ?? null, resize, icc, stainNormalisation, mean, std]);

/**
 * @returns by their place among the models, those that share a network with others
 * @throws {FtuError} as `createNodeSession`
 */
export async function openShared(
  models: readonly ReadModel[],
  { threads, device = 'cpu', onNote }: LoadModelOptions,
): Promise<ReadonlyMap<number, SegmentationModel>> {
  const alike = new Map<string, number[]>();
  for (const [index, { file }] of models.entries()) {
    const key = viewOf(file.card);
    alike.set(key, [...(alike.get(key) ?? []), index]);
  }
  const opened = new Map<number, SegmentationModel>();
  const networks: SharedNetwork[] = [];
  try {
    for (const places of alike.values()) {
      if (places.length < 2) continue;
      const files = places.map((place) => models[place]?.file.onnx() ?? new Uint8Array());
      for (const { members, file, classes } of joinNetworks(files)) {
        const shared = members.flatMap((member) => places[member] ?? []);
        const paths = shared.map((place) => models[place]?.path ?? '');
        const session = await createNodeSession(file, {
          subject: paths.join(', '),
          device,
          onNote,
          ...(threads === undefined ? {} : { threads }),
        });
        const network = { session, classes };
        networks.push(network);
        for (const [place, index] of shared.entries()) {
          const model = models[index];
          if (model !== undefined) opened.set(index, oneOf(network, place, model));
        }
        onNote?.(`${paths.join(', ')} have an encoder in common, which is computed once for all of them`);
      }
    }
    return opened;
  } catch (error) {
    await Promise.all(networks.map(({ session }) => session.close()));
    throw error;
  }
}

function oneOf(network: SharedNetwork, place: number, { path, file }: ReadModel): SegmentationModel {
  const session = sessionOfOne(network, place, path);
  return {
    card: file.card,
    session,
    shared: { network, place },
    source: { name: path, sha256: file.sha256 },
    close: () => session.close(),
  };
}
