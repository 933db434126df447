/** How the job of rendering batches reaches a loading thread: slides are not copied, both threads read the same memory. */

import type { AnatomyMap } from '../dataset/anatomy.js';
import { receiveRaster, type SharedRaster, shareRaster } from '../dataset/shared-raster.js';
import type { BatchJob } from './batch.js';

type JobSlide = BatchJob['slides'][number];

type SharedSlide = Omit<JobSlide, 'image' | 'mask' | 'soft' | 'anatomy'> & {
  readonly image: SharedRaster;
  readonly mask: SharedRaster;
  readonly soft: SharedRaster | undefined;
  readonly anatomy: (Omit<AnatomyMap, 'labels'> & { readonly labels: SharedRaster }) | undefined;
};

export type SharedJob = Omit<BatchJob, 'slides'> & { readonly slides: readonly SharedSlide[] };

/** What a thread is given; the job's rasters have to be held until {@link receiveJob} has run there. */
export function shareJob(job: BatchJob): SharedJob {
  const slides = job.slides.map(
    ({ image, mask, soft, anatomy, ...rest }): SharedSlide => ({
      ...rest,
      image: shareRaster(image),
      mask: shareRaster(mask),
      soft: soft === undefined ? undefined : shareRaster(soft),
      anatomy: anatomy === undefined ? undefined : { ...anatomy, labels: shareRaster(anatomy.labels) },
    }),
  );
  return { ...job, slides };
}

/** The job as `renderBatch` takes it. */
export function receiveJob(job: SharedJob): BatchJob {
  const slides = job.slides.map(
    ({ image, mask, soft, anatomy, ...rest }): JobSlide => ({
      ...rest,
      image: receiveRaster(image),
      mask: receiveRaster(mask),
      soft: soft === undefined ? undefined : receiveRaster(soft),
      anatomy: anatomy === undefined ? undefined : { ...anatomy, labels: receiveRaster(anatomy.labels) },
    }),
  );
  return { ...job, slides };
}
