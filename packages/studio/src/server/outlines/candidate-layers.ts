/** Candidates that the threshold dropped, as the review finds them on the maps of probabilities: a layer that is made when it is first looked at. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileIdentity } from '@ftuseg/files';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { OpenPrediction, StudioSlide } from '../context.js';
import { filesOf } from '../review/background.js';
import { measuredOnce } from '../review/measured-files.js';
import type { FoundLayer, LayerProvider } from './found-layer.js';

/** Files that the candidates are measured from. */
function pathsOf(prediction: OpenPrediction, slide: StudioSlide): string[] {
  const maps = prediction.classes.map((name) => prediction.fileOf('probability', slide, name));
  return [...maps, prediction.fileOf('geojson', slide)].filter((path) => path !== undefined);
}

function candidateLayer(prediction: OpenPrediction, slide: StudioSlide, folder: string): FoundLayer[] {
  const { id, name, classes, thresholds } = prediction;
  if (!classes.some((one) => prediction.fileOf('probability', slide, one) !== undefined)) return [];
  return [
    {
      layer: { id: `candidates-${id}`, kind: 'candidates', name: `below the threshold of ${name}`, prediction: id },
      classes,
      onDemand: true,
      fingerprint: async () => {
        const files = await Promise.all(pathsOf(prediction, slide).map(fileIdentity));
        return createHash('sha256')
          .update(JSON.stringify([files, thresholds]))
          .digest('hex');
      },
      read: (signal) => {
        let notes: readonly string[] = [];
        async function* objects(): AsyncGenerator<ObjectToPack> {
          const files = await filesOf(prediction, slide);
          if (files === undefined) return;
          const measured = await measuredOnce(files, folder, signal);
          notes = measured.notes;
          for (const item of measured.items) {
            if (item.kind !== 'ghost' || item.polygons === undefined) continue;
            yield { id: item.id, class: item.class, polygons: item.polygons, probability: item.mean };
          }
        }
        return { objects: objects(), notes: () => notes };
      },
    },
  ];
}

export const candidateLayers: LayerProvider = async (context, slide) =>
  context.predictions().flatMap((prediction) => candidateLayer(prediction, slide, join(context.workFolder, 'review')));
