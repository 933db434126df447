/** What the list of slides says of each: sizes, counts, scores, warnings. A slide that cannot be opened is in it with its reason. */
import { pixelScaleOf } from '@ftuseg/slide';
import type { SlideSummary } from '../../protocol/slides.js';
import type { SlideDocument, StudioContext, StudioSlide } from '../context.js';
import type { ReportedSlide } from '../predictions/report.js';
import { sentenceOf } from '../problem.js';

export interface SummarySources {
  readonly context: Pick<StudioContext, 'document' | 'session'>;
  /** What the prediction that is corrected says of a slide. */
  readonly reported: (slide: StudioSlide) => ReportedSlide | undefined;
  readonly dice: (slide: StudioSlide) => number | undefined;
}

interface Measured {
  readonly width: number;
  readonly height: number;
  readonly pixelSize: SlideSummary['pixelSize'];
}

const unknown = { width: 0, height: 0, counts: {}, revision: 0 };

export class Summaries {
  readonly #sources: SummarySources;
  /** Of files that were read; a slide's size does not change. */
  readonly #measured = new Map<string, Measured>();
  /** Of corrected slides, by their revision: counting goes through all of their objects. */
  readonly #counts = new Map<string, { readonly revision: number; readonly counts: SlideSummary['counts'] }>();

  constructor(sources: SummarySources) {
    this.#sources = sources;
  }

  async of(slide: StudioSlide): Promise<SlideSummary> {
    const { id, row } = slide;
    let measured: Measured;
    try {
      measured = await this.#measure(slide);
    } catch (error) {
      return { id, name: row.id, problem: sentenceOf(error), ...unknown };
    }
    const { context, reported, dice } = this.#sources;
    const report = reported(slide);
    const reasons = report?.status === 'failed' ? [`not predicted: ${report.problem}`] : [...(report?.warnings ?? [])];
    const facts = { id, name: row.id, ...measured, dice: dice(slide) };
    const said = (more: readonly string[]) => [...reasons, ...more].join('; ') || undefined;
    try {
      const document = await context.document(slide);
      const { counts, revision } = await this.#corrected(slide, document, report);
      return { ...facts, counts, warning: said(document.notes ?? []), revision };
    } catch (error) {
      // A damaged log of corrections keeps nobody from looking at the slide.
      return { ...facts, counts: {}, warning: said([sentenceOf(error)]), revision: 0 };
    }
  }

  async #measure(slide: StudioSlide): Promise<Measured> {
    const known = this.#measured.get(slide.id);
    if (known !== undefined) return known;
    const measured = await slide.use(async (open): Promise<Measured> => {
      const { width, height } = open;
      const scale = pixelScaleOf(slide.row, open);
      const pixelSize = typeof scale === 'number' ? { x: scale, y: scale } : scale;
      return { width, height, pixelSize };
    });
    this.#measured.set(slide.id, measured);
    return measured;
  }

  async #corrected(
    { id }: StudioSlide,
    document: SlideDocument,
    report: ReportedSlide | undefined,
  ): Promise<Pick<SlideSummary, 'counts' | 'revision'>> {
    const { revision } = document;
    const counts: Record<string, number> = {};
    if (revision === 0) {
      for (const { name, count } of report?.status === 'predicted' ? report.facts.classes : []) counts[name] = count;
      return { counts, revision };
    }
    const known = this.#counts.get(id);
    if (known?.revision === revision) return known;
    for await (const object of document.objects()) counts[object.class] = (counts[object.class] ?? 0) + 1;
    this.#counts.set(id, { revision, counts });
    return { counts, revision };
  }
}
